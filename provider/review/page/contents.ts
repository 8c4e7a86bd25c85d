/** The tables of a review in the form in which the page's script takes them. */

import { accessSorts } from "../../definition";
import { plain } from "../../engine/errors";
import { dangers, roles as table, tierOf } from "../../roles";
import { isEscalating } from "../abilities";
import type { Fate } from "../report";
import type { Review, Subject } from "../report";
import { kindWords, mayOf, title } from "../words";
import type { PageData, PageRole, PageSubject } from "./data";

export function contentsOf({ matrix, people }: Review): PageData {
  const names = [
    ...new Set([
      ...matrix.roles.map(({ name }) => name),
      ...people.flatMap(({ gained, lost }) => [...gained, ...lost]),
    ]),
  ];
  const place = new Map(names.map((name, index) => [name, index]));
  const places = (some: readonly string[]) => some.map((name) => place.get(name)!).sort((a, b) => a - b);
  return {
    roles: names.map(roleOf),
    columns: matrix.roles.length,
    groups: matrix.groups.map(({ subject, fate, before, after, people }) => ({
      ...named(subject, fate),
      before: before && [...before],
      after: after && [...after],
      ...(people !== undefined && { people }),
    })),
    access: matrix.access.map(({ subject, fate, members, usedBy }) => ({
      ...named(subject, fate),
      members: members.map(({ sort, label, before, after }) => ({
        sort: accessSorts[sort as keyof typeof accessSorts]?.member ?? sort,
        label,
        before: [...before],
        after: [...after],
      })),
      ...(usedBy && { usedBy: [...usedBy] }),
    })),
    storages: matrix.storages.map(({ subject, fate, before, after }) => ({
      ...named(subject, fate),
      before: before && { ...before },
      after: after && { ...after },
    })),
    settings: [...Map.groupBy(matrix.settings, ({ subject }) => title(subject))].map(([name, values]) => ({
      title: name,
      values: values.map(({ path, before, after }) => ({ path, before, after })),
    })),
    people: people.map(({ who, gained, lost, through }) => ({
      who: [...who],
      gained: places(gained),
      lost: places(lost),
      through: through.map(title),
    })),
  };
}

/** As JSON that can stand in a script element: whatever anybody called anything, it does not end there. */
export const embedded = (data: PageData): string =>
  JSON.stringify(data, (_, value: unknown) => (typeof value === "string" ? plain(value) : value)).replaceAll(
    "<",
    "\\u003c",
  );

function roleOf(name: string): PageRole {
  const facets = table.get(name)?.dangers ?? [];
  return {
    name,
    may: mayOf(name),
    tier: tierOf(name),
    dangers: facets.map((facet) => dangers[facet].may),
    escalates: isEscalating(name),
  };
}

const fates: Readonly<Record<Fate, string | undefined>> = {
  kept: undefined,
  created: "new",
  adopted: "taken over",
  deleted: "deleted",
  released: "released",
  stays: "no longer managed",
};

function named({ kind, label }: Subject, fate: Fate): PageSubject {
  const word = fates[fate];
  return { kind: kindWords(kind), label, ...(word !== undefined && { fate: word }) };
}
