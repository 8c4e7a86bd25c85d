// What a review says where the same thing is called or written otherwise: names that go from one object to another, and
// what ends on a day.
import { describe, expect, test } from "vitest";
import { review } from "../provider/review";
import type { Person, Picture } from "../provider/tenant/picture";
import { asLive, now, picture } from "./review/pictures";

const person = (email: string, ...memberOf: string[]): Person => ({
  email,
  type: "power",
  active: true,
  admin: false,
  memberOf,
});

const told = (from: string, to: string, options: { live?: Picture } = {}) =>
  review(picture(from), picture(to), { now, ...options }).statements.map(
    ({ level, subject, says }) => `${level} ${subject.label}: ${says}`,
  );

describe("a name that goes from one group to another", () => {
  const before = "userGroups: { Desk: { roles: [can_read_assets] }, Night desk: { roles: [can_search] } }\n";
  const after =
    "userGroups: { Desk: { name: Night desk, roles: [can_read_assets, can_purge_assets] }, Night desk: { name: Late desk, roles: [can_search] } }\n";
  const known = [person("day@example.com", "userGroups/Desk"), person("night@example.com", "userGroups/Night desk")];

  test("takes nobody with it", () => {
    const { people } = review(picture(before), picture(after), { now, people: { known, readAt: now.toISOString() } });
    expect(people.map(({ who, gained, lost }) => [who, gained, lost])).toEqual([
      [["day@example.com"], ["can_purge_assets"], []],
    ]);
  });

  test("leaves the objects of the stack what they are, in the tenant too", () => {
    const live = { ...asLive(picture(before)), people: { known, readAt: now.toISOString() } };
    const found = review(picture(before), picture(after), { now, live });
    expect(found.totals).toMatchObject({ created: 0, deleted: 0, renamed: 2 });
    expect(found.people.map(({ who, gained, lost }) => [who, gained, lost])).toEqual([
      [["day@example.com"], ["can_purge_assets"], []],
    ]);
  });
});

test("a SAML mapping of another name lets other people in, by each way to write it", () => {
  const groups = "userGroups: { Admins: { roles: [can_purge_assets] } }\n";
  const both = [
    "escalation AD: people whom the identity provider calls “Everybody” come into “Admins” when they log in; its members may remove assets from the recycle bin for good",
    "change AD: people whom the identity provider calls “Chiefs” no longer come into “Admins” when they log in",
  ];
  const from = `${groups}groupMappings: { AD: { name: Chiefs, group: Admins } }\n`;
  expect(told(from, `${groups}groupMappings: { AD: { name: Everybody, group: Admins } }\n`)).toEqual(both);
  const renamed = `${groups}groupMappings: { Everybody: { formerly: AD, group: Admins } }\n`;
  expect(told(from, renamed)).toEqual(both.map((line) => line.replace(" AD:", " Everybody:")));
  // Only the label of the file: nothing changes for anybody.
  expect(told(from, `${groups}groupMappings: { Chiefs: { formerly: AD, group: Admins } }\n`)).toEqual([
    "note Chiefs: has the label “Chiefs” instead of “AD”; in the tenant nothing changes",
  ]);
});

describe("an end that moves is told, however what ends is written", () => {
  const [end, later] = ["2027-01-31", "2028-01-31"];
  const access = (group: string, permissions: string, until?: string, more = "") =>
    `userGroups: { ${group}: { ${more}roles: [can_read_assets] } }\naclTemplates: { Upload: { access: { groups: { ${group}: { permissions: [${permissions}]${until ? `, expires: ${until}` : ""} } } } } }\n`.replace(
      /\{ permissions: (\[[^\]]*\]) \}/,
      "$1",
    );
  const list = (...entries: string[]) =>
    `addressSets: { visit: [198.51.100.0/25, 198.51.100.128/25] }\nshield: { everyone: [${["ip: 127.0.0.0/8", ...entries].map((one) => `{ ${one} }`).join(", ")}] }\n`;

  test.each<[string, string, string, string[]]>([
    [
      "of a group with another label, for good",
      access("Guests", "read", end),
      access("Visitors", "read", undefined, "formerly: Guests, "),
      ["warning Upload: the access of “Guests” stays for good; it was to end on 2027-01-31"],
    ],
    [
      "of a group with another label, later",
      access("Guests", "read", end),
      access("Visitors", "read", later, "formerly: Guests, "),
      ["warning Upload: the access of “Visitors” ends on 2028-01-31 instead of 2027-01-31"],
    ],
    [
      "of who decides about access",
      access("Guests", "read, changeAcl", end),
      access("Guests", "read, changeAcl", later),
      ["escalation Upload: the access of “Guests” ends on 2028-01-31 instead of 2027-01-31"],
    ],
    [
      "of a person, in other letters",
      "aclTemplates: { Upload: { access: { users: { Visitor@Example.com: { permissions: [read], expires: 2027-01-31 } } } } }\n",
      "aclTemplates: { Upload: { access: { users: { visitor@example.com: [read] } } } }\n",
      ["warning Upload: the access of “Visitor@Example.com” stays for good; it was to end on 2027-01-31"],
    ],
    [
      "of an address",
      list(`ip: 203.0.113.7/32, expires: ${end}`),
      list(`ip: 203.0.113.7, expires: ${later}`),
      [`warning everyone: “203.0.113.7” ends on 2028-01-31 instead of 2027-01-31`],
    ],
    [
      "of a set, once, beside something new",
      list(`set: visit, expires: ${end}`),
      list(`set: visit, expires: ${later}`, "ip: 192.0.2.1"),
      [
        "escalation everyone: also lets in 192.0.2.1",
        "warning everyone: the set “visit” ends on 2028-01-31 instead of 2027-01-31",
      ],
    ],
    [
      "of a set that is written out",
      list(`set: visit, expires: ${end}`),
      list("ip: 198.51.100.0/25", "ip: 198.51.100.128/25"),
      ["warning everyone: the set “visit” stays for good; it was to end on 2027-01-31"],
    ],
    [
      "of a role that ends twice, by the later day",
      `roleSets: { a: [{ role: can_purge_assets, expires: ${end} }] }\nuserGroups: { A: { roleSets: [a], roles: [{ role: can_purge_assets, expires: ${end} }] } }\n`,
      `roleSets: { a: [{ role: can_purge_assets, expires: ${end} }] }\nuserGroups: { A: { roleSets: [a], roles: [{ role: can_purge_assets, expires: ${later} }] } }\n`,
      ["escalation A: can_purge_assets ends on 2028-01-31 instead of 2027-01-31"],
    ],
  ])("%s", (_, from, to, lines) => {
    expect(told(from, to).filter((line) => !line.startsWith("note"))).toEqual(lines);
  });
});
