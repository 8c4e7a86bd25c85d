/** A live tenant as a command reads it: settings from the environment, and nothing leaves that could change anything. */

import { openSession, type Session } from "../engine";
import { readSettings } from "../engine/settings";

/**
 * Opens a session on the tenant of `ICONIK_URL`, `ICONIK_APP_ID` and `ICONIK_AUTH_TOKEN`; with a name, of
 * `ICONIK_<NAME>_URL` and so on. Close it with `session.client.close()`.
 * @throws IconikError `no-credentials` or `bad-setting`, naming the variable.
 */
export function liveSession(name?: string, options: { signal?: AbortSignal } = {}): Session {
  const settings = readSettings({ env: process.env, config: () => undefined, ...(name !== undefined && { name }) });
  return openSession(settings, { readOnly: true, note: (line) => process.stderr.write(`${line}\n`), ...options });
}

/** How far a reading is, on one line that is written over; nothing where nobody looks. */
export function progressLine(): { tell(what: string, done: number, of: number): void; end(): void } {
  const isSeen = process.stderr.isTTY === true;
  let last = 0;
  let shown = false;
  return {
    tell(what, done, of) {
      const now = Date.now();
      if (!isSeen || now - last < 100) return;
      last = now;
      shown = true;
      process.stderr.write(`\r\x1b[Kreading ${what} ${done}/${of}`);
    },
    end() {
      if (shown) process.stderr.write("\r\x1b[K");
    },
  };
}
