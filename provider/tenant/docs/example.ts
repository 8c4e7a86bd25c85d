/** Examples of the definitions in the language of tenant files, as YAML. */

import { Document, isMap, isScalar, isSeq, visit } from "yaml";
import { isClear, type Field, type Fields, type ObjectKind, type PartKind, type Values } from "../../definition";
import { ownFields, shorthandOf, spreadList, type Sections } from "../language/sections";

/** The first example of an object; with a variant, that one's own. */
export function objectExample(object: ObjectKind, variant?: string): string {
  const [whole] = object.examples;
  const chosen = variant === undefined ? undefined : object.variants!.cases[variant]!;
  const values: Values = chosen
    ? {
        [object.key]: titled(variant!),
        ...requiredOf(object, whole),
        [object.variants!.by]: variant,
        ...chosen.example,
      }
    : whole;
  const label = String(values[object.key]);
  const fields = {
    ...object.fields,
    ...chosen?.fields,
    ...object.variants?.cases[String(values[object.variants.by])]?.fields,
  };
  const { [object.key]: _, ...rest } = written(fields, values, label);
  const short = shorthandOf(object);
  return yaml({ [object.section]: { [label]: short && Object.keys(rest).length === 1 ? rest[short[0]] : rest } });
}

/** Of a part: inside an object, for everyone, or by itself. */
export function partExample(part: PartKind, sections: Sections): string {
  const [values] = part.examples;
  const own = Object.fromEntries(ownFields(part));
  const kept = Object.fromEntries(Object.entries(values).filter(([name]) => own[name]));
  const fields = written(own, kept, part.section);
  const holder = sections.objects.find((object) => sections.nestedIn(object).some((nested) => nested.part === part));
  if (holder) {
    const { key, by } = sections.nestedIn(holder).find((nested) => nested.part === part)!;
    const { existing } = values[by] as { existing: string };
    return yaml({ [holder.section]: { [existing]: { ...(holder.isSystem && { builtIn: true }), [key]: fields } } });
  }
  if (part.documents.length === 1) return yaml({ [part.section]: fields });
  const [list] = spreadList(part);
  const { [list]: everyone, ...rest } = fields;
  return yaml({ [part.section]: { ...rest, everyone } });
}

const titled = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** What every object of the kind must have, taken from its example. */
const requiredOf = (object: ObjectKind, example: Values): Values =>
  Object.fromEntries(Object.entries(example).filter(([name]) => object.fields[name]?.required && name !== object.key));

/** Values of a program as the file writes them. */
function written(fields: Fields, values: Values, label: string): Values {
  const inFile = (field: Field | undefined, value: unknown, name: string): unknown => {
    if (!field || isClear(value)) return value;
    if (field.secret) return { fromConfig: `${label.toLowerCase()}.${name}` };
    if (field.type === "external") return { id: value };
    if (field.type === "list" || field.type === "set") {
      return (value as unknown[]).map((item) => inFile(field.of, item, name));
    }
    if (field.type === "record" && typeof value === "object") return written(field.fields, value as Values, label);
    return value;
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, inFile(fields[name], value, name)]));
}

function yaml(value: unknown): string {
  const document = new Document(value, { version: "1.2" });
  visit(document, {
    // Lists of words and maps of one word read better on a line.
    Collection: (_, node) => {
      if (isSeq(node) && node.items.every((item) => isScalar(item))) node.flow = true;
      if (isMap(node) && node.items.length === 1 && isScalar(node.items[0]!.value) && isScalar(node.items[0]!.key)) {
        node.flow = ["fromConfig", "existing", "id", "clear", "ip"].includes(String(node.items[0]!.key.value));
      }
    },
  });
  return document.toString({ lineWidth: 0 });
}
