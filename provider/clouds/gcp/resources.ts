/** The classes of the kinds of this cloud that are this package's own. */

import { CloudResource, type Args, type CloudResourceOptions } from "../dynamic/resource";
import type { GcpRetiredKeysInputs } from "./retired-keys";

/** Deletes the key of a service account that was replaced. Let it depend on what uses the current one. */
export class GcpRetiredKeys extends CloudResource {
  constructor(name: string, args: Args<GcpRetiredKeysInputs>, opts?: CloudResourceOptions) {
    super({ kind: "GcpRetiredKeys", outputs: [] }, name, { ...args }, opts);
  }
}
