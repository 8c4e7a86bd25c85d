/** An application's token: minted once, proved, and only then is the one before it revoked. */

import type { Satellite, Values } from "../definition";
import { IconikError } from "./errors";
import { idParameter } from "./paths";
import { keepSecret } from "./redact";
import type { Place } from "./satellites";
import { Unfinished, type Stored } from "./stored";
import { text, type Live } from "./values";

type TokenSatellite = Extract<Satellite, { shape: "token" }>;
const shape = (place: Place): TokenSatellite => place.field.via as TokenSatellite;

/**
 * Brings the token to what is wanted. Returns what to keep; a token that was minted is never lost, whatever fails after.
 * The token this very run uses is not revoked by it: the next run does that.
 */
export async function syncToken(place: Place, stored: Stored, last: Values | undefined, wanted: Values): Promise<Stored> {
  const old = stored.outputs.tokenId as string | undefined;
  let current = stored;
  if (old === undefined || last === undefined || text(last) !== text(wanted)) {
    const minted = await mint(place, wanted);
    current = {
      ...stored,
      values: { ...stored.values, [place.name]: wanted },
      outputs: { ...stored.outputs, ...minted },
      facts: { ...stored.facts, revoke: [...(stored.facts.revoke ?? []), ...(old === undefined ? [] : [old])], pending: [place.name] },
    };
  }
  const due = current.facts.revoke ?? [];
  if (current === stored && due.length === 0 && !stored.facts.pending?.includes(place.name)) return stored;
  try {
    await prove(place, String(current.outputs.authToken));
    const { tokenId: inUse } = await place.session.caller();
    for (const tokenId of due) {
      if (tokenId === inUse) place.session.note(`the old token of ${place.what} is the one this run uses: the next run revokes it`);
      else await revoke(place, tokenId);
    }
    const { revoke: _, ...facts } = current.facts;
    const left = due.filter((tokenId) => tokenId === inUse);
    return { ...current, facts: { ...facts, ...(left.length > 0 && { revoke: left }) } };
  } catch (error) {
    throw new Unfinished(current, error);
  }
}

async function mint(place: Place, wanted: Values): Promise<{ authToken: string; tokenId: string; tokenExpires: string | undefined }> {
  const via = shape(place);
  const days = wanted.lifetimeDays as number | undefined;
  const { body } = await place.session.client.call<Live>(`POST ${via.mint}`, {
    path: { [idParameter(via.mint)]: place.id },
    ...(days !== undefined && { query: { expires_in: days * 24 * 60 * 60 } }),
  });
  if (typeof body?.token !== "string" || typeof body.id !== "string") {
    throw new IconikError({ code: "bad-answer", operation: `POST ${via.mint}`, message: `iconik minted no token for ${place.what}; run again` });
  }
  keepSecret(body.token);
  return { authToken: body.token, tokenId: body.id, tokenExpires: typeof body.expires === "string" ? body.expires : undefined };
}

/** Asks iconik with the new token who it is, and nothing else. */
async function prove(place: Place, authToken: string): Promise<void> {
  const other = place.session.connectAs(place.id, authToken);
  try {
    await other.call(`GET ${shape(place).prove}`);
  } finally {
    await other.close();
  }
}

async function revoke(place: Place, tokenId: string): Promise<void> {
  const via = shape(place);
  await place.session.client.call(`DELETE ${via.revoke}`, { path: { [idParameter(via.revoke)]: tokenId } }).catch((error: unknown) => {
    if (!(error instanceof IconikError && error.code === "not-found")) throw error;
  });
}

/** Is the token still there? Somebody may have revoked it by hand. */
export async function tokenExists(place: Place, tokenId: string): Promise<boolean> {
  const via = shape(place);
  const tokens = await place.session.client.list<Live>(`GET ${via.list}`, { path: { [idParameter(via.list)]: place.id } });
  return tokens.some((token) => token.id === tokenId);
}
