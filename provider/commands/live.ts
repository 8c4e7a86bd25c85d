/** A live tenant as a command reads it: settings from the environment, and nothing leaves that could change anything. */

import { openSession, type Session, type SessionOptions } from "../engine";
import { readSettings } from "../engine/settings";

/**
 * Opens a session on the tenant of `ICONIK_URL`, `ICONIK_APP_ID` and `ICONIK_AUTH_TOKEN`; with a name, of
 * `ICONIK_<NAME>_URL` and so on. Close it with `session.client.close()`.
 * @throws IconikError `no-credentials` or `bad-setting`, naming the variable.
 */
export function liveSession(name?: string, options: Pick<SessionOptions, "signal" | "guards"> = {}): Session {
  const settings = readSettings({ env: process.env, config: () => undefined, ...(name !== undefined && { name }) });
  return openSession(settings, { readOnly: true, note: (line) => process.stderr.write(`${line}\n`), ...options });
}
