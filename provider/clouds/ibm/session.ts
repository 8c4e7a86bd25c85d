/** The connection of a kind to IBM Cloud: one per administrator and process. */

import { administrators, ibmAdministrator } from "../administrators";
import type { CloudSession } from "../dynamic/kind";
import { openHttp } from "../http";
import { ibmApi, type IbmApi } from "./api";

/**
 * Reads `<LABEL>_API_KEY`, by default `IBMCLOUD_API_KEY`. Addresses for private networks as IBM's other tools take them:
 * `IBMCLOUD_IAM_API_ENDPOINT`, `IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT`.
 */
export function ibmCloud(session: CloudSession, { cloud = administrators.ibmCos.label }: { cloud?: string }): IbmApi {
  return session.shared(`ibm/${cloud}`, () => {
    const { apiKey } = session.credentials(cloud, ibmAdministrator);
    const address = (name: string) => process.env[name]?.trim() || undefined;
    const administrator = {
      apiKey,
      iam: address("IBMCLOUD_IAM_API_ENDPOINT"),
      resourceController: address("IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT"),
    };
    return ibmApi(administrator, openHttp(session));
  });
}
