/** The grammar of tenant files: every key, built from the definitions and from what belongs to the language itself. */

import type { ObjectKind } from "../../definition";
import { entryForm } from "./entry-form";
import { roleEntry, roleName } from "./field-form";
import { key, list, record, text, words, type Form, type RecordForm } from "./form";
import { allow, guards, invariants, tests } from "./later";
import { partForm, spreadForm } from "./part-form";
import { clouds } from "./provisioning";
import { sectionsOf, type Kinds } from "./sections";

const built = new WeakMap<Kinds, RecordForm>();

/** The whole language. Built once for the same kinds. */
export function grammarOf(kinds: Kinds): RecordForm {
  const known = built.get(kinds) ?? build(kinds);
  built.set(kinds, known);
  return known;
}

function build(kinds: Kinds): RecordForm {
  const sections = sectionsOf(kinds);
  const objects = sections.objects.map((object) => {
    const entry = entryForm(object, sections.nestedIn(object));
    return [object.section, key(object.about, labelled(entry, object))] as const;
  });
  const singles = sections.singles.map((part) => [part.section, key(part.about, partForm(part))] as const);
  const spread = sections.spread.map((part) => [part.section, key(part.about, spreadForm(part, kinds))] as const);
  return record({
    tenant: key("Which tenant it is.", tenantForm),
    roleSets: key("Named lists of roles, against repetition.", {
      form: "map",
      of: list(roleEntry, { distinct: true }),
      about: "a map of lists of roles",
    }),
    addressSets: key("Named lists of addresses, against repetition.", {
      form: "map",
      of: list(text({ min: 1 }), { distinct: true }),
      about: "a map of lists of addresses",
    }),
    knownRoles: key("Roles that this version does not know and that are right.", list(roleName, { distinct: true })),
    ...Object.fromEntries([...objects, ...spread, ...singles]),
    clouds: key("Where provisioning happens; left out: the cloud's usual configuration.", clouds),
    release: key(
      "Objects to be forgotten without being deleted, as section/label.",
      list(text({ format: "target" }), { distinct: true }),
    ),
    guards: key("What no run may undo.", guards),
    allow: key("Permitted exceptions, each dated and with a reason, shown in every review.", allow),
    tests: key("What must and what must not be: pulumi-iconik test runs it.", tests),
    invariants: key("What must hold of everybody together: pulumi-iconik test runs it.", invariants),
  });
}

const tenantForm = record({
  domainId: key(
    "Id of the tenant. Any other tenant is refused before the first write; only a tenant on loopback goes without.",
    text({ format: "uuid" }),
  ),
  model: key(
    "What the tenant has: user groups, or teams and role groups (tenants made since October 2025). Left out: what the file uses.",
    words("userGroups", "teams"),
  ),
});

const labelled = (of: Form, object: ObjectKind): Form => ({
  form: "map",
  of,
  about: `a map of ${object.section}`,
});
