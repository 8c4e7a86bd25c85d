/** What can be known before the first write: whose token it is, and whether it may do what the description needs. */

import { fieldsOf, type Definition, type Values } from "../definition";
import { missingFor } from "../roles";
import type { Session } from "./session";
import { IconikError } from "./errors";
import { operationsOf, rolesFor } from "./operations";
import { formsIn, type Live } from "./values";

interface Wanted {
  definition: Definition;
  values: Values;
}

/**
 * Asks iconik whose token it is, which roles it has, and whether there are the people and objects that are only referred
 * to. Returns what stands in the way, one sentence each; fails when the credentials or the tenant are wrong.
 */
export async function preflight(session: Session, wanted: readonly Wanted[], domainId?: string): Promise<string[]> {
  const caller = await session.writer(domainId);
  const lacking = caller.isAdmin ? [] : await rolesLacking(session, wanted);
  // Without its roles a token cannot look anything up.
  return lacking.length > 0 ? lacking : unknownNames(session, wanted);
}

/** Names that lead nowhere. What is described beside them may not be there yet. */
async function unknownNames(session: Session, wanted: readonly Wanted[]): Promise<string[]> {
  const described = new Set(wanted.flatMap(({ definition, values }) => (definition.shape === "object" ? [`${definition.kind}/${String(values[definition.key])}`] : [])));
  const forms = new Map(wanted.flatMap(({ definition, values }) => formsIn(fieldsOf(definition, values), values)).map((form) => [form.key, form]));
  const lines: string[] = [];
  for (const { field, form, key } of forms.values()) {
    const name = (form as { existing?: unknown }).existing;
    if (field.type === "reference" && field.to.some((kind) => described.has(`${kind}/${String(name)}`))) continue;
    await session.resolve([{ field, form, key }], {}).catch((error: unknown) => {
      if (!(error instanceof IconikError && ["unknown-reference", "ambiguous"].includes(error.code))) throw error;
      lines.push(error.message);
    });
  }
  return lines;
}

/** Administrators stand above roles (product page: User Group Roles). */
async function rolesLacking(session: Session, wanted: readonly Wanted[]): Promise<string[]> {
  const { body } = await session.client.call<Live>("GET /API/users/v1/users/current/roles/");
  const held = new Set((body?.objects as string[] | undefined) ?? []);
  const needed = new Map<string, Set<string>>();
  for (const { definition, values } of wanted) {
    // Deleting is not among them: not every run deletes.
    const { read, write } = operationsOf(definition, values);
    for (const role of rolesFor([...read, ...write])) {
      if (!held.has(role)) needed.set(role, (needed.get(role) ?? new Set()).add(definition.kind));
    }
  }
  const given = wanted.flatMap(({ definition, values }) =>
    Object.entries(fieldsOf(definition, values)).flatMap(([name, field]) => (field.type === "roles" ? ((values[name] as string[] | undefined) ?? []) : [])),
  );
  return [
    ...[...needed].map(([role, forKinds]) => `the token lacks the role ${role}, which ${[...forKinds].join(", ")} needs; give it to the user the token acts for`),
    ...[...new Set(missingFor(held, false, given).map(({ role }) => role))].map(
      (role) => `the token lacks the role ${role}, and nobody can give a role that they do not have; give it to the user the token acts for, or use an administrator's token`,
    ),
  ];
}
