/**
 * What a review says, as data: every report (text, Markdown, JSON, SARIF, a page) is made from it. As JSON it is
 * described by schema/review.schema.json.
 */

import type { Danger, Tier } from "../roles";
import type { Place } from "../tenant";

/**
 * From the worst: what is refused; what lets somebody do harm that they could not do before; what deserves a second
 * look; any other change; what changes nothing for anybody.
 */
export const levels = ["guard", "escalation", "warning", "change", "note"] as const;
export type Level = (typeof levels)[number];

/**
 * Every code of a statement, with what it stands for; of one level, those further up are told first. Codes are names
 * that scripts may rely on.
 */
export const statementCodes = {
  refused: "a guard refuses the change",
  "ability-gained": "people may do something more",
  "role-group-ends": "a role group no longer narrows what its members may do",
  "ability-lost": "people may do something no longer",
  "role-group-begins": "a role group begins to narrow what its members may do",
  "without-abilities": "people are left with nothing that they may do",
  "access-gained": "an access list lets somebody do more",
  "access-lost": "an access list lets somebody do less",
  "template-scope": "what an ACL template applies to",
  "template-switched": "uploads get another ACL template",
  "setting-loosened": "a setting protects less",
  "setting-tightened": "a setting protects more",
  "mapping-changed": "SAML logins lead to another group",
  "addresses-widened": "an allow list lets in more addresses",
  "addresses-narrowed": "an allow list lets in fewer addresses",
  "grant-gained": "a storage's identity may do more in its cloud",
  "grant-lost": "a storage's identity may do less in its cloud",
  "guard-lowered": "a guard refuses less than before",
  "test-removed": "a policy test or an invariant is gone",
  "test-weakened": "a policy test or an invariant asks for less",
  "exception-added": "an exception from guards is new, or lasts longer",
  "cannot-change": "a value changes that iconik cannot change, and the run refuses it",
  "tier-reached": "a group reaches a higher user type by its roles",
  "field-changed": "a value changes",
  "secret-changed": "a secret gets another value",
  "another-tenant": "the description is of another tenant than before",
  "not-told": "a value changes that the source of the review keeps to itself",
  "create-without-write": "a create role without the write role of the same object",
  "write-without-read": "a write role without the read role of the same object",
  "above-user-type": "a role that the group's own user type cannot hold",
  "nobody-in-it": "a group that nobody is in",
  "access-without-role": "an access list names a group that lacks the role to make use of it",
  created: "an object is new",
  adopted: "an object that exists is taken over",
  deleted: "an object is deleted",
  replaced: "an object is deleted and made anew",
  released: "an object is forgotten and stays",
  renamed: "an object has another name",
  "no-longer-managed": "something stays as it is and is nobody's from now on",
  "managed-from-now-on": "what a thing was before is not known from the file",
  "end-moved": "something that was given for a time stays longer, or not as long",
  "ends-soon": "something that was given for a time ends soon",
  "stale-exception": "an exception that permits nothing which this change does",
} as const;
type StatementCode = keyof typeof statementCodes;

/** What a statement is about, by its place in the tenant file: `{ section: "userGroups", label: "Editors" }`. */
export interface Subject {
  kind: string;
  section: string;
  label: string;
}

/** How many people a statement is true of, out of how many in the group. `who`: their addresses, when they are few. */
export interface Affected {
  count: number;
  of: number;
  who?: readonly string[];
}

export interface Statement {
  code: StatementCode;
  level: Level;
  /** Somebody may do more, or less. */
  direction?: "gain" | "loss";
  subject: Subject;
  /** One fact in plain words, to be read after the subject and a colon. Free of secrets. */
  says: string;
  /** Roles that it is about. */
  roles?: readonly string[];
  /** Of an ability: the phrase that reads after "may". */
  may?: string;
  /** Of an access list: the member, and what it is about. */
  member?: string;
  permissions?: readonly string[];
  /** Absent where it is about no people, or nobody knows (`Review.people`). */
  people?: Affected;
  place?: Place;
  /** Of a refusal: the exceptions that it takes, as they are written, without reason and date. */
  allow?: readonly string[];
  /** The entry of `allow:` that acknowledges it. */
  allowed?: { reason: string; until?: string; place: Place };
}

/** People whose abilities change in the same way. */
export interface PeopleChange {
  who: readonly string[];
  gained: readonly string[];
  lost: readonly string[];
  /** Groups or role groups through which it comes. */
  through: readonly Subject[];
}

export interface Totals {
  created: number;
  changed: number;
  deleted: number;
  released: number;
  renamed: number;
  /** Those that `allow:` acknowledges are not counted. */
  escalations: number;
  warnings: number;
}

/** What one step from a tenant to another means. */
export interface Effects {
  totals: Totals;
  /** The dangerous first. */
  statements: readonly Statement[];
  people: readonly PeopleChange[];
}

export interface Review extends Effects {
  version: 1;
  /** What the tenant is called: an environment, a stack; left to itself, the source of the state after. */
  name: string;
  from: string;
  to: string;
  domainId?: string;
  model: "userGroups" | "teams";
  /** Whether rights are those of the tenant, or only as far as the file says. */
  basis: "live" | "file";
  /** Who the people are that were counted, and when that was read; or why they are not known. */
  membership: { people: number; readAt: string; ageDays: number; elsewhere: number } | { unknown: string };
  /** Whether those who apply the change keep their way in, by the guards; left out: they were not asked. */
  lockOut?: "safe" | "refused" | "unknown";
  /** What the change does by the two sources alone: how many effects, none if nothing is to be applied, and a digest of them. */
  change?: { effects: number; digest: string };
  /** With a live tenant: what the ready-made program is held to by `ICONIK_PLAN_DIGEST`. */
  digest?: string;
  /** With a live tenant: what was changed by hand there and goes back when the change is applied. */
  reverts?: Effects;
  matrix: Matrix;
}

/** What becomes of an object: `stays` is one that nobody manages from now on. */
export type Fate = "kept" | "created" | "adopted" | "deleted" | "released" | "stays";

export type Permission = "read" | "write" | "delete" | "changeAcl";

/** The whole of both sides, for a page: who may do what, before and after, changed or not. */
export interface Matrix {
  /** Columns of groups: every role that one of them has before or after. */
  roles: readonly { name: string; may: string; tier: Tier; dangers: readonly Danger[] }[];
  groups: readonly {
    subject: Subject;
    fate: Fate;
    /** Places in `roles`; null where there is no such group. */
    before: readonly number[] | null;
    after: readonly number[] | null;
    /** Left out: not known. */
    people?: number;
  }[];
  /** ACL templates, storages, export locations. */
  access: readonly {
    subject: Subject;
    fate: Fate;
    members: readonly { sort: string; label: string; before: readonly Permission[]; after: readonly Permission[] }[];
    /** Of ACL templates: where they are used after the change. */
    usedBy?: readonly string[];
  }[];
  storages: readonly { subject: Subject; fate: Fate; before: Flags | null; after: Flags | null }[];
  /** Values of settings, without secrets, as text. */
  settings: readonly { subject: Subject; path: string; before: string | null; after: string | null }[];
}

/** What iconik may do on a storage; left out: not said. */
export type Flags = Partial<Record<"read" | "write" | "delete" | "scan", boolean>>;
