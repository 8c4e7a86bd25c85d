/** Who may do what with assets of a template, with storages, with export locations: what the access lists say. */

import { accessSorts, fieldsOf, type Values } from "../definition";
import { placeOf } from "./abilities";
import { rolesOf, size, type Cohort, type World } from "./effective";
import type { Pair, Pairs } from "./pair";
import type { Affected, Permission, Statement } from "./report";
import { count, kindWords, quoted, series } from "./words";

/** An entry of an access list. */
export interface Entry {
  sort: keyof typeof accessSorts;
  /** The pair of the group or team; an address; the name of what neither picture has. */
  key: string;
  label: string;
  permissions: readonly Permission[];
}

const allPermissions: readonly Permission[] = ["read", "write", "delete", "changeAcl"];

/** The entries of an access list, in a steady order. */
export function entriesOf(values: Values | undefined, pairs: Pairs): Entry[] {
  const access = values?.access as Record<string, Values[] | undefined> | undefined;
  return Object.entries(accessSorts).flatMap(([sort, { member, kind }]) =>
    (access?.[sort] ?? []).map((entry): Entry => {
      const { key, label } =
        kind === "user"
          ? { key: `user/${personOf(entry[member])}`, label: personOf(entry[member]) }
          : pairs.meant(entry[member], [kind]);
      const given = entry.permissions as readonly Permission[];
      return {
        sort: sort as Entry["sort"],
        key,
        label,
        permissions: allPermissions.filter((one) => given.includes(one)),
      };
    }),
  );
}

const personOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** Statements about every object whose access list changes, and about templates: what they apply to. */
export function accessStatements(pairs: Pairs, world: World): Statement[] {
  const having = pairs.all.filter(
    ({ definition, was, is }) => fieldsOf(definition, is ?? was ?? {}).access?.type === "access",
  );
  return having.flatMap((pair) => {
    if (pair.fate === "stays" || pair.fate === "released") return [];
    const changes = compare(entriesOf(pair.was, pairs), entriesOf(pair.is, pairs));
    const isTemplate = pair.definition.kind === "AclTemplate";
    const told = changes.flatMap((change) => changeStatements(pair, pairs, world, change));
    const odd = isTemplate ? withoutRole(pair, pairs) : [];
    return isTemplate && (told.length > 0 || pair.fate === "deleted")
      ? [...told, ...odd, scope(pair, pairs)]
      : [...told, ...odd];
  });
}

interface Change {
  entry: Entry;
  gained: readonly Permission[];
  lost: readonly Permission[];
}

function compare(before: readonly Entry[], after: readonly Entry[]): Change[] {
  const was = new Map(before.map((entry) => [`${entry.sort}/${entry.key}`, entry]));
  const is = new Map(after.map((entry) => [`${entry.sort}/${entry.key}`, entry]));
  return [...new Set([...is.keys(), ...was.keys()])].flatMap((id) => {
    const [old, now] = [was.get(id), is.get(id)];
    const gained = now ? now.permissions.filter((one) => !old?.permissions.includes(one)) : [];
    const lost = old ? old.permissions.filter((one) => !now?.permissions.includes(one)) : [];
    return gained.length + lost.length > 0 ? [{ entry: (now ?? old)!, gained, lost }] : [];
  });
}

function changeStatements(pair: Pair, pairs: Pairs, world: World, { entry, gained, lost }: Change): Statement[] {
  const one = (permissions: readonly Permission[], direction: "gain" | "loss"): Statement[] => {
    if (permissions.length === 0) return [];
    const isGain = direction === "gain";
    const people = membersWith(pair, pairs, world, entry, permissions, isGain);
    const isIdle = people !== undefined && people.of > 0 && people.count === 0;
    const escalates = isGain && permissions.includes("changeAcl");
    const verb = isGain ? "may now" : "may no longer";
    const idle = `: no effective change, since ${isGain ? "they could already" : "they still can"} through other entries`;
    return [
      {
        code: isGain ? "access-gained" : "access-lost",
        level: isIdle ? "note" : escalates ? "escalation" : "change",
        direction,
        subject: pair.subject,
        says: `${memberWords(entry)} ${verb} ${deeds(pair.definition.kind, permissions)}${isIdle ? idle : ""}`,
        member: entry.label,
        permissions,
        ...(people && { people }),
        ...placeOf(pair, "access", entry.sort, entry.label),
      },
    ];
  };
  // Who decides about access is told apart from who works with what is there.
  const rights = (permissions: readonly Permission[]) => [
    permissions.filter((one) => one === "changeAcl"),
    permissions.filter((one) => one !== "changeAcl"),
  ];
  return [...rights(gained).flatMap((some) => one(some, "gain")), ...rights(lost).flatMap((some) => one(some, "loss"))];
}

/** Of the people behind an entry, those for whom it makes a difference: others may hold the same by another entry. */
function membersWith(
  pair: Pair,
  pairs: Pairs,
  world: World,
  entry: Entry,
  permissions: readonly Permission[],
  isGain: boolean,
): Affected | undefined {
  if (entry.sort === "users" || !world.cohorts) return undefined;
  const members = world.inGroup.get(entry.key) ?? [];
  const others = entriesOf(isGain ? pair.was : pair.is, pairs);
  const byGroup = others.filter(({ sort }) => sort !== "users");
  const byPerson = new Map(others.filter(({ sort }) => sort === "users").map((own) => [own.key, own]));
  const isHeld = (entries: readonly Entry[]) =>
    permissions.every((one) => entries.some((other) => other.permissions.includes(one)));
  const without = ({ groups, who }: Cohort): number => {
    const mine = byGroup.filter(({ key }) => groups.some((group) => group.key === key));
    if (isHeld(mine)) return 0;
    if (byPerson.size === 0) return who.length;
    return who.filter(
      ({ email }) => !isHeld([...mine, ...[byPerson.get(`user/${email}`)].filter((own) => own !== undefined)]),
    ).length;
  };
  return { count: members.reduce((sum, cohort) => sum + without(cohort), 0), of: size(members) };
}

const memberWords = ({ sort, label }: Entry): string =>
  sort === "users" ? label : `the ${accessSorts[sort].member} ${quoted(label)}`;

const things: Record<string, { verbs: Record<Permission, string>; thing: string }> = {
  AclTemplate: {
    verbs: { read: "see", write: "change", delete: "delete", changeAcl: "decide who has access to" },
    thing: "assets uploaded under it from now on",
  },
  Storage: {
    verbs: { read: "see", write: "upload to", delete: "delete", changeAcl: "decide who has access to" },
    thing: "the storage",
  },
  ExportLocation: {
    verbs: { read: "use", write: "change", delete: "delete", changeAcl: "decide who has access to" },
    thing: "the export location",
  },
};

function deeds(kind: string, permissions: readonly Permission[]): string {
  const { verbs, thing } = things[kind] ?? { verbs: { ...things.AclTemplate!.verbs }, thing: "it" };
  return `${series(permissions.map((one) => verbs[one]))} ${thing}`;
}

/** Where a template is used after the change. */
export function usersOf(template: Pair, pairs: Pairs): string[] {
  return pairs.all.flatMap((pair) => {
    const { definition, is } = pair;
    const uses = Object.entries(is ? fieldsOf(definition, is) : {}).some(
      ([name, field]) =>
        field.type === "reference" &&
        field.to.includes("AclTemplate") &&
        is![name] !== undefined &&
        pairs.meant(is![name], field.to).key === template.key,
    );
    if (!uses) return [];
    const { kind, label } = pair.subject;
    return [
      kind === "AdminSettings"
        ? "the tenant's own settings"
        : definition.shape === "part"
          ? `the settings of ${quoted(label)}`
          : `the ${kindWords(kind)} ${quoted(label)}`,
    ];
  });
}

function scope(pair: Pair, pairs: Pairs): Statement {
  const users = usersOf(pair, pairs);
  const used =
    users.length === 0
      ? "nothing that is described uses it"
      : `used by ${users.length > 12 ? `${users.slice(0, 12).join(", ")} and ${count(users.length - 12, "more place")}` : series(users)}`;
  return {
    code: "template-scope",
    level: "change",
    subject: pair.subject,
    says: `it counts for assets that are uploaded from now on and changes no asset that exists; ${used}`,
    ...placeOf(pair),
  };
}

/** Old tenants: a group that may see assets by the list and lacks the role to open any. */
function withoutRole(pair: Pair, pairs: Pairs): Statement[] {
  const lacking = (when: "was" | "is") =>
    entriesOf(pair[when], pairs).filter(({ sort, key, permissions }) => {
      const group = pairs.byKey.get(key);
      const roles = sort === "groups" && group && rolesOf(group, when);
      const isKnown = group?.[when]?.roles !== undefined;
      return isKnown && roles && permissions.includes("read") && !roles.includes("can_read_assets");
    });
  const before = new Set(lacking("was").map(({ key }) => key));
  return lacking("is")
    .filter(({ key }) => !before.has(key))
    .map(({ label, key }) => ({
      code: "access-without-role" as const,
      level: "warning" as const,
      subject: pair.subject,
      says: `names the group ${quoted(label)}, whose roles do not let it open assets (can_read_assets): roles and access lists are both needed`,
      member: label,
      ...placeOf(pairs.byKey.get(key)!, "roles"),
      ...placeOf(pair, "access", "groups", label),
    }));
}

/** Another template for the same uploads, or one or none: what that makes of everybody's access, the gravest first. */
export function switched(
  from: Pair | undefined,
  to: Pair | undefined,
  pairs: Pairs,
): { gained: string[]; lost: string[]; escalates: boolean } {
  const grave = ({ gained }: Change) => (gained.includes("changeAcl") ? 0 : 1);
  const changes = compare(entriesOf(from?.was, pairs), entriesOf(to?.is, pairs)).sort((a, b) => grave(a) - grave(b));
  const say = (which: "gained" | "lost") =>
    changes.flatMap(({ entry, ...change }) =>
      change[which].length > 0
        ? [
            `${memberWords(entry)} may ${which === "lost" ? "no longer " : ""}${series(change[which].map((one) => things.AclTemplate!.verbs[one]))} them`,
          ]
        : [],
    );
  return {
    gained: say("gained"),
    lost: say("lost"),
    escalates: changes.some(({ gained }) => gained.includes("changeAcl")),
  };
}
