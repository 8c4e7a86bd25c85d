/** Cloud SDKs are optional peers of this package: loaded when the first resource is made, and asked for in words. */

import * as pulumi from "@pulumi/pulumi";

/** `load` requires files of the package. */
export function fromPeer<T>(name: string, load: () => T): () => T {
  let loaded: T | undefined;
  return () => {
    try {
      return (loaded ??= load());
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== "MODULE_NOT_FOUND" || !message.includes(`'${name}/`)) throw error;
      throw new pulumi.RunError(`storages in this cloud need ${name}, which is not installed: npm install ${name}`);
    }
  };
}
