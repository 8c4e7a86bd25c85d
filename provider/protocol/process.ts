/** What everything shares that answers Pulumi in its provider process: the config, the end, and words for failures. */

import { describe, IconikError, plain, quietStacks } from "../engine/errors";
import { scrub } from "../engine/redact";
import { endWithEngine } from "./engine-watch";

export type Properties = Record<string, any>;

/** The calls that Pulumi's provider process makes (cmd/dynamic-provider of the SDK). */
export interface Handler {
  configure(request: { config: { get(key: string): string | undefined } }): Promise<void>;
  check(
    olds: Properties,
    news: Properties,
  ): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }>;
  diff(
    id: string,
    olds: Properties,
    news: Properties,
  ): Promise<{ changes?: boolean; replaces?: string[]; deleteBeforeReplace?: boolean }>;
  create(inputs: Properties): Promise<{ id: string; outs: Properties }>;
  read(id: string, props: Properties): Promise<{ id?: string; props?: Properties; inputs?: Properties }>;
  update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }>;
  delete(id: string, props: Properties): Promise<void>;
}

let given: (key: string) => string | undefined = () => undefined;

/** Config of this process: one provider resource, one tenant. */
export const config = (key: string): string | undefined => given(key);

/** Stored at once, since later calls do not wait for it. */
export const configure: Handler["configure"] = (request) => {
  given = (key) => request.config.get(key);
  return Promise.resolve();
};

const stop = new AbortController();
/** Aborted when the engine asks this process to end. */
export const stopping: AbortSignal = stop.signal;

/** A line for people: the engine shows what this process prints. */
export const note = (line: string): void => console.error(plain(`iconik: ${line}`).replace(/\s+/g, " "));

/** Calls of the engine that have not been answered. */
let underWay = 0;
let endWhenIdle: (() => void) | undefined;

if (isProviderProcess()) {
  quietStacks();
  endWithEngine(process.argv[2]);
  // Calls under way are finished, waits are cut short, and then it is over: the engine kills whoever takes long.
  process.once("SIGINT", () => {
    stop.abort();
    endWhenIdle = () => process.exit(0);
    if (underWay === 0) endWhenIdle();
  });
}

function isProviderProcess(): boolean {
  return /[\\/]dynamic-provider([\\/]index\.js)?$/.test(process.argv[1] ?? "");
}

/** Pulumi keeps an object whose making failed half-way when the error carries its id and all that is known of it. */
export class InitFailed extends Error {
  override readonly stack = "";
  constructor(
    readonly id: string,
    readonly properties: Properties,
    readonly reasons: string[],
  ) {
    super(reasons.join("; "));
  }
}

/** Whatever is thrown leaves as one sentence. A bug of ours says that it is one, with its stack on stderr. */
export async function inWords<T>(work: () => Promise<T>): Promise<T> {
  underWay += 1;
  try {
    return await work();
  } catch (error) {
    if (error instanceof InitFailed) throw error;
    if (!(error instanceof IconikError) && error instanceof Error)
      console.error(scrub(`pulumi-iconik has a bug: ${error.stack}`));
    const known =
      error instanceof IconikError ? error : new IconikError({ code: "internal", message: describe(error) });
    const { code, operation, status, meaning } = known;
    throw new IconikError({ code, operation, status, meaning, message: once(known, describe(error)), cause: error });
  } finally {
    underWay -= 1;
    // The answer goes out first.
    if (underWay === 0 && endWhenIdle) setTimeout(endWhenIdle, 100);
  }
}

/** What concerns all resources alike, such as wrong credentials, is said in full once and in a few words from then on. */
function once({ meaning }: IconikError, message: string): string {
  if (said.has(message)) return `${meaning}, as said in full before`;
  said.add(message);
  return message;
}
const said = new Set<string>();

/** Nothing that Pulumi cannot carry may leave: what JSON cannot say is dropped. */
export const carried = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
