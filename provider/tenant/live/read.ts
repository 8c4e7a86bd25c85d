/**
 * A live tenant as a picture: every object and setting that a description can manage, in the words in which it would be
 * written. Reads and nothing else, and gives a whole picture or none: whatever cannot be read stops it, and what can be
 * read and not be said is told as a gap.
 */

import type { ObjectKind } from "../../definition";
import type { Session } from "../../engine";
import { IconikError } from "../../engine/errors";
import type { Live } from "../../engine/values";
import { collectionOf } from "../../field-schema";
import { kinds } from "../../kinds";
import { sectionsOf } from "../language/sections";
import type { Picture } from "../picture";
import { inReadingOrder } from "../writing/reading-order";
import { paint } from "./paint";
import { observed, type Observed } from "./observe";
import { labelled, type Labelled } from "./labels";
import { listOf, whole } from "./lists";
import { confirmed } from "./unknown-ids";

export interface ReadOptions {
  /** Names of the kinds to be read; those whose settings are asked for are read too. Default: all. */
  kinds?: readonly string[];
  /** Goes on where the token may not read users: what names people is a gap then (`unreadPeople`). Default: that stops it. */
  mayLackPeople?: boolean;
  /** Told what is being read, and how far it is. */
  progress?(what: string, done: number, of: number): void;
}

/**
 * Reads the tenant of the session.
 * @throws IconikError when anything could not be read whole: no picture is made of half a tenant.
 */
export async function readLive(
  session: Session,
  { kinds: wanted = Object.keys(kinds), mayLackPeople = false, progress = () => undefined }: ReadOptions = {},
): Promise<Picture> {
  const { domainId, userId } = await session.caller();
  if (userId === undefined) {
    const message =
      "iconik did not say whom the token acts for, so the access entries that it makes for them cannot be told from others. Run again";
    throw new IconikError({ code: "bad-answer", operation: "GET /API/auth/v1/auth/token/", message });
  }
  const sections = sectionsOf(kinds);
  const pictured = new Set(wanted);
  for (const object of sections.objects) {
    const brought = [...sections.nestedIn(object), ...sections.spreadOver(object)].some(({ part }) =>
      pictured.has(part.kind),
    );
    if (brought) pictured.add(object.kind);
  }

  let listed = 0;
  const lists = new Map<string, readonly Live[]>();
  await Promise.all(
    sections.objects.map(async (definition) => {
      const items = await listOf(session, definition);
      if (items) lists.set(definition.kind, items);
      progress("lists", (listed += 1), sections.objects.length);
    }),
  );
  const model = modelOf(lists);

  const objects = new Map<string, Labelled[]>();
  for (const definition of inReadingOrder(sections.objects)) {
    const items = lists.get(definition.kind);
    if (!items) continue;
    let read = 0;
    const found = pictured.has(definition.kind)
      ? await whole(session, definition, items, () => progress(definition.section, (read += 1), items.length))
      : items;
    objects.set(definition.kind, labelled(definition, found));
  }
  const seen: Observed = await observed(session, objects, pictured, progress);
  const known = await confirmed(session, objects, seen, mayLackPeople);
  const address = seen.documents.find(({ part, owner }) => part.kind === "ShieldAllowList" && !owner)?.live.client_ip;
  const { resources, gaps } = paint({ objects, seen, pictured, known });
  return {
    source: "live",
    extent: "everything",
    tenant: { domainId, model },
    resources,
    gaps,
    ...(typeof address === "string" && { address }),
    people: { unknown: "who is a member of what was not read" },
    released: [],
    provision: [],
    clouds: [],
    later: { tests: [], allow: [], expires: [] },
  };
}

/** Teams and role groups exist in tenants made since October 2025; older ones have no such lists, or empty ones. */
function modelOf(lists: ReadonlyMap<string, readonly Live[]>): "userGroups" | "teams" {
  const ofTeams = Object.values(kinds).filter(
    (one): one is ObjectKind => one.shape === "object" && one.model === "teams",
  );
  if (ofTeams.some(({ kind }) => (lists.get(kind) ?? []).length > 0)) {
    const missing = ofTeams.find(({ kind }) => !lists.has(kind));
    if (!missing) return "teams";
    const operation = `GET ${collectionOf(missing.path)}`;
    const message = `the tenant has teams or role groups, and ${operation} answers 404: they only come together, so one list was not given. No picture is made of part of a tenant. Run again`;
    throw new IconikError({ code: "bad-answer", operation, message });
  }
  if (lists.has("UserGroup")) return "userGroups";
  if (lists.has("Team")) return "teams";
  const message =
    "the tenant lists neither user groups nor teams (both answer 404), so nothing can be said of who may do what. Look at ICONIK_URL";
  throw new IconikError({ code: "bad-answer", operation: "GET /API/users/v1/groups/", message });
}
