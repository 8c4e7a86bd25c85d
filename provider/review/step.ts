/** What one step from a picture to another says, about everything. */

import type { People, Picture } from "../tenant/picture";
import { abilityStatements, emptyHanded } from "./abilities";
import { accessStatements } from "./access";
import { allowListStatements } from "./allow-lists";
import { worldOf, type World } from "./effective";
import { fieldStatements } from "./fields";
import { grantStatements, type StorageGrants } from "./grants";
import { objectStatements } from "./objects";
import type { Pairs } from "./pair";
import type { Statement } from "./report";
import { takenStatements } from "./taken";
import { persons } from "./words";

/** What storages are granted in their clouds, before and after. */
export interface StepGrants {
  from: readonly StorageGrants[];
  to: readonly StorageGrants[];
}

export interface Step {
  pairs: Pairs;
  world: World;
  statements: Statement[];
}

export function step(pairs: Pairs, from: Picture, to: Picture, people: People, grants?: StepGrants): Step {
  const world = worldOf(pairs, people, { before: from.tenant.model, after: to.tenant.model });
  const statements = [
    ...objectStatements(pairs),
    ...abilityStatements(pairs, world),
    ...accessStatements(pairs, world),
    ...allowListStatements(pairs),
    ...fieldStatements(pairs),
    ...takenStatements(pairs),
    ...(grants ? grantStatements(pairs, grants.from, grants.to) : []),
    ...leftWithout(world),
  ];
  return { pairs, world, statements };
}

function leftWithout(world: World): Statement[] {
  const number = emptyHanded(world);
  if (number === 0) return [];
  return [
    {
      code: "without-abilities",
      level: "warning",
      direction: "loss",
      subject: { kind: "Tenant", section: "tenant", label: "people" },
      says: `${persons(number)} could do something before and can do nothing at all afterwards`,
      people: { count: number, of: number },
    },
  ];
}
