/** What was reviewed is what is applied: the digest of a review, made again from the tenant before the first resource. */

import * as pulumi from "@pulumi/pulumi";
import { openSession } from "../engine";
import { IconikError, plain } from "../engine/errors";
import { given, readSettings } from "../engine/settings";
import { manifest } from "../manifest";
import { otherThan, planOf } from "../review";
import type { Desired } from "../tenant";
import { readLive } from "../tenant/live/read";
import { pictureOf } from "../tenant/picture";
import type { PlannedRun } from "./deletions";

/**
 * Does nothing unless `ICONIK_PLAN_DIGEST` (or `iconik:planDigest`) is set.
 * @throws pulumi.RunError when applying the description to the tenant as it is now does something else than the review
 * said, with what differs.
 */
export async function holdToReview(
  desired: Desired,
  file: string,
  run: PlannedRun,
  config: pulumi.Config,
): Promise<void> {
  const fromEnv = given(process.env.ICONIK_PLAN_DIGEST);
  const reviewed = fromEnv ?? given(config.get("planDigest"));
  if (reviewed === undefined) return;
  const setting = fromEnv === undefined ? "iconik:planDigest" : "ICONIK_PLAN_DIGEST";
  const differences = otherThan(await planned(desired, file, run, config), manifest.version, reviewed);
  if (!differences) return;
  const shown = differences.slice(0, most).map((line) => `  ${plain(line)}`);
  const more = differences.length > most ? [`  and ${differences.length - most} more`] : [];
  throw new pulumi.RunError(
    [
      `this is not what was reviewed (${setting}), and nothing was changed:`,
      ...shown,
      ...more,
      "Review it as it is now and apply that: pulumi-iconik review --live, whose last line is the digest",
    ].join("\n"),
  );
}
const most = 30;

async function planned(desired: Desired, file: string, { deleted = [], unread }: PlannedRun, config: pulumi.Config) {
  if (unread !== undefined)
    throw new pulumi.RunError(
      `whether this is what was reviewed could not be told, since it is not known what is deleted: ${unread}`,
    );
  try {
    const session = openSession(
      readSettings({ env: process.env, config: (key) => config.get(key.replace(/^iconik:/, "")) }),
      { readOnly: true },
    );
    try {
      const live = await readLive(session);
      const isGone = new Set(deleted.map(({ kind, id }) => `${kind}/${id}`));
      return planOf(
        live,
        pictureOf(desired, file),
        live.resources.filter(({ kind, id }) => isGone.has(`${kind}/${id}`)),
      );
    } finally {
      await session.client.close();
    }
  } catch (error) {
    if (!(error instanceof IconikError)) throw error;
    throw new pulumi.RunError(`whether this is what was reviewed could not be told: ${error.message}`);
  }
}
