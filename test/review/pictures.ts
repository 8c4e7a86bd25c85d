/** Pictures for tests of reviews: from YAML, and random ones. */
import fc from "fast-check";
import { pictureOf, type Person, type Picture, type PicturedResource } from "../../provider/tenant/picture";
import { load } from "../tenant/inline";

export function picture(yaml: string, source = "tenant.yaml"): Picture {
  const { desired, diagnostics } = load(yaml);
  if (!desired) throw new Error(JSON.stringify(diagnostics, undefined, 2));
  return pictureOf(desired, source);
}

/** The same as a tenant that was read has it: nobody wrote it, and nothing is left open. */
export const asLive = (described: Picture): Picture => ({
  ...described,
  source: "live",
  extent: "everything",
  resources: described.resources.map(({ place: _, ...rest }, index) => ({
    ...rest,
    options: {},
    formerly: [],
    id: `id-${index}`,
  })),
});

export const now = new Date("2026-11-22T12:00:00Z");

export interface Groups {
  [label: string]: readonly string[];
}

/** A tenant that is nothing but groups (or role groups) of these roles. */
export function groups(model: Picture["tenant"]["model"], byLabel: Groups, people: readonly Person[] = []): Picture {
  const [kind, section] = model === "teams" ? ["RoleGroup", "roleGroups"] : ["UserGroup", "userGroups"];
  return bare(
    model,
    Object.entries(byLabel).map(([label, roles]) => resource(kind, section, label, { name: label, roles })),
    people,
  );
}

export const resource = (
  kind: string,
  section: string,
  label: string,
  inputs: PicturedResource["inputs"],
): PicturedResource => ({
  kind,
  section,
  label,
  name: label,
  inputs,
  options: {},
  formerly: [],
  place: { file: "tenant.yaml", line: 1, column: 1 },
});

export const bare = (
  model: Picture["tenant"]["model"],
  resources: PicturedResource[],
  people: readonly Person[] = [],
): Picture => ({
  source: "tenant.yaml",
  extent: "described",
  tenant: { model },
  resources,
  released: [],
  provision: [],
  clouds: [],
  later: { tests: [], allow: [], expires: [] },
  gaps: [],
  people: { known: [...people], readAt: now.toISOString() },
});

/** A person of a random type in random groups. */
export const person = (names: readonly string[]): fc.Arbitrary<Omit<Person, "email">> =>
  fc.record({
    type: fc.constantFrom("browseOnly", "standard", "power", "browseApiOnly", undefined),
    active: fc.boolean(),
    admin: fc.constantFrom(true, false, false, false),
    memberOf: fc.subarray([...names]),
  }) as fc.Arbitrary<Omit<Person, "email">>;

export const crowd = (names: readonly string[]): fc.Arbitrary<Person[]> =>
  fc
    .array(person(names), { maxLength: 8 })
    .map((some) => some.map((one, index) => ({ email: `person-${index}@example.com`, ...one })));
