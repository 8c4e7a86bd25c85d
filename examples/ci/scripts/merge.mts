// On the main branch: applies a change, if it is the one that was reviewed. What was reviewed stands in the comment on
// the pull request, as a digest over the effects; a change whose effects are others now has to be reviewed again.
//
//   STACK  stack to apply        BASE  commit before the change        COMMIT  commit to apply
//
// Ends with 3 when the change was not reviewed as it is.
import { spawnSync } from "node:child_process";
import { conversationsOf } from "./comments.mts";
import { changeSince, digestIn, iconik, markerOf } from "./review.mts";

const { STACK: stack = "prod", BASE: base = "HEAD^1", COMMIT: commit = "HEAD" } = process.env;

process.exitCode = (await isReviewed()) ? up() : 3;

async function isReviewed(): Promise<boolean> {
  const change = changeSince(base, stack);
  if (!change || change.digest === undefined) throw new Error(`what ${commit} changes since ${base} cannot be told: ${change?.stderr ?? `${base} has no such stack, and there are no credentials`}`);
  if (change.count === 0) return true;
  const found = await conversationsOf(process.env, commit);
  const bodies = (await Promise.all(found.map(async (one) => one.own()))).flat().map(({ body }) => body).filter((body) => body.startsWith(markerOf(stack)));
  if (bodies.some((body) => digestIn(body) === change.digest)) return true;
  process.stdout.write(iconik("review", change.from, `stack:${stack}`, "--name", stack).stdout);
  const names = found.map(({ name }) => name).join(", ");
  console.error(
    bodies.some((body) => digestIn(body) !== undefined)
      ? `not applied: the review in ${names} was of other effects. Open a pull request with this change, and have it reviewed as it is now`
      : `not applied: nobody reviewed this change${names ? ` in ${names}` : ", and it came in through no pull request"}. Open a pull request with it`,
  );
  return false;
}

function up(): number {
  const { status, error } = spawnSync("pulumi", ["up", "--yes", "--non-interactive", "--stack", stack], { stdio: "inherit" });
  if (error) throw error;
  return status ?? 1;
}
