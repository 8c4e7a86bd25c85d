/** Two pictures side by side: which object of one is which of the other, and what it is like before and after. */

import type { Definition } from "../definition";
import { kinds } from "../kinds";
import type { Picture, PicturedResource } from "../tenant/picture";
import type { Pair, Pairs } from "./pair";
import { settle } from "./settle";

/**
 * Which objects of two pictures are one, and what applying `to` makes of what `from` says.
 * @param managed the objects of `from` that are managed, where these are not all or none
 */
export function pairUp(from: Picture, to: Picture, managed?: ReadonlySet<PicturedResource>): Pairs {
  const byResource = new Map<string, Pair>();
  const byName = new Map<string, Pair>();
  const formerly = new Map<string, Pair>();
  const all: Pair[] = [];
  const released = new Set(to.released.map(({ kind, name }) => `${kind}/${name}`));

  const meant: Pairs["meant"] = (reference, kindsOf) => {
    const { ref, existing, id } = reference as {
      ref?: { kind: string; name: string; label: string };
      existing?: string;
      id?: string;
    };
    const found = ref
      ? (byResource.get(`${ref.kind}/${ref.name}`) ?? formerly.get(`${ref.kind}/${ref.name}`))
      : kindsOf.map((kind) => byName.get(`${kind}/${existing}`)).find((pair) => pair !== undefined);
    if (found) return { key: found.key, label: found.subject.label };
    const name = ref?.label ?? existing ?? id ?? String(reference);
    return { key: `existing/${name}`, label: name };
  };

  const add = (definition: Definition, before: PicturedResource | undefined, after: PicturedResource | undefined) => {
    const { kind, section, label } = (after ?? before)!;
    const pair: Pair = {
      key: `${kind}/${all.length}`,
      definition,
      subject: { kind, section, label },
      ...(before && { before }),
      ...(after && { after }),
      fate: "kept",
      dropped: [],
      taken: [],
      untold: [],
    };
    all.push(pair);
    for (const one of [before, after]) {
      if (!one) continue;
      byResource.set(`${kind}/${one.name}`, pair);
      for (const former of one.formerly) formerly.set(`${kind}/${former}`, pair);
      const name = definition.shape === "object" ? one.inputs[definition.key] : undefined;
      if (typeof name === "string") byName.set(`${kind}/${name}`, pair);
    }
  };

  const definitions = Object.values(kinds as Record<string, Definition>).sort((a, b) => rank(a) - rank(b));
  const ofKind = (picture: Picture, kind: string) => picture.resources.filter((one) => one.kind === kind);
  // Parts are known by whose they are, so the objects come first.
  for (const definition of definitions.filter(({ shape }) => shape === "object")) {
    const described = from.extent === "described" && to.extent === "described";
    for (const [before, after] of objectsOf(
      definition,
      ofKind(from, definition.kind),
      ofKind(to, definition.kind),
      described,
    )) {
      add(definition, before, after);
    }
  }
  for (const definition of definitions) {
    if (definition.shape === "object") continue;
    const owner = ({ inputs }: PicturedResource) => {
      const by = definition.documents.find(({ by }) => by !== undefined && inputs[by] !== undefined)?.by;
      const field = by === undefined ? undefined : definition.fields[by];
      return field?.type === "reference" ? meant(inputs[by!], field.to).key : "tenant";
    };
    const left = new Map(ofKind(from, definition.kind).map((one) => [owner(one), one]));
    for (const after of ofKind(to, definition.kind)) {
      const whose = owner(after);
      add(definition, left.get(whose), after);
      left.delete(whose);
    }
    for (const before of left.values()) add(definition, before, undefined);
  }

  const pairs: Pairs = { all, byKey: new Map(all.map((pair) => [pair.key, pair])), meant };
  for (const pair of all) {
    const isManaged =
      from.extent === "described" ||
      to.extent === "everything" ||
      (pair.before !== undefined && managed?.has(pair.before) === true);
    settle(pair, from, to, released, isManaged);
    // What only comes now had no settings before.
    if (pair.fate === "adopted" && ownerOf(pair, pairs)?.fate === "created") pair.taken = [];
  }
  return pairs;
}

/** Of settings and lists, the group that they belong to; undefined of the tenant's own, and of what is no part. */
export function ownerOf({ definition, is, was }: Pair, pairs: Pairs): Pair | undefined {
  if (definition.shape !== "part") return undefined;
  const values = is ?? was;
  return definition.documents.flatMap(({ by }) => {
    const field = by === undefined ? undefined : definition.fields[by];
    return field?.type === "reference" && values?.[by!] !== undefined
      ? (pairs.byKey.get(pairs.meant(values[by!], field.to).key) ?? [])
      : [];
  })[0];
}

/** Groups come first, then who is in them, then what they have access to, and settings last. */
function rank({ shape, fields, model }: Definition): number {
  if (shape === "part") return 4;
  if (fields.roles) return 0;
  return model ? 1 : fields.access ? 2 : 3;
}

type Couple = [before: PicturedResource | undefined, after: PicturedResource | undefined];

/**
 * By id, by logical name and former ones between files, by natural key when one side is a tenant: there, only what a
 * file described has logical names that a stack goes by, and names can go from one object to another.
 */
function objectsOf(
  definition: Definition,
  before: readonly PicturedResource[],
  after: readonly PicturedResource[],
  described: boolean,
): Couple[] {
  const key = (one: PicturedResource) => (definition.shape === "object" ? one.inputs[definition.key] : undefined);
  const left = new Set(before);
  const partner = new Map<PicturedResource, PicturedResource>();
  const join = (
    tokensOf: (one: PicturedResource) => readonly unknown[],
    tokenOf: (one: PicturedResource) => unknown,
  ) => {
    const found = Map.groupBy(left, tokenOf);
    for (const one of after) {
      if (partner.has(one)) continue;
      for (const token of tokensOf(one)) {
        const same = token === undefined ? [] : (found.get(token) ?? []).filter((other) => left.has(other));
        if (same.length !== 1) continue;
        partner.set(one, same[0]!);
        left.delete(same[0]!);
        break;
      }
    }
  };
  join(
    ({ id, options }) => [id, options.adopt],
    ({ id }) => id,
  );
  if (!described) {
    const written = ({ name, place }: PicturedResource) => place && name;
    join(({ name }) => [name], written);
    join(({ formerly }) => formerly, written);
    join((one) => [key(one)], key);
    join(({ formerly }) => formerly, key);
  }
  join(
    ({ name }) => [name],
    ({ name }) => name,
  );
  join(
    ({ formerly }) => formerly,
    ({ name }) => name,
  );
  return [...after.map((one): Couple => [partner.get(one), one]), ...[...left].map((one): Couple => [one, undefined])];
}
