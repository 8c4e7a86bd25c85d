/** What can be known before the first write: whose token it is, and whether it may do what the description needs. */

import { fieldsOf, type Definition, type Values } from "../definition";
import type { Session } from "./session";
import { IconikError } from "./errors";
import { operationsOf, rolesFor } from "./operations";
import { formsIn, type Live } from "./values";

interface Wanted {
  definition: Definition;
  values: Values;
}

/** What the description is gone through for. A preview looks; `note` takes what then stands in the way of applying. */
export interface Occasion {
  preview?: { note: (line: string) => void };
}

/**
 * Asks iconik whose token it is, which roles it has, and whether there are the people and objects that are only referred
 * to. Returns what stands in the way, one sentence each; fails when the credentials or the tenant are wrong.
 */
export async function preflight(
  session: Session,
  wanted: readonly Wanted[],
  domainId?: string,
  { preview }: Occasion = {},
): Promise<string[]> {
  const caller = await session.writer(domainId);
  const { toLook, toApply } = caller.isAdmin ? { toLook: [], toApply: [] } : await rolesLacking(session, wanted);
  const lacking = [...toLook, ...(preview ? [] : toApply)];
  if (preview && toLook.length === 0 && toApply.length > 0) {
    preview.note(
      `the token may look and not apply: ${toApply.length} role${toApply.length === 1 ? " is" : "s are"} missing, which pulumi-iconik doctor lists`,
    );
  }
  // Without its roles a token cannot look anything up.
  return lacking.length > 0 ? lacking : unknownNames(session, wanted);
}

/** Has the token the roles that applying all of it takes? */
export async function mayApply(session: Session, wanted: readonly Wanted[]): Promise<boolean> {
  if ((await session.caller()).isAdmin) return true;
  const { toLook, toApply } = await rolesLacking(session, wanted);
  return toLook.length + toApply.length === 0;
}

/** Names that lead nowhere. What is described beside them may not be there yet. */
async function unknownNames(session: Session, wanted: readonly Wanted[]): Promise<string[]> {
  const described = new Set(
    wanted.flatMap(({ definition, values }) =>
      definition.shape === "object" ? [`${definition.kind}/${String(values[definition.key])}`] : [],
    ),
  );
  const forms = new Map(
    wanted
      .flatMap(({ definition, values }) => formsIn(fieldsOf(definition, values), values))
      .map((form) => [form.key, form]),
  );
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

/** Administrators stand above roles (product page: User Group Roles). One sentence for each role that is missing. */
async function rolesLacking(
  session: Session,
  wanted: readonly Wanted[],
): Promise<{ toLook: string[]; toApply: string[] }> {
  const { body } = await session.client.call<Live>("GET /API/users/v1/users/current/roles/");
  const held = new Set((body?.objects as string[] | undefined) ?? []);
  const lacking = (operations: (of: Wanted) => readonly string[]) => {
    const needed = new Map<string, Set<string>>();
    for (const one of wanted) {
      for (const role of rolesFor(operations(one))) {
        if (!held.has(role)) needed.set(role, (needed.get(role) ?? new Set()).add(one.definition.kind));
      }
    }
    return needed;
  };
  const sentence = ([role, forKinds]: [string, Set<string>]) =>
    `the token lacks the role ${role}, which ${[...forKinds].join(", ")} needs; give it to the user the token acts for`;
  const toLook = lacking(({ definition, values }) => operationsOf(definition, values).read);
  // Deleting is not among them: not every run deletes. Nor are roles that are given: guards know which are new.
  const toApply = lacking(({ definition, values }) => operationsOf(definition, values).write);
  return {
    toLook: [...toLook].map(sentence),
    toApply: [...toApply].filter(([role]) => !toLook.has(role)).map(sentence),
  };
}
