// Whether reviews say of every person what they gain and lose. Two calculations that know nothing of each other: this one
// goes through people one by one and asks for each role whether they hold it, once by the rule of tenants with user
// groups and once by that of tenants with role groups.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { roles } from "../provider/roles";
import { review, text, type Review, type Statement } from "../provider/review";
import type { Person, Picture } from "../provider/tenant/picture";
import { asLive, bare, crowd, groups, now, picture, resource, type Groups } from "./review/pictures";

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const runs = Number(process.env.RUNS ?? 1_500);
const random = { seed, numRuns: runs };
console.log(`seed ${seed}`);

const labels = ["Editors", "Guests", "Archive", "Desk"];
const some = [
  "can_search",
  "can_read_assets",
  "can_write_assets",
  "can_create_assets",
  "can_purge_assets",
  "can_write_groups",
  "can_write_role_groups",
  "can_act_as_user",
  "can_run_automations",
  "can_frobnicate",
];
/** Some of the groups, each with some of the roles, or none. */
const someGroups: fc.Arbitrary<Groups> = fc
  .subarray(labels)
  .chain((chosen) =>
    fc.tuple(...chosen.map((label) => fc.tuple(fc.constant(label), fc.oneof(fc.constant([]), fc.subarray(some))))),
  )
  .map((entries) => Object.fromEntries(entries));

/** May a user of that type hold the role at all? Help page: Understanding User Group Roles. */
function typeAllows(type: string | undefined, role: string): boolean {
  const tier = roles.get(role)?.tier ?? "unknown";
  if (tier === "unknown" || type === "browseApiOnly" || type === undefined) return true;
  const order = ["browseOnly", "standard", "power"];
  return order.indexOf(tier) <= order.indexOf(type);
}

function mayInOldTenant(person: Person, byLabel: Groups, role: string): boolean {
  const isGiven = Object.entries(byLabel).some(
    ([label, given]) => person.memberOf.includes(`userGroups/${label}`) && given.includes(role),
  );
  return isGiven && typeAllows(person.type, role);
}

function mayInNewTenant(person: Person, byLabel: Groups, role: string): boolean {
  if (!typeAllows(person.type, role)) return false;
  const mine = Object.entries(byLabel).filter(
    ([label, given]) => given.length > 0 && person.memberOf.includes(`roleGroups/${label}`),
  );
  return mine.length === 0 || mine.some(([, given]) => given.includes(role));
}

/** What a tenant can be like besides what is described: of a group that neither side has, there may be roles or none. */
function readings({ memberOf }: Person, before: Groups, after: Groups): [Groups, Groups][] {
  const unknown = labels.filter(
    (label) => memberOf.some((name) => name.endsWith(`/${label}`)) && !(label in before) && !(label in after),
  );
  const hidden = Object.fromEntries(unknown.map((label) => [label, ["can_hidden"]]));
  return unknown.length === 0
    ? [[before, after]]
    : [
        [before, after],
        [
          { ...before, ...hidden },
          { ...after, ...hidden },
        ],
      ];
}

test("of access lists, each statement counts those for whom it is true", () => {
  const permissions = ["read", "write", "delete", "changeAcl"];
  const desks = ["Editors", "Guests", "Archive"];
  const lists = fc.record({
    groups: fc.dictionary(fc.constantFrom(...desks), fc.subarray(permissions, { minLength: 1 })),
    users: fc.dictionary(
      fc.constantFrom("person-0@example.com", "person-1@example.com"),
      fc.subarray(permissions, { minLength: 1 }),
    ),
  });
  const tenants = fc.record({
    before: lists,
    after: lists,
    people: crowd(desks.map((label) => `userGroups/${label}`)),
  });
  type Lists = typeof lists extends fc.Arbitrary<infer T> ? T : never;
  const tenant = ({ groups: byGroup, users }: Lists, people: Person[]): Picture => {
    const { resources } = groups("userGroups", Object.fromEntries(desks.map((label) => [label, ["can_read_assets"]])));
    const access = {
      groups: Object.entries(byGroup).map(([label, given]) => ({
        group: { ref: { kind: "UserGroup", label, name: label } },
        permissions: given,
      })),
      users: Object.entries(users).map(([user, given]) => ({ user, permissions: given })),
    };
    return bare(
      "userGroups",
      [...resources, resource("AclTemplate", "aclTemplates", "Upload", { name: "Upload", access })],
      people,
    );
  };
  const may = ({ email, memberOf }: Person, { groups: byGroup, users }: Lists, permission: string) =>
    (users[email] ?? []).includes(permission) ||
    Object.entries(byGroup).some(
      ([label, given]) => memberOf.includes(`userGroups/${label}`) && given.includes(permission),
    );
  fc.assert(
    fc.property(tenants, ({ before, after, people }) => {
      const { statements } = review(tenant(before, people), tenant(after, people), { now });
      const counted = people.filter(({ active, admin }) => active && !admin);
      for (const { code, member, permissions: some = [], people: who } of statements.filter(
        ({ people: known }) => known,
      )) {
        const [old, then] = code === "access-gained" ? [before, after] : [after, before];
        const members = counted.filter(({ memberOf }) => memberOf.includes(`userGroups/${member}`));
        const touched = members.filter((one) =>
          some.some((permission) => !may(one, old, permission) && may(one, then, permission)),
        );
        expect([who!.count, who!.of], `${code} ${member} ${some.join()}`).toEqual([touched.length, members.length]);
      }
      const given = (list: Record<string, string[]>, other: Record<string, string[]>) =>
        Object.entries(list).flatMap(([who, all]) =>
          all.filter((one) => !other[who]?.includes(one)).map((one) => `${who} ${one}`),
        );
      const told = (code: string) =>
        statements
          .filter((one) => one.code === code)
          .flatMap(({ member, permissions: some = [] }) => some.map((one) => `${member} ${one}`));
      expect(told("access-gained").sort()).toEqual(
        [...given(after.groups, before.groups), ...given(after.users, before.users)].sort(),
      );
      expect(told("access-lost").sort()).toEqual(
        [...given(before.groups, after.groups), ...given(before.users, after.users)].sort(),
      );
    }),
    random,
  );
});

describe.each([
  ["userGroups", mayInOldTenant],
  ["teams", mayInNewTenant],
] as const)("in a tenant with %s", (model, may) => {
  const section = model === "teams" ? "roleGroups" : "userGroups";
  const tenants = fc.record({
    before: someGroups,
    after: someGroups,
    people: crowd(labels.map((label) => `${section}/${label}`)),
  });

  test("everybody gains and loses what a calculation by hand says", () => {
    fc.assert(
      fc.property(tenants, ({ before, after, people }) => {
        const found = review(groups(model, before, people), groups(model, after), { now });
        const names = new Set([...roles.keys(), ...Object.values(before).flat(), ...Object.values(after).flat()]);
        for (const person of people) {
          const changes = [...names].flatMap((role) =>
            readings(person, before, after).flatMap(([was, is]) => {
              const [had, has] = [may(person, was, role), may(person, is, role)];
              return had === has || !person.active || person.admin ? [] : [`${has ? "+" : "-"}${role}`];
            }),
          );
          expect(told(found, person.email), `${person.email} of ${JSON.stringify(people)}`).toEqual(
            [...new Set(changes)].sort(),
          );
        }
      }),
      random,
    );
  });

  test("each statement counts those of the group for whom it is true", () => {
    fc.assert(
      fc.property(tenants, ({ before, after, people }) => {
        const found = review(groups(model, before, people), groups(model, after), { now });
        const counted = people.filter(({ active, admin }) => active && !admin);
        const statements = found.statements.filter(({ code }) => code === "ability-gained" || code === "ability-lost");
        for (const { code, subject, people: who, roles: [role] = [], level } of statements) {
          const members = counted.filter(({ memberOf }) => memberOf.includes(`${section}/${subject.label}`));
          const touched = members.filter((person) =>
            readings(person, before, after).some(([was, is]) => {
              const [old, now] = code === "ability-gained" ? [was, is] : [is, was];
              return !may(person, old, role!) && may(person, now, role!);
            }),
          );
          expect([who?.count, who?.of]).toEqual([touched.length, members.length]);
          if (members.length > 0 && touched.length === 0) expect(level).toBe("note");
        }
        // What is written in a group and not in its other version is told once, and nothing else is.
        const written = labels.flatMap((label) => [
          ...(after[label] ?? []).filter((role) => !before[label]?.includes(role)).map((role) => `+${label} ${role}`),
          ...(before[label] ?? []).filter((role) => !after[label]?.includes(role)).map((role) => `-${label} ${role}`),
        ]);
        expect(
          statements
            .map(
              ({ code, subject, roles: [role] = [] }) =>
                `${code === "ability-gained" ? "+" : "-"}${subject.label} ${role}`,
            )
            .sort(),
        ).toEqual(written.sort());
      }),
      random,
    );
  });

  test("the way back is the mirror image", () => {
    fc.assert(
      fc.property(tenants, ({ before, after, people }) => {
        const there = review(groups(model, before, people), groups(model, after, people), { now });
        const back = review(groups(model, after, people), groups(model, before, people), { now });
        expect(mirrored(there)).toEqual(plainly(back));
        for (const { email } of people) {
          const turned = told(back, email).map((change) => `${change.startsWith("+") ? "-" : "+"}${change.slice(1)}`);
          expect(told(there, email)).toEqual(turned.sort());
        }
        expect([there.totals.created, there.totals.deleted]).toEqual([back.totals.deleted, back.totals.created]);
      }),
      random,
    );
  });

  test("no change, no words", () => {
    fc.assert(
      fc.property(tenants, ({ before, people }) => {
        const found = review(groups(model, before, people), groups(model, before, people), { now });
        expect(found.statements).toEqual([]);
        expect(text(found)).toBe("tenant.yaml: nothing changes\n");
      }),
      { ...random, numRuns: 200 },
    );
  });

  test("another name is told as that, and as nothing else", () => {
    fc.assert(
      fc.property(tenants, fc.constantFrom(...labels), ({ before, people }, label) => {
        fc.pre(before[label] !== undefined);
        const from = groups(model, before, people);
        const to = renamed(from, label, "Newcomers");
        const { statements, people: changes } = review(from, to, { now });
        expect(statements.map(({ code, says }) => [code, says])).toEqual([
          ["renamed", `is called “Newcomers” instead of “${label}”`],
        ]);
        expect(changes).toEqual([]);
      }),
      { ...random, numRuns: 200 },
    );
  });
});

/** What a review says of one person. */
function told({ people }: Review, email: string): string[] {
  const changes = people.filter(({ who }) => who.includes(email));
  return changes
    .flatMap(({ gained, lost }) => [...gained.map((role) => `+${role}`), ...lost.map((role) => `-${role}`)])
    .sort();
}

const opposite: Partial<Record<Statement["code"], Statement["code"]>> = {
  "ability-gained": "ability-lost",
  "ability-lost": "ability-gained",
  "role-group-begins": "role-group-ends",
  "role-group-ends": "role-group-begins",
  created: "deleted",
  deleted: "created",
};

const line = (code: string, { subject, roles, people }: Statement): string =>
  JSON.stringify([code, subject.label, [...(roles ?? [])].sort(), people?.count, people?.of]);
/** Both directions of a change; what is odd only afterwards has no opposite. */
const plainly = ({ statements }: Review): string[] =>
  statements
    .filter(({ code }) => opposite[code])
    .map((one) => line(one.code, one))
    .sort();
const mirrored = ({ statements }: Review): string[] =>
  statements
    .filter(({ code }) => opposite[code])
    .map((one) => line(opposite[one.code]!, one))
    .sort();

function renamed(picture: Picture, label: string, name: string): Picture {
  return {
    ...picture,
    resources: picture.resources.map((one) =>
      one.label === label ? { ...one, label: name, name, formerly: [label], inputs: { ...one.inputs, name } } : one,
    ),
  };
}

test.each([
  ["a file that has no groups yet", undefined],
  ["the tenant itself", "live"],
])("in a tenant with role groups, %s is not taken for one of the other sort", (_, isLive) => {
  const none = picture("adminSettings: { externalShare: false }\n");
  const first = picture("adminSettings: { externalShare: false }\nroleGroups: { Lookers: { roles: [can_search] } }\n");
  const known: Person[] = [
    { email: "editor@example.com", type: "standard", active: true, admin: false, memberOf: ["teams/Sport"] },
  ];
  const people = { known, readAt: now.toISOString() };
  const live = { ...asLive(groups("teams", { Cutters: ["can_search"] })), people };
  for (const [from, to] of [
    [none, first],
    [first, none],
    [none, none],
  ] as const) {
    const found = review(from, to, { now, people, ...(isLive && { live }) });
    expect(found.people).toEqual([]);
    expect(found.model).toBe("teams");
    expect(found.statements.map(({ code }) => code)).not.toContain("without-abilities");
    expect(found.statements.map(({ subject }) => subject.section)).not.toContain("tenant");
  }
});
