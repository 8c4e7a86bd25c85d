// Which changes by hand drift says to widen permissions: of settings the same ones as reviews say to protect less.
import { describe, expect, test } from "vitest";
import { review } from "../provider/review";
import { drift } from "../provider/tenant/drift";
import { meanings } from "../provider/tenant/meanings";
import type { Picture, PicturedResource } from "../provider/tenant/picture";
import { asLive, bare, groups, now, resource } from "./review/pictures";

const liveOf = (picture: Picture): Picture => ({ ...asLive(picture), tenant: { ...picture.tenant, domainId: "d" } });
/** What is said of the one change between them. */
function said(described: Picture, there: Picture): (string | undefined)[] {
  const { changed, missing, unmanaged } = drift(described, liveOf(there));
  return [...changed.flatMap(({ changes }) => changes), ...missing, ...unmanaged].map(
    (one) => (one as { widens?: string }).widens,
  );
}

describe("role groups", () => {
  const team = (roles: string[]) => groups("teams", { Editors: roles });
  const [some, more] = [["can_search"], ["can_search", "can_read_assets"]];

  test("emptied, one lets its people do all that their type allows", () => {
    expect(said(team(more), team([]))).toEqual([
      "who is in no role group with roles may do all that their user type allows",
    ]);
    expect(said(team(some), groups("teams", { Other: [] }))).toContain(
      "who is in no role group with roles may do all that their user type allows",
    );
  });

  test("the first roles give to those whom another role group limits, further ones to all, and fewer take away", () => {
    expect(said(team([]), team(some))).toEqual(["who is in another role group too may do more"]);
    expect(said(team(some), team(more))).toEqual(["its people may do more"]);
    expect(said(team(more), team(some))).toEqual([undefined]);
  });

  test("of user groups it is the other way round", () => {
    const group = (roles: string[]) => groups("userGroups", { Editors: roles });
    expect(said(group(more), group([]))).toEqual([undefined]);
    expect(said(group([]), group(some))).toEqual(["its people may do more"]);
  });
});

test("roles are named, and each danger with the roles that bring it", () => {
  const group = (roles: string[]) => groups("userGroups", { Editors: roles });
  expect(said(group([]), group(["can_delete_users", "can_purge_assets"]))).toEqual([
    "its people may do more: they may destroy content beyond recovery (can_purge_assets)",
  ]);
  expect(
    said(
      groups("userGroups", { Editors: [] }),
      groups("userGroups", { Editors: [], Shadow: ["can_search", "can_write_users"] }),
    ),
  ).toEqual([
    "it gives its people can_search and can_write_users: they may give rights to others and to themselves (can_write_users)",
  ]);
});

/** Two values of each sort that settings are of. */
const values: readonly [unknown, unknown][] = [
  [true, false],
  [8, 12],
  ["browseOnly", "power"],
  [["a.example.com"], ["a.example.com", "b.example.com"]],
];
/** An object with a value at `path`. */
function holding(kind: string, path: string, value: unknown): PicturedResource {
  const [first = "", second] = path.split(".");
  const inputs = { [first]: second === undefined ? value : { [second]: value } };
  if (kind === "AdminSettings") return resource(kind, "adminSettings", "adminSettings", inputs);
  if (kind === "ShieldAllowList") return resource(kind, "shield", "everyone", inputs);
  const sections: Record<string, string> = {
    UserGroup: "userGroups",
    Team: "teams",
    RoleGroup: "roleGroups",
    Storage: "storages",
  };
  return resource(kind, sections[kind]!, "Desk", { name: "Desk", ...inputs });
}

test("of settings, drift and reviews find the same ones loosened", () => {
  const asked = Object.keys(meanings).filter((name) => !name.startsWith("Application."));
  let loosened = 0;
  for (const name of asked) {
    const [kind = "", ...path] = name.split(".");
    const side = (value: unknown) =>
      bare(kind === "UserGroup" ? "userGroups" : "teams", [holding(kind, path.join("."), value)]);
    for (const [one, other] of values) {
      for (const [was, is] of [
        [one, other],
        [other, one],
      ] as const) {
        if (meanings[name]!(is, was) === undefined || Array.isArray(was) !== /mfaMethods|corsHosts/.test(name))
          continue;
        const [before, after] = [side(was), side(is)];
        const told = review(before, after, { now })
          .statements.filter(({ code }) => code === "setting-loosened")
          .map(({ says }) => says);
        expect(
          said(before, after).filter((one) => one !== undefined),
          `${name} ${String(was)} → ${String(is)}`,
        ).toEqual(told);
        loosened += told.length;
      }
    }
  }
  expect(loosened).toBeGreaterThan(asked.length * 0.8);
});
