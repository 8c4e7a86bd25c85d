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
  const missing = roles.missing.map(({ role, ...need }) => `  ${plain(role)}\n${uses(need).map((line) => paint.dim(`    ${plain(line)}`)).join("\n")}`);
  const surplus = roles.surplus.map(({ role, may, dangers: facets }) => `  ${plain(role)}${may === null ? "" : `: may ${may}`}${facets.length > 0 ? paint.red(` (${facets.map((facet) => dangers[facet].may).join("; ")})`) : ""}`);
  const lists = [
    list("A token that only previews needs", roles.preview),
    list(`A token that applies needs these, of a person of type ${roles.userType.least}${roles.userType.unknown.length > 0 ? " or above" : ""} (among them those that the file gives: nobody can give what they do not have)`, roles.apply),
    list("To read the whole tenant (review --live, drift, compare, export) it needs", roles.whole),
    ...(roles.delete.length > 0 ? [list("Besides, to delete what is taken out of the file", roles.delete)] : []),
  ];
  return [
    head.join("\n"),
    ...(told.length > 0 ? [told.join("\n")] : []),
    ...(missing.length > 0 ? [`Missing:\n${missing.join("\n")}`] : []),
    ...(surplus.length > 0 ? [`Never needed here:\n${surplus.join("\n")}`] : []),
    lists.join("\n"),
    `${problems} problem${problems === 1 ? "" : "s"}, ${findings.length - problems} remark${findings.length - problems === 1 ? "" : "s"}`,
  ].join("\n\n") + "\n";
}

/** What the role is needed for, by the purpose for which it is needed first. */
const uses = ({ for: purpose, calls, grantedBy }: Omit<Need, "role">): string[] => [
  ...calls.filter((call) => call.for === purpose).map(({ operation, objects }) => `${operation} for ${objects.join(", ")}`),
  ...(purpose === "apply" && grantedBy.length > 0 ? [`${grantedBy.join(", ")} ${grantedBy.length === 1 ? "grants" : "grant"} it, and nobody can give what they do not have`] : []),
];

const list = (words: string, roles: readonly string[]): string => `${words}:${roles.length === 0 ? " no role" : `\n  ${roles.map(plain).join("\n  ")}`}`;

const tenantWords = ({ tenant }: Diagnosis): string =>
  `${tenant.domainId} at ${tenant.url}${tenant.expected === null ? ", any by the file" : tenant.expected === tenant.domainId ? ", as in the file" : `; the file is for ${tenant.expected}`}`;

function tokenWords({ token, user }: Diagnosis): string {
  const who = [user.email ?? "somebody", user.administrator ? "administrator" : user.type, user.status?.toLowerCase()].filter(Boolean).join(", ");
  const age = token.ageDays === null ? [] : [`${token.ageDays} days old`];
  const end = token.leftDays === null ? [] : [`ends on ${token.expires!.slice(0, 10)}, in ${token.leftDays} days`];
  return [`of ${who}`, `application ${token.appId}`, ...age, ...end].join("; ");
}

const clockWords = ({ clockAheadSeconds }: Diagnosis): string =>
  clockAheadSeconds === null ? "iconik did not say the time" : Math.abs(clockAheadSeconds) <= 2 ? "as iconik's" : `${Math.abs(clockAheadSeconds)} seconds ${clockAheadSeconds > 0 ? "ahead of" : "behind"} iconik's`;

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
  return [`${roles.held.length} held`, ...sums, `${lacking} missing`, `${roles.surplus.length} never needed`].join("; ");
}
