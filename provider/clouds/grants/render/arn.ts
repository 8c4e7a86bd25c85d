/** Names of things in AWS. */

import type { StorageNeed } from "../need";

/** Others that take AWS policies call themselves `aws`. */
export function partitionOf({
  type,
  region = "",
}: Pick<StorageNeed, "type" | "region">): "aws" | "aws-cn" | "aws-us-gov" {
  if (type !== "s3") return "aws";
  return region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** `https://sqs.<region>.amazonaws.com/<account>/<name>` as an ARN; undefined for anything else. */
export function arnOfQueue(url: string): string | undefined {
  const [, region, cn, account, name] =
    /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?\/(\d{12})\/([\w-]{1,80}(?:\.fifo)?)$/.exec(url) ?? [];
  if (!region) return undefined;
  const partition = cn ? "aws-cn" : partitionOf({ type: "s3", region });
  return `arn:${partition}:sqs:${region}:${account}:${name}`;
}
