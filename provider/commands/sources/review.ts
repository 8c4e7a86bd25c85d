/** A review as `review --format json` wrote it. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020";
import { manifest } from "../../manifest";
import type { Review } from "../../review";
import { readText } from "../files";

/** @throws Error for anything else, with what is wrong in it. */
export function readReview(file: string): Review {
  const text = readText(file);
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is no review in JSON; review --format json writes one`, { cause });
  }
  const schema = JSON.parse(readFileSync(join(__dirname, "../../../schema/review.schema.json"), "utf8")) as object;
  const check = new Ajv({ allowUnionTypes: true }).compile<Review>(schema);
  if (check(found)) return found;
  const { instancePath, message } = check.errors![0]!;
  const where = instancePath === "" ? "it" : instancePath.slice(1);
  throw new Error(
    `${file} is no review as pulumi-iconik ${manifest.version} writes it: ${where} ${message}. Write it anew with review --format json`,
  );
}
