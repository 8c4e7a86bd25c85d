/** Taking over what is already there: found by natural key, never without a word, never when it is not the same thing. */

import { fieldsOf, type ObjectKind } from "../definition";
import { collectionOf } from "../field-schema";
import { IconikError } from "./errors";
import { snake } from "../naming";
import { apart, differing, fixed, owned, show, shown } from "./leaves";
import { idOf } from "./paths";
import { settingNames } from "./settings";
import { isUnset, observe, sameSatellite } from "./satellites";
import type { Session } from "./session";
import { idToAdopt, type Adopt, type Desired } from "./stored";
import { satellitesOf, written, type Live, type Resolved } from "./values";

/**
 * Agrees to take over `live`, or says in one sentence why not and what to write. `exact`: nothing will be written but
 * what is not set at all, which is how a run that was killed leaves things.
 */
export async function agree(
  session: Session,
  definition: ObjectKind,
  desired: Desired,
  live: Live,
  resolved: Resolved,
  what: string,
): Promise<Adopt> {
  const id = idOf(definition, live);
  const word = desired.adopt ?? session.settings.adopt ?? (desired.builtIn ? "converge" : undefined);
  // Whatever else is said: without it, what iconik made would be deleted one day.
  if (definition.isSystem?.(live) && !desired.builtIn) {
    throw new IconikError({
      code: "exists",
      message: `${what} exists already (${id}) and is iconik's own; it was left as it is. Write builtIn: true to manage it`,
    });
  }
  if (word === undefined) {
    throw new IconikError({
      code: "exists",
      operation: `GET ${definition.path}`,
      message: `${what} exists already (${id}) and is not in this stack; it was left as it is. To take it over, write options: { adopt: exact } if it is as described, or { adopt: converge } to change it; ${settingNames(session.settings.name).adopt}=exact or converge says so for one run`,
    });
  }
  const fields = fieldsOf(definition, desired.values);
  const leaves = owned(fields, desired.values);
  const tell = (name: string, live: unknown, wanted: unknown) => {
    const [is, described] = apart(live, wanted);
    return `${name} is ${is} in iconik, ${described} is described`;
  };
  const different = differing(leaves, live, desired.values, resolved);
  const stuck = [
    ...Object.entries(fixed(definition, desired.values)).flatMap(([key, value]) =>
      live[key] === value ? [] : [tell(key, live[key], value)],
    ),
    ...different
      .filter((leaf) => leaf.field.immutable)
      .map((leaf) => tell(leaf.name, shown(leaf, live, resolved)?.value, written(desired.values, leaf))),
  ];
  if (stuck.length > 0) {
    throw new IconikError({
      code: "cannot-change",
      operation: `GET ${definition.path}`,
      message: `${what} (${id}) cannot be taken over, because something that cannot be changed is different: ${stuck.join("; ")}. Describe it as it is, or give this one another name`,
    });
  }
  if (word !== "exact") return word;
  const found = different.map((leaf) =>
    tell(leaf.name, shown(leaf, live, resolved)?.value, written(desired.values, leaf)),
  );
  for (const [name, field] of satellitesOf(fields)) {
    const wanted = desired.values[name];
    if (wanted === undefined || field.via?.shape === "token") continue;
    const value = await observe({ session, definition, id, what, name, field, resolved, live }, wanted);
    if (!sameSatellite(field, value, wanted, resolved) && !isUnset(value)) found.push(tell(name, value, wanted));
  }
  if (found.length > 0) {
    throw new IconikError({
      code: "exists",
      operation: `GET ${definition.path}`,
      message: `${what} exists already (${id}) and is not as described: ${found.join("; ")}. It was left as it is. Describe it as it is, or write adopt: converge to change it`,
    });
  }
  return word;
}

/** The one object of that name, or the one whose id is given; `undefined` when there is none. */
export async function find(
  session: Session,
  definition: ObjectKind,
  desired: Desired,
  what: string,
): Promise<{ id: string; live: Live } | undefined> {
  const id = idToAdopt(desired.adopt);
  const reader = session.reader(definition);
  if (id !== undefined) {
    const live = await reader.present({ id, what: `${definition.kind} ${id}` });
    if (live) return { id, live };
    const message = `${what} is to take over ${id}, and iconik has no ${definition.kind} of that id. Check options.adopt`;
    throw new IconikError({ code: "unknown-reference", operation: `GET ${definition.path}`, status: 404, message });
  }
  const inventory = session.inventory(definition);
  const name = String(desired.values[definition.key]);
  const operation = `GET ${collectionOf(definition.path)}`;
  for (let attempt = 1; ; attempt += 1) {
    const matches = await inventory.missing(name);
    if (matches.length > 1) {
      throw new IconikError({
        code: "ambiguous",
        operation,
        message: `${matches.length} objects answer to ${what}: ${matches.map((match) => idOf(definition, match)).join(", ")}. Say which one with options: { adopt: <id> }`,
      });
    }
    if (matches.length === 0) {
      if (!desired.builtIn) return undefined;
      throw new IconikError({
        code: "unknown-reference",
        operation,
        message: `${what} is said to be iconik's own (builtIn), but the tenant has none of that name. Check the name, or drop builtIn to make it`,
      });
    }
    const id = idOf(definition, matches[0]!);
    const live = await reader.present({ id, what: `${what} (${id})` });
    const called: unknown = live?.[snake(definition.key)];
    if (live && called === name) return { id, live };
    if (attempt === 3) {
      const is = live ? `calls it ${show(called)} under that id` : "has no such object";
      throw new IconikError({
        code: "bad-answer",
        operation,
        message: `iconik lists ${what} under the id ${id}, and ${is}. Nothing was made; run again in a few minutes`,
      });
    }
    // The list showed what was deleted or renamed a moment ago. It is asked anew, so that nothing is made that is there.
    inventory.forget();
  }
}
