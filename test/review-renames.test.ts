// What a review says where the same thing is called or written otherwise: names that go from one object to another, and
// what ends on a day.
import { describe, expect, test } from "vitest";
import { review } from "../provider/review";
import type { Person, Picture } from "../provider/tenant/picture";
import { asLive, now, picture } from "./review/pictures";

const person = (email: string, ...memberOf: string[]): Person => ({ email, type: "power", active: true, admin: false, memberOf });

const told = (from: string, to: string, options: { live?: Picture } = {}) =>
  review(picture(from), picture(to), { now, ...options }).statements.map(({ level, subject, says }) => `${level} ${subject.label}: ${says}`);

describe("a name that goes from one group to another", () => {
  const before = "userGroups: { Desk: { roles: [can_read_assets] }, Night desk: { roles: [can_search] } }\n";
  const after = "userGroups: { Desk: { name: Night desk, roles: [can_read_assets, can_purge_assets] }, Night desk: { name: Late desk, roles: [can_search] } }\n";
  const known = [person("day@example.com", "userGroups/Desk"), person("night@example.com", "userGroups/Night desk")];

  test("takes nobody with it", () => {
    const { people } = review(picture(before), picture(after), { now, people: { known, readAt: now.toISOString() } });
    expect(people.map(({ who, gained, lost }) => [who, gained, lost])).toEqual([[["day@example.com"], ["can_purge_assets"], []]]);
  });

  test("leaves the objects of the stack what they are, in the tenant too", () => {
    const live = { ...asLive(picture(before)), people: { known, readAt: now.toISOString() } };
    const found = review(picture(before), picture(after), { now, live });
    expect(found.totals).toMatchObject({ created: 0, deleted: 0, renamed: 2 });
    expect(found.people.map(({ who, gained, lost }) => [who, gained, lost])).toEqual([[["day@example.com"], ["can_purge_assets"], []]]);
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
  expect(told(from, `${groups}groupMappings: { Chiefs: { formerly: AD, group: Admins } }\n`)).toEqual(["note Chiefs: has the label “Chiefs” instead of “AD”; in the tenant nothing changes"]);
});
