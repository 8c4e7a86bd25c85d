/** A diagnosis as text, for a terminal. */

import pc from "picocolors";
import { plain } from "../../engine/errors";
import { dangers } from "../../roles";
import type { Diagnosis, Finding, Need } from "./index";

export function asText(diagnosis: Diagnosis, { colors = false } = {}): string {
  const paint = pc.createColors(colors);
  const { findings, roles } = diagnosis;
  const problems = findings.filter(({ severity }) => severity === "problem").length;
  const head = [
    ["tenant", tenantWords(diagnosis)],
    ["token", tokenWords(diagnosis)],
    ["clock", clockWords(diagnosis)],
    ["shield", shieldWords(diagnosis)],
    ["roles", rolesWords(diagnosis)],
  ].map(([name, words]) => `${paint.bold(name!.padEnd(7))} ${plain(words!)}`);
  const told = findings.map(({ severity, code, message, fix }: Finding) => {
    const tone = severity === "problem" ? paint.red : paint.yellow;
    return `${tone(severity)} ${paint.bold(code)} ${plain(message)}${fix ? `\n  ${paint.cyan("→")} ${plain(fix)}` : ""}`;
  });
  const missing = roles.missing.map(
    ({ role, ...need }) =>
      `  ${plain(role)}\n${uses(need)
        .map((line) => paint.dim(`    ${plain(line)}`))
        .join("\n")}`,
  );
  const surplus = roles.surplus.map(({ role, may, dangers: facets }) => {
    const harm = facets.length > 0 ? paint.red(` (${facets.map((facet) => dangers[facet].may).join("; ")})`) : "";
    return `  ${plain(role)}${may === null ? "" : `: may ${may}`}${harm}`;
  });
  const { least, unknown } = roles.userType;
  const person = `of a person of type ${least}${unknown.length > 0 ? " or above" : ""}`;
  const lists = [
    list("A token that only previews needs", roles.preview),
    list(
      `A token that applies needs these, ${person} (among them those that the file gives: nobody can give what they do not have)`,
      roles.apply,
    ),
    list("To read the whole tenant (review --live, drift, compare, export) it needs", roles.whole),
    ...(roles.delete.length > 0 ? [list("Besides, to delete what is taken out of the file", roles.delete)] : []),
  ];
  return (
    [
      head.join("\n"),
      ...(told.length > 0 ? [told.join("\n")] : []),
      ...(missing.length > 0 ? [`Missing:\n${missing.join("\n")}`] : []),
      ...(surplus.length > 0 ? [`Never needed here:\n${surplus.join("\n")}`] : []),
      lists.join("\n"),
      `${problems} problem${problems === 1 ? "" : "s"}, ${findings.length - problems} remark${findings.length - problems === 1 ? "" : "s"}`,
    ].join("\n\n") + "\n"
  );
}

/** What the role is needed for, by the purpose for which it is needed first. */
const uses = ({ for: purpose, calls, grantedBy }: Omit<Need, "role">): string[] => [
  ...calls
    .filter((call) => call.for === purpose)
    .map(({ operation, objects }) => `${operation} for ${objects.join(", ")}`),
  ...(purpose === "apply" && grantedBy.length > 0
    ? [
        `${grantedBy.join(", ")} ${grantedBy.length === 1 ? "grants" : "grant"} it, and nobody can give what they do not have`,
      ]
    : []),
];

const list = (words: string, roles: readonly string[]): string =>
  `${words}:${roles.length === 0 ? " no role" : `\n  ${roles.map(plain).join("\n  ")}`}`;

function tenantWords({ tenant: { domainId, url, expected } }: Diagnosis): string {
  const tenant = `${domainId} at ${url}`;
  if (expected === null) return `${tenant}, any by the file`;
  return expected === domainId ? `${tenant}, as in the file` : `${tenant}; the file is for ${expected}`;
}

function tokenWords({ token, user }: Diagnosis): string {
  const who = [user.email ?? "somebody", user.administrator ? "administrator" : user.type, user.status?.toLowerCase()]
    .filter(Boolean)
    .join(", ");
  const age = token.ageDays === null ? [] : [`${token.ageDays} days old`];
  const end = token.leftDays === null ? [] : [`ends on ${token.expires!.slice(0, 10)}, in ${token.leftDays} days`];
  return [`of ${who}`, `application ${token.appId}`, ...age, ...end].join("; ");
}

function clockWords({ clockAheadSeconds: ahead }: Diagnosis): string {
  if (ahead === null) return "iconik did not say the time";
  return Math.abs(ahead) <= 2
    ? "as iconik's"
    : `${Math.abs(ahead)} seconds ${ahead > 0 ? "ahead of" : "behind"} iconik's`;
}

function shieldWords({ shield }: Diagnosis): string {
  if (shield.enabled === null) return "not known";
  const from = shield.address === null ? "" : `; this run comes from ${shield.address}`;
  if (!shield.enabled) return `off${from}`;
  return `on${from}${shield.lists.map(({ of, inside }) => `, ${inside ? "inside" : "outside"} the list of ${of}`).join("")}`;
}

function rolesWords({ roles, user }: Diagnosis): string {
  const sums = [`a preview needs ${roles.preview.length}`, `applying needs ${roles.apply.length}`];
  if (user.administrator) return ["all, as an administrator has them", ...sums].join("; ");
  const lacking = roles.missing.filter((need) => need.for === "preview" || need.for === "apply").length;
  return [`${roles.held.length} held`, ...sums, `${lacking} missing`, `${roles.surplus.length} never needed`].join(
    "; ",
  );
}
