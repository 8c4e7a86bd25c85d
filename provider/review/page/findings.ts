/** What a review says, as markup that needs no script: the dangerous first, what is about one thing together. */

import { headings, linesOf, mark, tailOf, verbOf, wayOf, type Line } from "../render/lines";
import { levels, type Effects, type Level, type Statement } from "../report";
import { affectedWords, kindWords, title } from "../words";
import { markup, sentence, type Markup } from "./markup";

/** Sections, one for each level that there is. `prefix`: of their ids; `rank`: of their headings. */
export function findings(effects: Effects, prefix = "", rank: 2 | 3 = 2): Markup {
  const lines = linesOf(effects.statements);
  const isDense = effects.statements.length > 5_000;
  const sections = levels.map((level) =>
    section(
      level,
      lines.filter((line) => line.level === level),
      isDense,
      prefix,
      rank,
      level === "guard" ? wayThrough(effects) : undefined,
    ),
  );
  return markup`${sections}`;
}

export const levelIds: Readonly<Record<Level, string>> = {
  guard: "refused",
  escalation: "escalations",
  warning: "warnings",
  change: "changes",
  note: "notes",
};

const words: Readonly<Record<Level, string>> = {
  guard: "Refused",
  escalation: "Escalation",
  warning: "Warning",
  change: "Change",
  note: "No effect",
};

function section(
  level: Level,
  lines: readonly Line[],
  isDense: boolean,
  prefix: string,
  rank: 2 | 3,
  end?: Markup,
): Markup | undefined {
  if (lines.length === 0) return undefined;
  const id = `${prefix}${levelIds[level]}`;
  const heading = markup`${level === "change" ? "Changes" : headings[level]} <span class="count" data-count>${lines.reduce((sum, { statements }) => sum + statements.length, 0)}</span>`;
  const about = [...Map.groupBy(lines, ({ subject }) => title(subject)).values()];
  return markup`
<section class="findings ${level}${isDense ? " dense" : ""}" id="${id}" aria-labelledby="${id}-heading">
${rank === 2 ? markup`<h2 id="${id}-heading">${heading}</h2>` : markup`<h3 id="${id}-heading">${heading}</h3>`}
${about.map((some) => subjectOf(some, isDense))}
${end}
</section>`;
}

/** What would let refusals pass, as it is to be pasted. */
function wayThrough(effects: Effects): Markup | undefined {
  const way = wayOf(effects);
  if (!way) return undefined;
  return markup`<footer class="way"><p>If it is meant, write in the tenant file:</p>
<pre>${way.file.split("\n").map((line) => markup`${line}\n`)}</pre>
<p>or, for one run:</p>
<pre>${way.run}</pre></footer>`;
}

function subjectOf(lines: readonly Line[], isDense: boolean): Markup {
  const [{ subject }] = lines as [Line, ...Line[]];
  const { kind, label } = subject;
  const whole = title(subject);
  // Settings and allow lists are called by whose they are.
  const name =
    whole === `${kindWords(kind)} “${label}”`
      ? markup`<span class="kind">${kindWords(kind)}</span> <b><bdi>${label}</bdi></b>`
      : markup`<b>${sentence(whole)}</b>`;
  return markup`<div class="about"><p class="subject">${name}</p><ul>${joined(lines).map((line) => factOf(line, isDense))}</ul></div>
`;
}

/** More than that are too many to be told one by one. */
const many = 12;

/** A dangerous ability is a line of its own, unless a group gets very many at once. */
function joined(lines: readonly Line[]): Line[] {
  const dangerous = ({ statements: [first] }: Line) => first?.code === "ability-gained" && first.level === "escalation";
  const alike = Map.groupBy(lines, (line) => {
    const first = line.statements[0]!;
    return dangerous(line) ? JSON.stringify([first.people, tailOf(first), first.allowed]) : line;
  });
  return [...alike.values()].flatMap((some) =>
    some.length > many ? [{ ...some[0]!, statements: some.flatMap(({ statements }) => statements) }] : some,
  );
}

function factOf(line: Line, isDense: boolean): Markup {
  const { level, direction, statements } = line;
  const [first] = statements as [Statement, ...Statement[]];
  const { allowed, place } = first;
  const sign = mark(line);
  const word =
    level === "change" ? (direction === "gain" ? "Gained" : direction === "loss" ? "Lost" : "Changed") : words[level];
  const number = statements.length > 1 && markup` data-number="${statements.length}"`;
  const classes = [level, ...(direction ? [direction] : []), ...(allowed ? ["allowed"] : [])].join(" ");
  const shown = markup`<span aria-hidden="true">${sign === "-" ? "−" : sign}</span><span class="unseen">${word}: </span>`;
  const told = markup`${statements.length > 1 ? abilities(statements, isDense) : alone(first)}${peopleOf(first)}${allowed && acknowledged(allowed)}`;
  return markup`<li${number} class="${classes}"><span class="mark" title="${word}">${shown}</span><div>${told}</div>${place && placed(place)}</li>`;
}

const acknowledged = ({ reason, until, place }: NonNullable<Statement["allowed"]>): Markup =>
  markup` <span class="acknowledged">Acknowledged: ${reason}${until !== undefined && `, until ${until}`} ${placed(place)}</span>`;

function alone({ code, says, roles = [] }: Statement): Markup {
  return markup`${sentence(says)}${code === "ability-gained" && roles.map((role) => markup` <code>${role}</code>`)}`;
}

function peopleOf({ people }: Statement): Markup | undefined {
  if (!people || (people.of > 0 && people.count === 0)) return undefined;
  return markup` <span class="who">${people.of === 0 ? "nobody is in it" : affectedWords(people)}</span>`;
}

const placed = ({ file, line }: NonNullable<Statement["place"]>): Markup =>
  markup`<span class="place">${file}:${line}</span>`;

/**
 * Abilities that come or go alike, folded when they are many and not dangerous. Where everything is new, hundreds of
 * groups with hundreds of them, one run of text is all that a browser opens at once.
 */
function abilities(statements: readonly Statement[], isDense: boolean): Markup {
  const [first] = statements as [Statement, ...Statement[]];
  const tail = tailOf(first)?.replace(/^[:;] /, "") ?? "";
  const some = tail && markup` (${sentence(tail)})`;
  const list = isDense
    ? markup`<p>${statements.map(({ may, roles }) => `${may} (${roles?.join(", ")})`).join("; ")}</p>`
    : markup`<ul class="abilities">${statements.map(({ may, roles }) => markup`<li>${may} <code>${roles?.join(", ")}</code></li>`)}</ul>`;
  if (statements.length <= many) return markup`${verbOf(first)}${some}${list}`;
  const isDangerous = first.level === "escalation";
  const heading = `${verbOf(first)} do ${statements.length} ${isDangerous ? "dangerous " : ""}things`;
  return isDangerous
    ? markup`${heading}${some}${list}`
    : markup`<details><summary>${heading}</summary>${list}</details>${some}`;
}
