/** Statements as custom roles and bindings of Google Cloud. */

import { createHash } from "node:crypto";
import { groupsOf, type GrantGroup, type Statement } from "../statement";

/** A custom role of a project, and its binding on the bucket. */
export interface GcsGrant {
  role: { roleId: string; title: string; permissions: string[]; stage: "GA" };
  binding: { bucket: string; member: string; condition?: { title: string; expression: string } };
}

/**
 * One role and binding for the whole bucket; for a folder up to three, each with its condition. Roles are named by what
 * they hold: storages of one project share them, and a role that changes is a new one (a deleted role's name is blocked
 * for 37 days).
 * `member`: `serviceAccount:<e-mail address>`.
 */
export function gcsGrants(statement: Statement, member: string): GcsGrant[] {
  return groupsOf(statement).map((group) => {
    const permissions = [...group.actions].sort();
    const expression = expressionOf(group);
    return {
      role: {
        roleId: `iconikStorage_${createHash("sha256").update(permissions.join()).digest("hex").slice(0, 8)}`,
        title: `iconik storage: ${permissions.map((name) => name.replace("storage.", "")).join(", ")}`.slice(0, 100),
        permissions,
        stage: "GA",
      },
      binding: {
        bucket: statement.need.bucket,
        member,
        ...(expression && { condition: { title: `iconik ${group.on}`, expression } }),
      },
    };
  });
}

/** As CEL. JSON's way to write a text is one of CEL's. */
const expressionOf = ({ conditions }: GrantGroup): string =>
  conditions
    .map(({ key, values: [value = ""] }) => {
      const subject = key.includes("/") ? `api.getAttribute(${JSON.stringify(key)}, "")` : key;
      return `${subject}.startsWith(${JSON.stringify(value)})`;
    })
    .join(" && ");
