/** The connection of a kind to Backblaze: one per administrator and process. */

import type { CloudSession } from "../dynamic/kind";
import { openHttp } from "../http";
import { b2Api, type B2Api } from "./api";

/** Label of the administrator's credentials when no other is given. */
const defaultCloud = "b2";

/**
 * Reads `<LABEL>_APPLICATION_KEY_ID` and `<LABEL>_APPLICATION_KEY`, by default those of Backblaze's own command line.
 * Like it, an address in `B2_ENVIRONMENT` goes before Backblaze's.
 */
export function backblaze(session: CloudSession, { cloud = defaultCloud }: { cloud?: string }): B2Api {
  return session.shared(`b2/${cloud}`, () => {
    const names = { applicationKeyId: ["APPLICATION_KEY_ID"], applicationKey: ["APPLICATION_KEY", "secret"] } as const;
    const { applicationKeyId, applicationKey } = session.credentials(cloud, names);
    return b2Api({ keyId: applicationKeyId, applicationKey, realm: process.env.B2_ENVIRONMENT?.trim() || undefined }, openHttp(session));
  });
}
