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
export async function syncToken(
  place: Place,
  stored: Stored,
  last: Values | undefined,
  wanted: Values,
): Promise<Stored> {
  const { name } = place;
  let current = stored;
  try {
    const unproved = stored.facts.pending?.includes(name) === true;
    let proved: Stored | undefined;
    if (stored.outputs.tokenId === undefined || last === undefined || text(last) !== text(wanted)) {
      current = await minted(place, stored, wanted);
    } else {
      proved = unproved ? await works(place, stored) : stored;
      if (!proved) {
        // An earlier run kept it and could not prove it either: nobody uses it, and another one may work.
        await revoke(place, String(stored.outputs.tokenId));
        current = await minted(place, { ...stored, outputs: without(stored.outputs) }, wanted);
      }
    }
    const due = current.facts.revoke ?? [];
    if (proved && !unproved && due.length === 0) return stored;
    current = proved ?? (await prove(place, current));
    return await revokeDue(place, current);
  } catch (error) {
    if (error instanceof Unfinished || current === stored) throw error;
    throw new Unfinished(current, error);
  }
}

/** Revokes what is due, but for the token that this run uses: that one stays due. */
export async function revokeDue(place: Place, stored: Stored): Promise<Stored> {
  const { session, what } = place;
  const { revoke: due = [], ...facts } = stored.facts;
  const { tokenId: inUse } = await session.caller();
  if (due.length > 0 && inUse === undefined) {
    const message = `iconik did not say which token this run uses, so the old one of ${what} was not revoked. Run again`;
    throw new IconikError({ code: "bad-answer", operation: "GET /API/auth/v1/auth/token/", message });
  }
  for (const tokenId of due) {
    if (tokenId === inUse) session.note(`the old token of ${what} is the one this run uses: the next run revokes it`);
    else await revoke(place, tokenId);
  }
  const left = due.filter((tokenId) => tokenId === inUse);
  return { ...stored, facts: { ...facts, ...(left.length > 0 && { revoke: left }) } };
}

/** What a token leaves among the outputs. */
export const tokenOutputs = ["authToken", "tokenId", "tokenExpires"] as const;
const without = (outputs: Values): Values =>
  Object.fromEntries(Object.entries(outputs).filter(([name]) => !(tokenOutputs as readonly string[]).includes(name)));

/**
 * Mints a token; the one before it is to be revoked, and so is one whose text was lost on the way, since nobody can use
 * it. What is new in the list after such a loss is ours: once, that is tried again.
 */
async function minted(place: Place, stored: Stored, wanted: Values): Promise<Stored> {
  const before = new Set(await tokensOf(place));
  const old = stored.outputs.tokenId as string | undefined;
  await tellStrangers(
    place,
    [...before].filter((id) => id !== old && !stored.facts.revoke?.includes(id)),
  );
  const dueWith = (lost: readonly string[]) => [
    ...new Set([...(stored.facts.revoke ?? []), ...lost, ...(old === undefined ? [] : [old])]),
  ];
  const kept = (facts: Partial<Stored["facts"]>, outputs: Values = {}): Stored => ({
    ...stored,
    values: { ...stored.values, ...(outputs.tokenId !== undefined && { [place.name]: wanted }) },
    outputs: { ...stored.outputs, ...outputs },
    facts: { ...stored.facts, ...facts, pending: [place.name] },
  });
  let lost: string[] = [];
  for (let attempt = 1; ; attempt += 1) {
    try {
      const token = await mintOnce(place, wanted);
      return kept({ revoke: dueWith(lost) }, { ...token });
    } catch (error) {
      if (!(error instanceof IconikError)) throw error;
      let told = error;
      if (error.acted === "unknown") {
        const now = await tokensOf(place).catch((failure: unknown) =>
          Promise.reject(mayBeLost(place, error, `whether there is a new one could not be told: ${String(failure)}`)),
        );
        const fresh = now.filter((id) => !before.has(id));
        if (fresh.length > attempt) throw mayBeLost(place, error, `several are new: ${fresh.join(", ")}`);
        lost = fresh;
        told = mayBeLost(
          place,
          error,
          lost.length === 0 ? "its list shows no new one" : `${lost.join(", ")} is revoked by the next run`,
        );
      }
      if (lost.length === attempt && attempt === 1) {
        place.session.note(
          `the answer with the new token of ${place.what} was lost: ${lost[0]} is revoked once another one works`,
        );
        continue;
      }
      if (lost.length === 0) throw told;
      throw new Unfinished(kept({ revoke: [...(stored.facts.revoke ?? []), ...lost] }), told);
    }
  }
}

/** A token that a killed run minted looks like one that somebody uses: it is told, and left alone. */
async function tellStrangers({ session, what }: Place, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const { tokenId: inUse } = await session.caller();
  const others = ids.filter((id) => id !== inUse);
  if (others.length === 0) return;
  session.note(
    `${what} has tokens that this stack does not know: ${others.join(", ")}. Whoever uses them goes on; revoke in iconik those that nobody uses, such as one of a run that was killed`,
  );
}

function mayBeLost(
  { what }: Place,
  { code, operation, status, acted, message, cause }: IconikError,
  why: string,
): IconikError {
  const words = `${message.replace(/\.$/, "")}. Of the token that may have been minted for ${what} nobody knows the text; ${why}. Run again`;
  return new IconikError({ code, operation, status, acted, cause, message: words });
}

interface Minted {
  authToken: string;
  tokenId: string;
  tokenExpires: string | undefined;
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
  return {
    authToken: body.token,
    tokenId: body.id,
    tokenExpires: typeof body.expires === "string" ? body.expires : undefined,
  };
}

/**
 * Asks iconik with the new token who it is, and nothing else. It may be a moment before iconik knows it. What the token
 * says of itself wins over what was said of it.
 */
async function prove(place: Place, stored: Stored): Promise<Stored> {
  const once = async () => {
    const other = place.session.connectAs(place.id, String(stored.outputs.authToken));
    try {
      const { body } = await other.call<Live>(`GET ${shape(place).prove}`);
      return typeof body?.id === "string" ? { ...stored, outputs: { ...stored.outputs, tokenId: body.id } } : stored;
    } catch (error) {
      if (!(error instanceof IconikError)) throw error;
      const { code, operation, status, message } = error;
      // The words for refused credentials speak of those of this run.
      const said = status === undefined ? message : `${operation} answered ${status}`;
      throw new IconikError({
        code,
        operation,
        status,
        message: `the new token of ${place.what} is minted and kept, but could not be proved: ${said}. The one before it still works; the next run tries again. Check that the person it acts for is active`,
        cause: error,
      });
    } finally {
      await other.close();
    }
  };
  return eventually(place.session, once, {
    passing: isRefused,
    lag: `iconik does not take the new token of ${place.what} yet`,
  });
}

const isRefused = (error: unknown): boolean => error instanceof IconikError && error.code === "unauthorized";

async function works(place: Place, stored: Stored): Promise<Stored | undefined> {
  try {
    return await prove(place, stored);
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}

async function revoke(place: Place, tokenId: string): Promise<void> {
  const via = shape(place);
  const operation = `DELETE ${via.revoke}`;
  await place.session.client
    .call(operation, { path: { [idParameter(via.revoke)]: tokenId } })
    .catch(async (error: unknown) => {
      if (!saysGone(error)) throw error;
      if (!(await tokenExists(place, tokenId))) return;
      const message = `token ${tokenId} of ${place.what} could not be revoked: iconik says that there is none, and has it all the same. It takes an administrator, or the person it acts for: revoke it in iconik, or run again with the token of such a person`;
      throw new IconikError({
        code: "forbidden",
        operation,
        status: (error as IconikError).status,
        message,
        cause: error,
      });
    });
}

async function tokensOf(place: Place): Promise<string[]> {
  const via = shape(place);
  const tokens = await place.session.client.list<Live>(`GET ${via.list}`, {
    path: { [idParameter(via.list)]: place.id },
  });
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
