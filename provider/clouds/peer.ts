/** Cloud SDKs are optional peers of this package: loaded when the first resource is made, and asked for in words. */

import * as pulumi from "@pulumi/pulumi";
import { notInstalled } from "./dynamic/peers";

/** `load` requires files of the package. */
export function fromPeer<T>(name: string, load: () => T): () => T {
  let loaded: T | undefined;
  return () => {
    try {
      return (loaded ??= load());
    } catch (error) {
      const words = notInstalled(name, error);
      throw words === undefined ? error : new pulumi.RunError(words);
    }
  };
}
