/**
 * iconik's own check of an object, with the object's own credentials: can it do what is described, and no more? New keys
 * and policies take a while in every cloud, so it is asked again until it agrees or the time is up.
 */

import { chosenVariant, type ObjectKind, type Values, type Verification } from "../definition";
import { IconikError } from "./errors";
import { idParameter } from "./paths";
import type { Session } from "./session";
import type { Stored } from "./stored";
import type { Leaf, Live } from "./values";
import { eventually } from "./waiting";

/** Pauses between checks, in milliseconds: AWS's keys take seconds, Google's a minute or more. */
const pauses = [2_000, 3_000, 5_000, 10_000, ...Array<number>(8).fill(20_000)];

/** How long it is waited for, in words. */
export const patience = `${Math.round(pauses.reduce((sum, pause) => sum + pause, 0) / 60_000)} minutes`;

/** The field that asks for it, where one does: named among what is still to be done. */
export const willBeVerified = ({ verification }: ObjectKind, values: Values): string[] =>
  verification && values[verification.by] === true ? [verification.by] : [];

/** Is there a reason to ask? `before`: what is known of it from earlier runs. */
export function isVerificationDue(
  { verification }: ObjectKind,
  wanted: Values,
  changed: readonly Leaf[],
  before: Stored | undefined,
): boolean {
  if (!verification || wanted[verification.by] !== true) return false;
  const { by } = verification;
  return (
    !before ||
    before.values[by] !== true ||
    before.facts.pending?.includes(by) === true ||
    changed.some(({ field }) => field.verified)
  );
}

/**
 * Waits until iconik's answers agree with what is described. What cannot be verified is told, and is no failure.
 * @throws IconikError `unverified` when the time is up, with what does not agree
 */
export async function verify(
  session: Session,
  definition: ObjectKind,
  id: string,
  what: string,
  wanted: Values,
): Promise<void> {
  const { verification } = definition;
  if (!verification) return;
  const ask = asking(session, definition, id);
  let waited = 0;
  for (let index = 0; ; index += 1) {
    const { wrong, told } = await look(definition, verification, wanted, ask);
    const pause = pauses[index];
    if (wrong.length === 0) {
      for (const line of told) session.note(`${what}: ${line}`);
      if (waited > 0) session.note(`${what} is verified: iconik can do there what is described`);
      return;
    }
    if (pause === undefined) {
      throw new IconikError({
        code: "unverified",
        operation: `GET ${verification.permissions}`,
        message: `iconik's own check of ${what} does not agree with what is described, for ${patience} now: ${wrong.join("; ")}. Compare its credentials with what pulumi-iconik grants prints; the next run checks again`,
      });
    }
    // Once at the start, and then about once a minute.
    if (index === 0)
      session.note(`${what}: ${wrong.join("; ")}. New credentials take a while; waiting for up to ${patience}`);
    else if (Math.floor(waited / 60_000) < Math.floor((waited + pause) / 60_000))
      session.note(`${what}: still waiting, ${wrong.join("; ")}`);
    await session.wait(pause);
    waited += pause;
  }
}

/** iconik's answer; a text when it has no such check of this object. */
type Ask = (path: string) => Promise<Live | string>;

function asking(session: Session, definition: ObjectKind, id: string): Ask {
  const isMissing = (error: unknown): boolean => error instanceof IconikError && error.code === "not-found";
  return async (path) => {
    const call = () => session.client.call<Live>(`GET ${path}`, { path: { [idParameter(definition.path)]: id } });
    try {
      // An object that was just made may not be known everywhere.
      const { body } = await eventually(session, call, { passing: isMissing });
      return body ?? {};
    } catch (error) {
      // 501: this method of storage has none (files.json, verifications).
      if (error instanceof IconikError && [404, 405, 501].includes(error.status ?? 0))
        return `iconik answers ${error.status}`;
      throw error;
    }
  };
}

/** `wrong`: what does not agree; `told`: what people should know, though nothing is wrong with it. */
interface Seen {
  wrong: string[];
  told: string[];
}

async function look(definition: ObjectKind, verification: Verification, wanted: Values, ask: Ask): Promise<Seen> {
  const access = await ask(verification.access);
  if (typeof access === "string") return unverifiable(access);
  if (access.access_check === false)
    return { wrong: [`iconik cannot reach it${because(access.error_message)}`], told: [] };
  const permissions = await ask(verification.permissions);
  if (typeof permissions === "string") return unverifiable(permissions);
  return compared(verification, wanted, permissions, chosenVariant(definition, wanted)?.unnarrowed === true);
}

const unverifiable = (why: string): Seen => ({
  wrong: [],
  told: [`it could not be verified whether iconik can use it: ${why}`],
});

function compared({ flags, told: others }: Verification, wanted: Values, live: Live, unnarrowed: boolean): Seen {
  const seen: Seen = { wrong: [], told: [] };
  for (const [flag, { answer, impliedBy }] of Object.entries(flags)) {
    const [described, can] = [wanted[flag], live[answer]];
    if (typeof described !== "boolean") continue;
    if (typeof can !== "boolean") seen.told.push(`iconik does not say whether it can ${flag}`);
    else if (described && !can)
      seen.wrong.push(
        `${flag} is true, and iconik cannot ${flag}${because(live[`${answer}_error`] ?? live.error_message)}`,
      );
    else if (!described && can && !(impliedBy !== undefined && wanted[impliedBy] === true)) {
      (unnarrowed ? seen.told : seen.wrong).push(
        `${flag} is false, and iconik can ${flag} all the same: its credentials allow more than is described`,
      );
    }
  }
  for (const [answer, says] of Object.entries(others))
    if (live[answer] === false) seen.told.push(`${says}${because(live[`${answer}_error`])}`);
  return seen;
}

/** What iconik says of it; texts of others, so not at any length. */
const because = (said: unknown): string => (typeof said === "string" && said !== "" ? ` (${said.slice(0, 300)})` : "");
