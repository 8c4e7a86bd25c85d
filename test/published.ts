/** The published schemas of what commands print as JSON. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020";
import { expect } from "vitest";
import { repository } from "./processes.mts";

/** A check that output is of the form that `schema/<name>.schema.json` publishes. */
export function published(name: string): <T>(output: T) => T {
  const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
    JSON.parse(readFileSync(join(repository, `schema/${name}.schema.json`), "utf8")) as object,
  );
  return (output) => {
    expect(validate(JSON.parse(JSON.stringify(output))), JSON.stringify(validate.errors, undefined, 2)).toBe(true);
    return output;
  };
}
