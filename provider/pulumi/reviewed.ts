/** What was reviewed is what is applied: the digest of a review, made again from the tenant before the first resource. */

import * as pulumi from "@pulumi/pulumi";
import { openSession } from "../engine";
import { IconikError, plain } from "../engine/errors";
import { readSettings } from "../engine/settings";
import { manifest } from "../manifest";
import { otherThan, planOf } from "../review";
import type { Desired } from "../tenant";
import { readLive } from "../tenant/live/read";
import { pictureOf } from "../tenant/picture";
import { isGone } from "./deletions";
import { stackState, type Had } from "./stack-state";

interface Run {
  config: pulumi.Config;
  /** Where Pulumi.yaml is. */
  folder: string;
  /** The file is all that the stack is made from. */
  isWhole: boolean;
}

/**
 * Does nothing unless `ICONIK_PLAN_DIGEST` (or `iconik:planDigest`) is set.
 * @throws pulumi.RunError when applying the description to the tenant as it is now does something else than the review
 * said, with what differs.
 */
export async function holdToReview(desired: Desired, file: string, { config, folder, isWhole }: Run): Promise<void> {
  const reviewed = process.env.ICONIK_PLAN_DIGEST ?? config.get("planDigest");
  if (reviewed === undefined) return;
  const setting = process.env.ICONIK_PLAN_DIGEST === undefined ? "iconik:planDigest" : "ICONIK_PLAN_DIGEST";
  const differences = otherThan(await planned(desired, file, { config, folder, isWhole }), manifest.version, reviewed);
  if (!differences) return;
  const shown = differences.slice(0, most).map((line) => `  ${plain(line)}`);
  const more = differences.length > most ? [`  and ${differences.length - most} more`] : [];
  throw new pulumi.RunError([`this is not what was reviewed (${setting}), and nothing was changed:`, ...shown, ...more, "Review it as it is now and apply that: pulumi-iconik review --live, whose last line is the digest"].join("\n"));
}
const most = 30;

async function planned(desired: Desired, file: string, { config, folder, isWhole }: Run) {
  try {
    const session = openSession(readSettings({ env: process.env, config: (key) => config.get(key.replace(/^iconik:/, "")) }), { readOnly: true });
    try {
      const [live, gone] = await Promise.all([readLive(session), isWhole ? deletedBy(desired, folder) : []]);
      const isGone = new Set(gone.map(({ kind, id }) => `${kind}/${id}`));
      return planOf(live, pictureOf(desired, file), live.resources.filter(({ kind, id }) => isGone.has(`${kind}/${id}`)));
    } finally {
      await session.client.close();
    }
  } catch (error) {
    if (!(error instanceof IconikError)) throw error;
    throw new pulumi.RunError(`whether this is what was reviewed could not be told: ${error.message}`);
  }
}

/** What the stack had and the description no longer has. */
async function deletedBy(desired: Desired, folder: string): Promise<Had[]> {
  const { had } = await stackState(folder).catch((error: Error) => {
    throw new pulumi.RunError(`whether this is what was reviewed could not be told, since it is not known what is deleted: pulumi stack export failed (${plain(error.message.split("\n")[0]!)})`);
  });
  return had.filter((one) => isGone(one, desired));
}
