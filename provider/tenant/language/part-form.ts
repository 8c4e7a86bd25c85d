/** Parts of documents in the language: settings, and lists for everyone and for some. */

import type { Field, PartKind } from "../../definition";
import { date, fieldKey, reference } from "./field-form";
import { either, flag, key, list, record, text, words, type Form, type Key, type RecordForm } from "./form";
import { ownFields, spreadKeys, spreadList, type Kinds } from "./sections";

const label = text({ min: 1 });

export const partForm = (part: PartKind): RecordForm =>
  record(
    {
      ...Object.fromEntries(ownFields(part).map(([name, field]) => [name, fieldKey(part, name, field)])),
      options: key("How Pulumi treats it.", options("part")),
    },
    { name: part.kind, about: part.about },
  );

/** A list for everyone, and lists by label for each sort of object that can have its own. */
export function spreadForm(part: PartKind, kinds: Kinds): RecordForm {
  const [listName] = spreadList(part);
  const entries = addresses(part);
  const own = ownFields(part).filter(([name]) => name !== listName);
  return record(
    {
      ...Object.fromEntries(
        own.map(([name, field]) => [name, fieldKey(part, name, { ...field, required: undefined } as Field)]),
      ),
      ...(part.documents.some(({ by }) => by === undefined) && {
        everyone: key("The addresses for everyone.", entries),
      }),
      ...Object.fromEntries(
        spreadKeys(part).flatMap(({ key: name, field }) => {
          const target = kinds[field.to[0]!];
          return target
            ? [
                [
                  name,
                  key(`The addresses for one of ${target.section} each.`, {
                    form: "map",
                    of: entries,
                    about: `a map of lists by label of ${target.section}`,
                  } as Form),
                ],
              ]
            : [];
        }),
      ),
      options: key("How Pulumi treats the lists.", options("part")),
    },
    { name: part.kind, about: part.about },
  );
}

function addresses(part: PartKind): Form {
  const [, field] = spreadList(part);
  const ends = {
    note: key("What it is.", text({ min: 1 })),
    expires: key("Last day, by UTC. After it the entry is no longer described.", date),
  };
  const entry = field.of.type === "record" ? field.of.fields : {};
  const keys = Object.fromEntries(
    Object.entries(entry).map(([name, inner]): [string, Key] => [
      name,
      key(inner.about, inner.type === "reference" ? reference : text({ min: 1 }), {
        ...(inner.required && { required: true }),
        field: inner,
      }),
    ]),
  );
  const others = Object.fromEntries(Object.entries(keys).filter(([, { required }]) => !required));
  return list(
    either(
      "{ ip: … } or { set: … }",
      record({ set: key("Address set.", label, { required: true }), ...others, ...ends }, { name: "addressSetEntry" }),
      record({ ...keys, ...ends }, { name: "addressEntry" }),
    ),
  );
}

/** What `options:` takes, of an object and of a part of a document. */
export function options(of: "object" | "part"): RecordForm {
  return record(
    {
      protect: key("Pulumi refuses to delete or replace it.", flag),
      retainOnDelete: key("Pulumi forgets it instead of deleting it.", flag),
      ...(of === "object"
        ? {
            adopt: key(
              "An object that exists is taken over: when nothing would be written (exact), also when something would (converge), or the one of that id.",
              text({ format: "adoption" }),
            ),
          }
        : {
            onDestroy: key(
              "Puts back what was there at the take-over. Left out: leaves it as it is.",
              words("restore"),
            ),
          }),
    },
    { name: of === "object" ? "options" : "partOptions" },
  );
}
