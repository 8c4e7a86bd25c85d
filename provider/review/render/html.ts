/**
 * The review as a page: one file that asks nobody for anything. What it says stands in it as markup; a script (./page)
 * adds the tables, of which it makes only what is looked at, and the filter. The same review gives the same bytes.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { contentsOf, embedded } from "../page/contents";
import type { PageData } from "../page/data";
import { findings, levelIds } from "../page/findings";
import { asIs, markup, type Markup } from "../page/markup";
import type { Level, Review } from "../report";
import { count } from "../words";
import { basis, headline, isNothing, objectsWords, putBack, sameness } from "./lines";

/** @param also reviews of further environments, whose findings stand below; tables are those of the first */
export function html(review: Review, also: readonly Review[] = []): string {
  const data = contentsOf(review);
  const style = asset("page.css");
  const script = `"use strict";\n(() => {\n${scripts.map(asset).join("\n")}})();\n`;
  const policy = [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(style)}'`,
    // The empty icon below keeps browsers from asking a server for one.
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${asIs(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${headline(review)}</title>
<link rel="icon" href="data:,">
<style>${asIs(style)}</style>
</head>
<body>
<p class="skip"><a href="#main">Skip to what the change does</a> <a href="#tables">Skip to the tables</a></p>
${heading(review)}
${toolbar(data, also)}
<main id="main" tabindex="-1">
${isNothing(review) ? markup`<p class="nothing">Nothing changes.</p>` : findings(review)}
${byHand(review)}
${also.map((other, index) => environment(other, review, `environment-${index + 1}`))}
<div id="tables" tabindex="-1">
${tables(data, review)}
</div>
</main>
<noscript><p class="nothing">The tables and the filter need scripts, which are switched off here. Everything above is complete without them.</p></noscript>
<script type="application/json" id="data">${asIs(embedded(data))}</script>
<script>${asIs(script)}</script>
</body>
</html>
`;
  return page.markup;
}

/** In an order in which each finds what it uses. */
const scripts = ["elements.js", "filter.js", "grid-facts.js", "grid-parts.js", "grid.js", "lists.js", "page.js"];

// The files stand beside the source in the package too: compiling leaves them where they are.
const asset = (file: string): string =>
  // A browser counts line ends as one character, whatever they are in the file.
  readFileSync(join(__dirname, "../../../provider/review/page", file), "utf8").replaceAll("\r\n", "\n");
const hash = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;

function heading(review: Review): Markup {
  const { from, to, domainId, membership, matrix, model, digest } = review;
  return markup`<header>
<div class="masthead"><p>Permission review</p>
<fieldset class="choice scripted" id="theme"><legend class="unseen">Colours</legend>${["System", "Light", "Dark"].map(
    (one, index) =>
      markup`<label><input type="radio" name="theme" value="${one.toLowerCase()}"${index === 0 && asIs(" checked")}><span>${one}</span></label>`,
  )}</fieldset></div>
<h1>What changes in <bdi>${review.name}</bdi></h1>
<p class="verdict ${worst(review)}">${verdict(review)}</p>
<ul class="tally">${tally(review)}</ul>
<dl class="basis">
<div><dt>Before</dt><dd><bdi>${from}</bdi></dd></div>
<div><dt>After</dt><dd><bdi>${to}</bdi></dd></div>
${domainId !== undefined && markup`<div><dt>Tenant</dt><dd>${domainId}</dd></div>`}
<div><dt>Rules</dt><dd>${model === "teams" ? "Role groups narrow what the user type allows" : "User groups add up, as far as the user type goes"}; ${count(matrix.groups.length, "group")}</dd></div>
<div><dt>Rests on</dt><dd>${basis(review)}${"unknown" in membership && markup` <strong>People: unknown, ${membership.unknown}.</strong>`}</dd></div>
</dl>
${folded(digest)}
</header>`;
}

const worst = ({ statements, totals }: Review): Level =>
  statements.some(({ level }) => level === "guard")
    ? "guard"
    : totals.escalations > 0
      ? "escalation"
      : totals.warnings > 0
        ? "warning"
        : "note";

function verdict(review: Review): string {
  if (isNothing(review)) return "Nothing changes.";
  const level = worst(review);
  const { escalations, warnings } = review.totals;
  if (level === "guard") return "Refused: this change cannot be applied as it is.";
  if (level === "escalation") return `${count(escalations, "escalation")} to decide about before this is applied.`;
  return level === "warning"
    ? `No escalation. ${count(warnings, "thing")} worth a second look.`
    : "No escalation, nothing out of the ordinary.";
}

/** Figures, each leading to what it counts. */
function tally(review: Review, prefix = ""): Markup[] {
  const { totals, statements, people, reverts } = review;
  const of = (level: Level) => statements.filter((one) => one.level === level);
  const [refused, escalations, warnings] = [of("guard"), of("escalation"), of("warning")];
  const acknowledged = (some: typeof escalations) => some.filter(({ allowed }) => allowed).length;
  const tile = (
    figure: number,
    word: string,
    level: Level | "plain",
    target: string | undefined,
    more = "",
  ): Markup => {
    const inside = markup`<b>${figure}</b> <span>${word}</span>${more && markup` <small>${more}</small>`}`;
    const leads = target !== undefined && (figure > 0 || more !== "");
    const shown = leads ? markup`<a href="#${prefix}${target}">${inside}</a>` : markup`<div>${inside}</div>`;
    return markup`<li class="${figure > 0 ? level : "plain"}">${shown}</li>`;
  };
  const besides = (number: number) => (number > 0 ? `and ${number} acknowledged` : "");
  const number = (which: "gained" | "lost") =>
    people.filter((one) => one[which].length > 0).reduce((sum, { who }) => sum + who.length, 0);
  const isKnown = !("unknown" in review.membership);
  const back = reverts ? reverts.totals.changed + reverts.totals.created + reverts.totals.deleted : 0;
  const target = (level: Level, all: readonly unknown[]) => (all.length > 0 ? levelIds[level] : undefined);
  return [
    ...(refused.length > 0 ? [tile(refused.length, "refused", "guard", levelIds.guard)] : []),
    tile(
      totals.escalations,
      totals.escalations === 1 ? "escalation" : "escalations",
      "escalation",
      target("escalation", escalations),
      besides(acknowledged(escalations)),
    ),
    tile(
      totals.warnings,
      totals.warnings === 1 ? "warning" : "warnings",
      "warning",
      target("warning", warnings),
      besides(acknowledged(warnings)),
    ),
    ...(isKnown
      ? (["gained", "lost"] as const).map((which) =>
          tile(
            number(which),
            `${number(which) === 1 ? "person" : "people"} may do ${which === "gained" ? "more" : "less"}`,
            "plain",
            prefix === "" ? "people" : undefined,
          ),
        )
      : [markup`<li class="plain"><div><b>?</b> <span>people</span> <small>not known</small></div></li>`]),
    tile(
      totals.created + totals.changed + totals.deleted + totals.released + totals.renamed,
      "objects",
      "plain",
      undefined,
      objectsWords(totals),
    ),
    ...(reverts ? [tile(back, "changed by hand, put back", "warning", "by-hand")] : []),
  ];
}

function toolbar(data: PageData, also: readonly Review[]): Markup {
  const links = tableSections
    .filter(({ length }) => length(data) > 0)
    .map(({ id, name }) => markup`<a href="#${id}">${name}</a>`);
  return markup`<div class="toolbar"><form class="scripted" id="filter" role="search">
<label>Who or where <input type="search" id="who" placeholder="group, person, storage" autocomplete="off" spellcheck="false" aria-keyshortcuts="/"></label>
<label>What <input type="search" id="what" placeholder="ability, permission, setting" autocomplete="off" spellcheck="false"></label>
<label class="check"><input type="checkbox" id="only-changes"> Only changes</label>
<output id="shown" aria-live="polite"></output>
</form><nav aria-label="Sections">${also.map(({ name }, index) => markup`<a href="#environment-${index + 1}">${name}</a>`)}${links}</nav></div>`;
}

/** It is long, and nobody reads it. */
const folded = (digest: string | undefined): Markup | undefined =>
  digest === undefined
    ? undefined
    : markup`<details class="digest"><summary>Digest, for ICONIK_PLAN_DIGEST</summary><code>${digest}</code></details>`;

/** Another environment: what it has of its own, or that nothing is other there. */
function environment(other: Review, first: Review, id: string): Markup {
  const isSame = sameness(other) === sameness(first);
  return markup`<section id="${id}" class="by-hand environment" aria-labelledby="${id}-heading">
<h2 id="${id}-heading"><bdi>${other.name}</bdi></h2>
<p class="hint">${headline(other)}</p>
<p class="verdict ${worst(other)}">${isSame && !isNothing(other) ? markup`The same as in <bdi>${first.name}</bdi>.` : verdict(other)}</p>
${!isSame && markup`<ul class="tally">${tally(other, `${id}-`)}</ul>${findings(other, `${id}-`, 3)}${byHand(other, `${id}-`)}`}
${folded(other.digest)}
</section>`;
}

function byHand({ reverts }: Review, prefix = ""): Markup | undefined {
  if (!reverts || reverts.statements.length === 0) return undefined;
  return markup`<section id="${prefix}by-hand" class="by-hand" aria-labelledby="${prefix}by-hand-heading">
<h2 id="${prefix}by-hand-heading">${putBack.heading}</h2>
<p class="hint">${putBack.hint}</p>
${findings(reverts, `${prefix}by-hand-`, 3)}
</section>`;
}

interface TableSection {
  id: string;
  name: string;
  length: (data: PageData) => number;
  hint: string;
}

const tableSections: readonly TableSection[] = [
  {
    id: "people",
    name: "People",
    length: ({ people }) => people.length,
    hint: "Whose abilities change, all their groups taken together. People who gain and lose the same are one row.",
  },
  {
    id: "abilities",
    name: "Abilities",
    length: ({ groups }) => groups.length,
    hint: "What each group may do by its roles; what its people may do by all their groups is said above.",
  },
  {
    id: "access",
    name: "Access",
    length: ({ access }) => access.length,
    hint: "Who may read, write and delete, and who may change these rights. ACL templates count for what is uploaded from now on.",
  },
  {
    id: "storages",
    name: "Storages",
    length: ({ storages }) => storages.length,
    hint: "What iconik itself may do with the files; a question mark where nobody says.",
  },
  {
    id: "settings",
    name: "Settings",
    length: ({ settings }) => settings.length,
    hint: "Values before and after, without secrets.",
  },
];

function tables(data: PageData, { membership }: Review): Markup[] {
  return tableSections
    .filter(({ id, length }) => length(data) > 0 || (id === "people" && !("unknown" in membership)))
    .map(
      ({ id, name, hint, length }) => markup`<section class="table" id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${name} <span class="count" data-count></span></h2>
<p class="hint">${hint}</p>
${length(data) === 0 ? markup`<p>What people may do stays as it is.</p>` : markup`<div class="host" data-host></div>`}
</section>`,
    );
}
