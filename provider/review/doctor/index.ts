/**
 * May this token do what this description needs? Pure: the description and the facts about the token come in, and what
 * there is to say goes out.
 */

import { covers } from "../../addresses";
import { roles as catalogue, tierOf, type Danger, type Tier } from "../../roles";
import type { Picture } from "../../tenant/picture";
import type { Facts } from "./facts";
import { needsOf, purposes, wholeReading, type Need, type Purpose, type Use } from "./needs";

export { readFacts, type Facts } from "./facts";
export type { Need, Purpose, Use } from "./needs";

/** Days before its end from which a token's end is told. */
const aheadDays = 14;
/** Days after which a token is old. */
const oldAfterDays = 365;
/** Clocks further apart than this are told: dates in the file end by this clock, and clouds refuse signatures by theirs. */
const clockTolerance = 5 * 60_000;

const day = 86_400_000;

export const findingCodes = {
  "wrong-tenant": "The credentials belong to another tenant than the file.",
  "person-not-active": "The person the token acts for is not active, so the token stops.",
  "token-ends": "The token ends soon.",
  "token-without-end": "iconik does not say when the token ends.",
  "token-old": "The token is older than a year.",
  "clock-off": "The clock of this machine and iconik's differ.",
  "missing-role": "The token lacks a role that the file needs.",
  "no-role-named": "iconik's documents name no role for a call that the file needs.",
  "surplus-roles": "The token has roles that the file never needs.",
  administrator: "The token is an administrator's, who stands above roles.",
  "shield-outside": "An allow list does not let in the address that this run comes from.",
  "shield-unknown": "Whether Shield lets this address in cannot be told.",
} as const;

export type FindingCode = keyof typeof findingCodes;

/** A `problem` stands in the way now or soon; a `remark` does not. */
export interface Finding {
  severity: "problem" | "remark";
  code: FindingCode;
  message: string;
  /** What to do. */
  fix?: string;
}

export interface Diagnosis {
  /** The description, as it was named. */
  source: string;
  tenant: { url: string; domainId: string; /** What the file says. */ expected: string | null };
  token: {
    id: string | null;
    appId: string;
    /** ISO 8601, UTC. */
    created: string | null;
    expires: string | null;
    /** Whole days. */
    ageDays: number | null;
    leftDays: number | null;
  };
  user: { email: string | null; type: string | null; status: string | null; administrator: boolean };
  /** Whole seconds by which this machine is ahead of iconik; null when iconik did not say. */
  clockAheadSeconds: number | null;
  shield: {
    /** null: it could not be read. */
    enabled: boolean | null;
    /** Where this run comes from, as iconik sees it. */
    address: string | null;
    /** Which of the lists that may count lets it in. */
    lists: { of: string; inside: boolean }[];
  };
  roles: {
    held: string[];
    /** The least that previews, drift and refresh take. */
    preview: string[];
    /** The least that applying takes; holds those of `preview`. */
    apply: string[];
    /** What reading the whole tenant takes: review --live, drift, compare, export. */
    whole: string[];
    /** What is needed besides `apply` once an object is taken out of the file, by guards too. */
    delete: string[];
    /** The least user type that may hold the roles of `apply`, and those of them whose type no page tells. */
    userType: { least: Exclude<Tier, "unknown">; unknown: string[] };
    missing: Need[];
    surplus: { role: string; may: string | null; dangers: Danger[] }[];
    /** Calls without a role in iconik's documents. */
    unnamed: Use[];
  };
  /** Problems first. */
  findings: Finding[];
}

export function diagnose(picture: Picture, facts: Facts, now: number): Diagnosis {
  const { roles: needs, unnamed, deleting } = needsOf(picture);
  const { admin } = facts.user;
  const held = new Set(facts.roles);
  const needed = new Set(needs.map(({ role }) => role));
  const takenFor = (...wanted: Purpose[]) => needs.filter((need) => wanted.includes(need.for)).map(({ role }) => role);
  const apply = takenFor("preview", "apply");
  const roles: Diagnosis["roles"] = {
    held: facts.roles,
    preview: takenFor("preview"),
    apply,
    whole: needs
      .filter(({ calls }) => calls.some(({ operation }) => wholeReading.includes(operation)))
      .map(({ role }) => role),
    delete: needs.map(({ role }) => role).filter((role) => deleting.has(role) && !apply.includes(role)),
    userType: userTypeFor(apply),
    missing: admin ? [] : needs.filter(({ role }) => !held.has(role)),
    surplus: admin ? [] : facts.roles.filter((role) => !needed.has(role)).map(factsOf),
    unnamed,
  };
  const { token, user, shield } = facts;
  const report: Diagnosis = {
    source: picture.source,
    tenant: { url: facts.url, domainId: facts.domainId, expected: picture.tenant.domainId ?? null },
    token: {
      id: token.id ?? null,
      appId: facts.appId,
      created: iso(token.created),
      expires: iso(token.expires),
      ageDays: token.created === undefined ? null : Math.max(0, Math.floor((now - token.created) / day)),
      leftDays: token.expires === undefined ? null : Math.floor((token.expires - now) / day),
    },
    user: { email: user.email ?? null, type: user.type ?? null, status: user.status ?? null, administrator: admin },
    clockAheadSeconds: facts.clockAhead === undefined ? null : Math.trunc(facts.clockAhead / 1000),
    shield: {
      enabled: "unknown" in shield ? null : shield.enabled,
      address: "unknown" in shield ? null : (shield.address ?? null),
      lists:
        "unknown" in shield || shield.address === undefined
          ? []
          : shield.lists.map(({ of, entries }) => ({ of, inside: covers(entries, shield.address!, facts.appId) })),
    },
    roles,
    findings: [],
  };
  const findings = [...ofToken(report), ...ofRoles(report), ...ofShield(report, picture, shield)];
  report.findings = [
    ...findings.filter(({ severity }) => severity === "problem"),
    ...findings.filter(({ severity }) => severity === "remark"),
  ];
  return report;
}

const iso = (time: number | undefined): string | null => (time === undefined ? null : new Date(time).toISOString());

const factsOf = (role: string): Diagnosis["roles"]["surplus"][number] => {
  const known = catalogue.get(role);
  return { role, may: known?.may ?? null, dangers: [...(known?.dangers ?? [])] };
};

function userTypeFor(roles: readonly string[]): Diagnosis["roles"]["userType"] {
  const tiers = roles.map(tierOf);
  const least = (["power", "standard"] as const).find((tier) => tiers.includes(tier)) ?? "browseOnly";
  return { least, unknown: roles.filter((role) => tierOf(role) === "unknown") };
}

const problem = (code: FindingCode, message: string, fix?: string): Finding => ({
  severity: "problem",
  code,
  message,
  ...(fix !== undefined && { fix }),
});
const remark = (code: FindingCode, message: string, fix?: string): Finding => ({
  ...problem(code, message, fix),
  severity: "remark",
});

function ofToken({ tenant, token, user, clockAheadSeconds }: Diagnosis): Finding[] {
  const found: Finding[] = [];
  if (tenant.expected !== null && tenant.expected !== tenant.domainId) {
    found.push(
      problem(
        "wrong-tenant",
        `the credentials belong to tenant ${tenant.domainId}, and the file is for ${tenant.expected}`,
        "check ICONIK_URL and ICONIK_AUTH_TOKEN, or tenant.domainId",
      ),
    );
  }
  if (user.status !== null && user.status !== "ACTIVE") {
    found.push(
      problem(
        "person-not-active",
        `${user.email ?? "the person the token acts for"} is ${user.status.toLowerCase()}`,
        "activate the person, or make a token for another",
      ),
    );
  }
  if (token.leftDays === null) found.push(remark("token-without-end", "iconik does not say when the token ends"));
  else if (token.leftDays < aheadDays) {
    found.push(
      problem(
        "token-ends",
        `the token ends in ${counted(token.leftDays, "day")}, on ${token.expires!.slice(0, 10)}`,
        "make a new one; of an application in the file, other text under token.rotate does",
      ),
    );
  }
  if (token.ageDays !== null && token.ageDays > oldAfterDays)
    found.push(
      remark("token-old", `the token is ${counted(token.ageDays, "day")} old`, "make a new one, and revoke this one"),
    );
  if (clockAheadSeconds !== null && Math.abs(clockAheadSeconds) * 1000 > clockTolerance) {
    const way = clockAheadSeconds > 0 ? "ahead of" : "behind";
    found.push(
      problem(
        "clock-off",
        `the clock of this machine is ${Math.abs(clockAheadSeconds)} seconds ${way} iconik's`,
        "set it by the network: dates end by it, and clouds refuse what is signed at another time",
      ),
    );
  }
  return found;
}

const purposeWords: Record<Purpose, string> = {
  preview: "a preview",
  apply: "applying",
  whole: "reading the whole tenant (review --live, drift, compare, export)",
  delete: "deleting",
};

function ofRoles({ user, roles }: Diagnosis): Finding[] {
  const found: Finding[] = [];
  for (const purpose of purposes) {
    const missing = roles.missing
      .filter((need) => (purpose === "delete" ? roles.delete.includes(need.role) : need.for === purpose))
      .map(({ role }) => role);
    if (missing.length === 0) continue;
    const say = purpose === "preview" || purpose === "apply" ? problem : remark;
    found.push(
      say(
        "missing-role",
        `the token lacks ${counted(missing.length, "role")} that ${purposeWords[purpose]} needs: ${missing.join(", ")}`,
        "give them to the person the token acts for",
      ),
    );
  }
  const calls = roles.unnamed.map(({ operation, objects }) => `${operation} of ${some(objects)}`).join("; ");
  if (calls !== "") {
    found.push(
      remark(
        "no-role-named",
        `iconik's documents name no role for ${calls}: not known, and probably an administrator's${user.administrator ? ", which this token is" : ""}`,
      ),
    );
  }
  if (roles.surplus.length > 0)
    found.push(
      remark(
        "surplus-roles",
        `the token has ${counted(roles.surplus.length, "role")} that the file never needs`,
        "take them from the person the token acts for",
      ),
    );
  if (user.administrator) {
    found.push(
      remark(
        "administrator",
        "the token is an administrator's: no role is missing, and none can be taken away",
        calls === "" ? `a person of type ${roles.userType.least} with the roles to apply would do` : undefined,
      ),
    );
  }
  return found;
}

function ofShield({ shield }: Diagnosis, picture: Picture, live: Facts["shield"]): Finding[] {
  if ("unknown" in live) return [remark("shield-unknown", `whether Shield is on is not known: ${live.unknown}`)];
  const wanted = picture.resources.find(
    ({ kind, label }) => kind === "ShieldAllowList" && label === "everyone",
  )?.inputs;
  const willBeOn = (wanted?.enabled ?? live.enabled) === true;
  if (!live.enabled && !willBeOn) return [];
  if (shield.address === null)
    return [remark("shield-unknown", "iconik does not say from which address this run comes")];
  const found: Finding[] = [];
  const outside = shield.lists.filter(({ inside }) => !inside).map(({ of }) => of);
  if (live.enabled && outside.length > 0) {
    const doubt = outside.length < shield.lists.length ? "; how lists combine is not documented" : "";
    found.push(
      remark(
        "shield-outside",
        `${shield.address} is not in the list of ${outside.join(", of ")}, and was let in${doubt}`,
        `add ${shield.address}, or a range that holds it`,
      ),
    );
  }
  const entries = wanted?.addresses as { ip: string; application?: unknown }[] | undefined;
  if (willBeOn && entries) {
    // Which application an entry means is known once it is looked up.
    const forAll = entries.filter(({ application }) => application === undefined).map(({ ip }) => ip);
    const any = entries.map(({ ip }) => ip);
    if (!covers(any, shield.address))
      found.push(
        problem(
          "shield-outside",
          `the file's shield.everyone does not let in ${shield.address}, from which this run comes`,
          `add ${shield.address}, or a range that holds it`,
        ),
      );
    else if (!covers(forAll, shield.address))
      found.push(
        remark("shield-outside", `the file's shield.everyone lets ${shield.address} in for single applications only`),
      );
  }
  return found;
}

const some = (objects: readonly string[]): string =>
  objects.length <= 3 ? objects.join(", ") : `${objects.slice(0, 3).join(", ")} and ${objects.length - 3} more`;
const counted = (count: number, what: string): string => `${count} ${what}${Math.abs(count) === 1 ? "" : "s"}`;
