/** The connection of a kind to Backblaze: one per administrator and process. */

import { administrators, b2Administrator } from "../administrators";
import type { CloudSession } from "../dynamic/kind";
import { openHttp } from "../http";
import { b2Api, type B2Api } from "./api";

/**
 * Reads `<LABEL>_APPLICATION_KEY_ID` and `<LABEL>_APPLICATION_KEY`, by default those of Backblaze's own command line.
 * Like it, an address in `B2_ENVIRONMENT` goes before Backblaze's.
 */
export function backblaze(session: CloudSession, { cloud = administrators.b2.label }: { cloud?: string }): B2Api {
  return session.shared(`b2/${cloud}`, () => {
    const { applicationKeyId, applicationKey } = session.credentials(cloud, b2Administrator);
    return b2Api(
      { keyId: applicationKeyId, applicationKey, realm: process.env.B2_ENVIRONMENT?.trim() || undefined },
      openHttp(session),
    );
  });
}
