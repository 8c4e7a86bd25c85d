// Where statements stand in the tenant file: at the role, the entry or the value that they are about.
import { describe, expect, it } from "vitest";
import { review, sarif, type Statement } from "../provider/review";
import { loadTenant } from "../provider/tenant";
import { pictureOf, type Picture } from "../provider/tenant/picture";
import { now, picture } from "./review/pictures.ts";
import { folder } from "./tenant/inline.ts";

const before = `roleSets:
  cutting: [can_search]
userGroups:
  Editors:
    roleSets: [cutting]
    roles:
      - can_read_assets
      - can_write_assets
  Guests: { roles: [] }
aclTemplates:
  Upload:
    access:
      groups:
        Editors: [read]
adminSettings:
  passwordChecks:
    minLength: 12
shield:
  everyone:
    - { ip: 192.0.2.0/24 }
  groups:
    Editors:
      - { ip: 192.0.2.0/28 }
`;
const after = `roleSets:
  cutting: [can_search, can_purge_assets]
userGroups:
  Editors:
    description: Cut
    roleSets: [cutting]
    roles:
      - can_read_assets
      - role: can_act_as_user
        expires: 2999-01-01
  Guests: { roles: [] }
aclTemplates:
  Upload:
    access:
      groups:
        Editors: [read]
        Guests: [write]
adminSettings:
  passwordChecks:
    minLength: 8
shield:
  everyone:
    - { ip: 192.0.2.0/24 }
    - { ip: 198.51.100.0/24 }
  groups:
    Editors:
      - { ip: 192.0.2.0/28 }
      - { ip: 203.0.113.7 }
`;
const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split("\n").length;
const found = (statements: readonly Statement[], words: string): Statement => {
  const some = statements.filter(({ says }) => says.includes(words));
  expect(some.length, words).toBeGreaterThan(0);
  return some[0]!;
};

describe("a statement stands", () => {
  const { statements } = review(picture(before), picture(after), { now });

  it.each([
    ["at the role", "may now become another user", "role: can_act_as_user"],
    ["where the set of the role is named", "may now remove assets from the recycle bin", "[cutting]\n    roles"],
    ["at the roles, of one that is gone", "may no longer change assets", "roles:\n      - can_read"],
    ["at the entry of an access list", "the group “Guests” may now change", "Guests: [write]"],
    ["at the value", "description is", "description: Cut"],
    ["at a value within a value", "8 characters", "minLength: 8"],
    ["at the address", "also lets in 198.51.100.0/24", "{ ip: 198.51"],
    ["at the address of a group's list", "also lets in 203.0.113.7", "{ ip: 203.0"],
  ])("%s", (_, words, part) => {
    expect(found(statements, words).place).toMatchObject({ file: "tenant.yaml", line: lineOf(after, part) });
  });

  it("in the file that wrote it last, and so it does with a live tenant beside", () => {
    const cwd = folder({ "base.yaml": before, "prod.yaml": "userGroups:\n  Editors:\n    description: Here\n" });
    const { desired } = loadTenant({ base: "base.yaml", overlays: ["prod.yaml"] }, { cwd, loopback: true });
    const live: Picture = { ...picture(before), extent: "everything", source: "live" };
    for (const options of [{ now }, { now, live }]) {
      const all = review(picture(before), pictureOf(desired!, "prod"), options);
      expect(found(all.statements, "description is").place).toEqual({ file: "prod.yaml", line: 3, column: 5 });
    }
  });

  it("there in SARIF", () => {
    const { runs } = JSON.parse(sarif(review(picture(before), picture(after), { now }))) as {
      runs: {
        results: { message: { text: string }; locations: { physicalLocation: { region: { startLine: number } } }[] }[];
      }[];
    };
    const purge = runs[0]!.results.find(({ message }) => message.text.includes("become another user"))!;
    expect(purge.locations[0]!.physicalLocation.region.startLine).toBe(lineOf(after, "role: can_act_as_user"));
  });

  it("in SARIF at the top of the file, when no line of it says so", () => {
    const wiped = "userGroups:\n  Desk: { roles: [can_read_assets] }\n";
    for (const [file, uri] of [
      ["tenant.yaml", "tenant.yaml"],
      [undefined, "Pulumi.yaml"],
    ] as const) {
      const { runs } = JSON.parse(
        sarif(review(picture(`${wiped}guards: { minAdmins: 3 }\n`), picture(wiped), { now }), file),
      ) as {
        runs: { results: { ruleId: string; locations: object[] }[] }[];
      };
      expect(runs[0]!.results.find(({ ruleId }) => ruleId === "guard-lowered")).toMatchObject({
        locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: 1, startColumn: 1 } } }],
      });
    }
  });
});
