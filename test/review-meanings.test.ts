// What single values mean, where a plain "is another now" would hide it: what gives access, what is put back, what the run
// refuses.
import { describe, expect, test } from "vitest";
import { review, text, type Statement } from "../provider/review";
import { asLive, now, picture } from "./review/pictures";

type Told = [level: Statement["level"], direction: Statement["direction"], says: string];
const told = (from: string, to: string, live = false): Told[] => {
  const before = picture(from);
  return review(live ? asLive(before) : before, picture(to), { now }).statements.map(({ level, direction, says }) => [
    level,
    direction,
    says,
  ]);
};

describe("the user type of whoever joins", () => {
  const groups = (type: string) =>
    `userGroups: { Editors: { roles: [can_search]${type === "" ? "" : `, defaultUserType: ${type}`} } }`;
  test.each<[from: string, to: string, told: Told[]]>([
    [
      "standard",
      "power",
      [["warning", "gain", "people who join iconik through it get the user type Power instead of Standard"]],
    ],
    [
      "standard",
      "{ clear: true }",
      [["warning", "gain", "defaultUserType is unset; it was “standard”; what iconik then does is documented nowhere"]],
    ],
    [
      "browseOnly",
      "{ clear: true }",
      [
        [
          "warning",
          "gain",
          "defaultUserType is unset; it was “browseOnly”; what iconik then does is documented nowhere",
        ],
      ],
    ],
    // There is none above it.
    [
      "power",
      "{ clear: true }",
      [["change", undefined, "defaultUserType is unset; it was “power”; what iconik then does is documented nowhere"]],
    ],
    [
      "power",
      "standard",
      [["change", "loss", "people who join iconik through it get the user type Standard instead of Power"]],
    ],
  ])("%s, then %s", (from, to, expected) => {
    expect(told(groups(from), groups(to))).toEqual(expected);
    expect(told(groups(from), groups(to), true)).toEqual(expected);
  });
});

describe("the group that gets access to what is scanned in", () => {
  const storage = (more: string) => `
userGroups: { Editors: { roles: [can_search] }, Guests: { roles: [can_search] } }
aclTemplates: { Upload: { access: { groups: { Editors: [read] } } } }
storages: { Masters: { type: s3, purpose: files, bucket: media, region: eu-1, credentials: managed${more} } }`;
  test.each<[from: string, to: string, told: Told[]]>([
    [
      ", accessGroup: Editors",
      ", accessGroup: Guests",
      [["warning", "gain", "“Guests” gets access to what is scanned in here from now on, instead of “Editors”"]],
    ],
    [
      ", accessGroup: { clear: true }",
      ", accessGroup: Guests",
      [["warning", "gain", "“Guests” gets access to what is scanned in here from now on"]],
    ],
    [
      ", accessGroup: Editors",
      ", accessGroup: { clear: true }",
      [["change", "loss", "“Editors” no longer gets access to what is scanned in here"]],
    ],
    [
      "",
      ", accessGroup: Guests",
      [["warning", "gain", "“Guests” gets access to what is scanned in here from now on (managed from now on)"]],
    ],
    [
      ", aclTemplate: Upload, accessGroup: Editors",
      ", aclTemplate: Upload, accessGroup: Guests",
      [
        [
          "change",
          undefined,
          "“Guests” gets access to what is scanned in here from now on, instead of “Editors”; as long as a template is set here, that counts instead",
        ],
      ],
    ],
  ])("%j, then %j", (from, to, expected) => expect(told(storage(from), storage(to))).toEqual(expected));
});

test("what is put back when settings are taken out is told as a change nobody can see beforehand", () => {
  const group = "userGroups: { Editors: { roles: [can_search] } }\n";
  const settings = (more: string) => `${group}adminSettings: { mfaRequired: true, externalShare: false${more} }`;
  expect(told(settings(", options: { onDestroy: restore }"), group)).toEqual([
    [
      "warning",
      undefined,
      "is no longer managed, and what was there before it was taken over is put back: another value of externalShare and mfaRequired, which only the stack knows and which may protect less",
    ],
  ]);
  expect(told(settings(""), group)).toEqual([["note", undefined, "is no longer managed: it stays as it is"]]);
});

describe("what iconik cannot change", () => {
  const storage = (bucket: string, type = "s3") =>
    `storages: { Masters: { type: ${type}, purpose: files, bucket: ${bucket}, region: eu-1, endpoint: https://s3.example.com${type === "s3" ? ", credentials: managed" : ", accessKey: K, secretKey: { fromConfig: k }"} } }`;
  const application = (user: string) => `applications: { CI: { user: ${user} } }`;
  const move =
    "add a storage with the new value, move the files over in iconik, then remove this one: iconik keeps file records of the old place";
  test.each<[what: string, from: string, to: string, says: string]>([
    [
      "a bucket",
      storage("one"),
      storage("two"),
      `bucket is “two” instead of “one”, which iconik cannot change: the run refuses it. Instead, ${move}`,
    ],
    [
      "a user",
      application("ci@example.com"),
      application("other@example.com"),
      "user is “other@example.com” instead of “ci@example.com”, which iconik cannot change: the run refuses it. Instead, make a second application for the other person, move its users over, then remove this one",
    ],
  ])("%s is told as what the run refuses", (_, from, to, says) => {
    expect(told(from, to)).toEqual([["warning", undefined, says]]);
    expect(told(from, to, true)).toEqual([["warning", undefined, says]]);
  });

  test("what is the same for iconik, or only known to the stack's config, is not refused", () => {
    const plain = [storage("one", "wasabi"), storage("one", "s3Compatible")] as const;
    expect(told(...plain)).toEqual([["change", undefined, "type is “s3Compatible” instead of “wasabi”"]]);
    expect(told(storage("one"), storage("{ fromConfig: bucket }")).map(([, , says]) => says)).toEqual([
      "bucket is the value of the stack config “bucket” instead of “one”",
    ]);
  });
});

test("people who were read on a day that is yet to come are of no known age", () => {
  const groups = (role: string) => picture(`userGroups: { Editors: { roles: [${role}] } }`);
  const read = (readAt: string) =>
    text(review(groups("can_search"), groups("can_read_assets"), { now, people: { known: [], readAt } }));
  expect(read("2026-11-25T12:00:00Z")).toContain(
    "as read 3 days ahead, so that nobody knows how old that is (2026-11-25)",
  );
  // Clocks differ.
  expect(read("2026-11-22T12:05:00Z")).toContain("as read today (2026-11-22)");
  expect(read("2026-11-19T11:00:00Z")).toContain("as read 3 days ago (2026-11-19)");
});
