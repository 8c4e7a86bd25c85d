/** An application's token: minted once, proved, and only then is the one before it revoked. */

import type { Satellite, Values } from "../definition";
import { IconikError } from "./errors";
import { saysGone } from "./failures";
import { idParameter } from "./paths";
import { keepSecret } from "./redact";
import type { Place } from "./satellites";
import { Unfinished, type Stored } from "./stored";
import { text, type Live } from "./values";
import { eventually } from "./waiting";

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
    const { minted, lost } = await mint(place, wanted);
    current = {
      ...stored,
      values: { ...stored.values, [place.name]: wanted },
      outputs: { ...stored.outputs, ...minted },
      facts: { ...stored.facts, revoke: [...(stored.facts.revoke ?? []), ...lost, ...(old === undefined ? [] : [old])], pending: [place.name] },
    };
  }
  const due = current.facts.revoke ?? [];
  if (current === stored && due.length === 0 && !stored.facts.pending?.includes(place.name)) return stored;
  try {
    await prove(place, String(current.outputs.authToken));
    const { tokenId: inUse } = await place.session.caller();
    if (due.length > 0 && inUse === undefined) {
      const message = `iconik did not say which token this run uses, so the old one of ${place.what} was not revoked. Run again`;
      throw new IconikError({ code: "bad-answer", operation: "GET /API/auth/v1/auth/token/", message });
    }
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

interface Minted {
  authToken: string;
  tokenId: string;
  tokenExpires: string | undefined;
}

/** A token, and the id of the one whose text was lost on the way: nobody can use it, so it is to be revoked. */
async function mint(place: Place, wanted: Values): Promise<{ minted: Minted; lost: string[] }> {
  const before = new Set(await tokensOf(place));
  try {
    return { minted: await mintOnce(place, wanted), lost: [] };
  } catch (error) {
    if (!(error instanceof IconikError) || error.acted !== "unknown") throw error;
    const told = (why: string) => {
      const { code, operation, status, acted, message } = error;
      return new IconikError({ code, operation, status, acted, cause: error, message: `${message.replace(/\.$/, "")}. ${why}. Run again; a token of ${place.what} that nobody knows can be revoked in iconik` });
    };
    const now = await tokensOf(place).catch((failure: Error) => Promise.reject(told(`Whether a token was minted could not be told: ${failure.message}`)));
    const lost = now.filter((id) => !before.has(id));
    if (lost.length !== 1) throw told(lost.length === 0 ? "Its list shows no new token" : `Several tokens are new: ${lost.join(", ")}`);
    place.session.note(`the answer with the new token of ${place.what} was lost: ${lost[0]} is revoked once another one works`);
    return { minted: await mintOnce(place, wanted).catch((again: unknown) => Promise.reject(again instanceof IconikError ? told(`Token ${lost[0]} was minted and its text is lost; a second one was not minted: ${again.message}`) : again)), lost };
  }
}

async function mintOnce(place: Place, wanted: Values): Promise<Minted> {
  const via = shape(place);
  const days = wanted.lifetimeDays as number | undefined;
  const { body } = await place.session.client.call<Live>(`POST ${via.mint}`, {
    path: { [idParameter(via.mint)]: place.id },
    ...(days !== undefined && { query: { expires_in: days * 24 * 60 * 60 } }),
  });
  keepSecret(body?.token);
  if (typeof body?.token !== "string" || typeof body.id !== "string") {
    const message = `iconik minted a token for ${place.what} and did not say ${typeof body?.token === "string" ? "its id" : "what it is"}`;
    throw new IconikError({ code: "bad-answer", operation: `POST ${via.mint}`, acted: "unknown", message });
  }
  return { authToken: body.token, tokenId: body.id, tokenExpires: typeof body.expires === "string" ? body.expires : undefined };
}

/** Asks iconik with the new token who it is, and nothing else. It may be a moment before iconik knows it. */
async function prove(place: Place, authToken: string): Promise<void> {
  const once = async () => {
    const other = place.session.connectAs(place.id, authToken);
    try {
      await other.call(`GET ${shape(place).prove}`);
    } catch (error) {
      if (!(error instanceof IconikError)) throw error;
      const { code, operation, status, message } = error;
      // The words for refused credentials speak of those of this run.
      const said = status === undefined ? message : `${operation} answered ${status}`;
      throw new IconikError({
        code,
        operation,
        status,
        message: `the new token of ${place.what} is minted and kept, but could not be proved: ${said}. The one before it still works; the next run tries again. Is the person it acts for active?`,
        cause: error,
      });
    } finally {
      await other.close();
    }
  };
  const passing = (error: unknown) => error instanceof IconikError && error.code === "unauthorized";
  await eventually(place.session, once, { passing, lag: `iconik does not take the new token of ${place.what} yet` });
}

async function revoke(place: Place, tokenId: string): Promise<void> {
  const via = shape(place);
  await place.session.client.call(`DELETE ${via.revoke}`, { path: { [idParameter(via.revoke)]: tokenId } }).catch(async (error: unknown) => {
    if (!saysGone(error) || (await byId(place, tokenId))) throw error;
  });
}

async function tokensOf(place: Place): Promise<string[]> {
  const via = shape(place);
  const tokens = await place.session.client.list<Live>(`GET ${via.list}`, { path: { [idParameter(via.list)]: place.id } });
  return tokens.map((token) => String(token.id));
}

async function byId(place: Place, tokenId: string): Promise<boolean> {
  const via = shape(place);
  try {
    await place.session.client.call(`GET ${via.revoke}`, { path: { [idParameter(via.revoke)]: tokenId } });
    return true;
  } catch (error) {
    if (saysGone(error)) return false;
    throw error;
  }
}

/** Is the token still there? Somebody may have revoked it by hand. A list alone does not prove that. */
export const tokenExists = async (place: Place, tokenId: string): Promise<boolean> =>
  (await tokensOf(place)).includes(tokenId) || byId(place, tokenId);
