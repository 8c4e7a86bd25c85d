/** What is unwise, or misspelt, about the roles that groups get. */

import {
  aboveUserType,
  createWantsWrite,
  nearest,
  roles,
  writeWantsRead,
  type RoleFinding,
  type UserType,
} from "../../roles";
import type { Report } from "../diagnostics";
import type { Draft } from "../reading/draft";
import { quoted } from "../files/frame";
import { rolesFieldOf, type Sections } from "../language/sections";
import type { Span } from "../files/text";
import { child, entriesOf, itemsOf, textOf, type Written } from "../files/written";

/** Names of roles, wherever they are written: in sets, in objects. Each is looked at once, where it stands. */
export function checkRoleNames(tree: Written, sections: Sections, report: Report): void {
  const known = new Set(itemsOf(child(tree, "knownRoles")).flatMap((item) => textOf(item) ?? []));
  const lists = [
    ...entriesOf(child(tree, "roleSets")),
    ...sections.objects.flatMap((object) => {
      const field = rolesFieldOf(object);
      return field
        ? entriesOf(child(tree, object.section)).flatMap(({ value }) =>
            value.sort === "map" ? (value.entries.get(field) ?? []) : [],
          )
        : [];
    }),
  ];
  const meant = new Map<string, string | undefined>();
  for (const item of lists.flatMap(({ value }) => itemsOf(value))) {
    const node = textOf(item) === undefined ? child(item, "role") : item;
    const role = textOf(node);
    if (!node || role === undefined || role === "" || roles.has(role) || known.has(role)) continue;
    if (!meant.has(role)) meant.set(role, nearest(role));
    const near = meant.get(role);
    if (near) {
      report(
        "misspelt-role",
        node.at,
        `${quoted(role)} is no role that is known, and nearly ${near}`,
        `write ${near}; if ${quoted(role)} is right, say so: knownRoles: [${quoted(role).slice(1, -1)}]`,
      );
    } else {
      report(
        "unknown-role",
        node.at,
        `${quoted(role)} is no role that this version knows`,
        `check its spelling; if it is right, say so: knownRoles: [${quoted(role).slice(1, -1)}]`,
      );
    }
  }
}

/** What the roles of a group are worth together. */
export function checkGrants(drafts: readonly Draft[], report: Report): void {
  for (const draft of drafts) {
    if (draft.grants.length === 0) continue;
    const granted = new Map<string, Span>();
    for (const { role, at } of draft.grants) if (!granted.has(role)) granted.set(role, at);
    const names = [...granted.keys()];
    const { defaultUserType: type } = draft.inputs;
    const above = typeof type === "string" ? aboveUserType(type as UserType, names) : [];
    const findings = [...createWantsWrite(names), ...writeWantsRead(names), ...above];
    for (const finding of findings) tell(finding, draft, granted.get(finding.role)!, report);
  }
}

function tell(finding: RoleFinding, { label }: Draft, at: Span, report: Report): void {
  const whose = `${quoted(label)} has ${finding.role}`;
  if (finding.code === "role-above-user-type") {
    report(
      finding.code,
      at,
      `${whose}, which takes a ${finding.tier} user; people who come in by it are ${finding.userType}`,
      "take the role out, or raise defaultUserType",
    );
  } else if (finding.code !== "caller-lacks-role") {
    report(finding.code, at, `${whose} without ${finding.wants}`, `add ${finding.wants}, or take ${finding.role} out`);
  }
}
