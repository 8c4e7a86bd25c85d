/** The classes of the kinds of this cloud that are this package's own. */

import { CloudResource, type Args, type CloudResourceOptions } from "../dynamic/resource";
import type { AwsRetiredKeysInputs } from "./retired-keys";

/** Deletes the key of a user that was replaced. Let it depend on what uses the current one. */
export class AwsRetiredKeys extends CloudResource {
  constructor(name: string, args: Args<AwsRetiredKeysInputs>, opts?: CloudResourceOptions) {
    super({ kind: "AwsRetiredKeys", outputs: [] }, name, { ...args }, opts);
  }
}
