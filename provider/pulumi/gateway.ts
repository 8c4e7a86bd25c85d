/** What a Storage Gateway needs of iconik: an application, a token, and a person with the right role behind it. */

import * as pulumi from "@pulumi/pulumi";
import type { Session } from "../engine";
import { IconikError } from "../engine/errors";
import type { Desired } from "../tenant";
import type { Application, Storage } from "./resources";

/** files.json: the role that reports of gateways and their queues ask for. */
const workerRole = "is_storage_worker";

/**
 * Settings of a Storage Gateway, in the form of its `config.ini`. Secret: they hold its token.
 *
 * The four names are those of the gateway's command line (iconik-storage-gateway-docker) and of its help page. That page
 * shows no whole file: other settings of a `config.ini` that is there already stay as they are, and these four replace
 * its own.
 */
export const gatewayConfig = ({
  url,
  storage,
  application,
}: {
  url: string;
  storage: Storage;
  application: Application;
}): pulumi.Output<string> =>
  pulumi.secret(
    pulumi.interpolate`iconik-url = ${url.replace(/\/*$/, "/")}\napp-id = ${application.id}\nauth-token = ${application.authToken}\nstorage-id = ${storage.id}\n`,
  );

/** People behind gateways who lack the role, one sentence each. Who has which roles is nothing that is described here. */
export async function gatewayNotes(session: Session, { provision, resources }: Desired): Promise<string[]> {
  const notes: string[] = [];
  for (const { of, application } of provision) {
    const email = resources.find(({ kind, name }) => kind === application?.kind && name === application.name)?.inputs
      .user;
    if (typeof email !== "string") continue;
    const form = { field: { type: "user", about: "" } as const, form: email, key: `user/${email}` };
    const held = await session
      .resolve([form], {})
      .then((ids) =>
        session.client.call<{ objects?: string[] }>("GET /API/users/v1/users/{user_id}/roles/", {
          path: { user_id: ids[form.key]! },
        }),
      )
      .catch((error: unknown) => {
        // What cannot be told stops nobody.
        if (error instanceof IconikError && ["forbidden", "not-found"].includes(error.code)) return undefined;
        throw error;
      });
    if (held && !held.body?.objects?.includes(workerRole)) {
      notes.push(
        `storages.${of.label}: ${email} does not have the role ${workerRole}, which a Storage Gateway works with. Give it to a group of theirs; iconik publishes no whole list of the roles that its work takes besides`,
      );
    }
  }
  return notes;
}
