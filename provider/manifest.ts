/** This package's own package.json. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  name: string;
  version: string;
  engines: { node: string };
  peerDependencies: Record<string, string>;
}

/** Read, not imported: the compiled file stands as deep below the package as the source. */
export const manifest = JSON.parse(readFileSync(join(__dirname, "../package.json"), "utf8")) as Manifest;
