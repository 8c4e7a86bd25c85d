/**
 * What is described, is not in the stack, and is in iconik all the same: making it is refused when its turn comes, and
 * half of the description is there by then. So all of it is said before anything is made.
 */

import { show } from "../engine/leaves";
import { idOf } from "../engine/paths";
import type { Session } from "../engine/session";
import { settingNames } from "../engine/settings";
import { idToAdopt } from "../engine/stored";
import { kinds } from "../kinds";
import { snake } from "../naming";
import type { Desired, DesiredResource } from "./desired";

/** What a stack has. */
export interface Owned {
  /** Kind and logical name of all its resources: `UserGroup/Editors`. */
  entries: ReadonlySet<string>;
  /** What it has to delete when the description lacks it. */
  had: readonly { kind: string; id: string; name: string; label: string }[];
}

/** So many are told one by one. A tenant may have thousands. */
const most = 20;

/**
 * Only reads. One reading of each list suffices, since the run looks again. What `adopt` speaks of is left to the run,
 * but for an id that leads nowhere.
 * @returns lines to show; none: nothing stands in the way.
 * @throws IconikError when a list could not be read.
 */
export async function existing(
  session: Session,
  { resources }: Pick<Desired, "resources">,
  { entries, had }: Owned,
): Promise<string[]> {
  const { adopt, name: settings } = session.settings;
  const described = new Set(
    resources.flatMap(({ kind, name, formerly }) => [name, ...formerly].map((one) => `${kind}/${one}`)),
  );
  const owners = new Map(had.map((one) => [`${one.kind}/${one.id}`, one]));
  const lines: string[] = [];
  let found = 0;
  let takeable = false;
  for (const resource of resources) {
    const { kind, label, section, inputs, options, place } = resource;
    const definition = kinds[kind]!;
    if (definition.shape !== "object" || options.builtIn || isOf(entries, resource)) continue;
    const name = inputs[definition.key];
    if (typeof name !== "string") continue;
    const wanted = idToAdopt(options.adopt);
    if (
      wanted !== undefined &&
      found < most &&
      !(await session.reader(definition).present({ id: wanted, what: `${kind} ${wanted}` }))
    ) {
      found += 1;
      lines.push(
        `${place.file}:${place.line}:${place.column} ${kind} ${show(name)} is to take over ${wanted}, and iconik has no ${kind} of that id; check options.adopt`,
      );
    }
    if ((options.adopt ?? adopt) !== undefined) continue;
    const [match, ...more] = await session.inventory(definition).named(name);
    if (match === undefined) continue;
    const id = idOf(definition, match);
    const owner = owners.get(`${kind}/${id}`);
    // What the stack has and goes on to have may be about to get another name.
    if (owner && described.has(`${kind}/${owner.name}`)) continue;
    // A list shows for a while what is gone. With so many, it does not matter.
    const what = `${kind} ${show(name)}`;
    const isThere =
      found >= most ||
      more.length > 0 ||
      (await session.reader(definition).present({ id, what }))?.[snake(definition.key)] === name;
    if (!isThere) continue;
    found += 1;
    if (found > most) continue;
    const says =
      more.length > 0
        ? `is there ${more.length + 1} times already (${[match, ...more].map((one) => idOf(definition, one)).join(", ")}); say which one with options: { adopt: <id> }`
        : owner
          ? `is there already (${id}), in this stack as ${section}/${owner.name}; write formerly: ${owner.name}`
          : definition.isSystem?.(match)
            ? `is there already (${id}) and is iconik's own; write builtIn: true to manage it`
            : `exists already (${id}) and is not in this stack`;
    takeable ||= more.length === 0 && !owner && !definition.isSystem?.(match);
    lines.push(
      `${place.file}:${place.line}:${place.column} ${what}${label === name ? "" : ` of ${section}/${label}`} ${says}`,
    );
  }
  if (found > most) lines.push(`and ${found - most} more`);
  if (takeable) {
    lines.push(
      `To take over what exists, write options: { adopt: exact } where it is as described, or { adopt: converge } to change it; ${settingNames(settings).adopt}=exact or converge says so for one run`,
    );
  }
  return lines;
}

const isOf = (entries: ReadonlySet<string>, { kind, name, formerly }: DesiredResource): boolean =>
  [name, ...formerly].some((one) => entries.has(`${kind}/${one}`));
