// On the main branch: applies a change, if it is the one that was reviewed. What was reviewed stands in the comment on
// the pull request, as a digest over the effects; a change whose effects are others now has to be reviewed again. Where
// the review asked the tenant, the program is held to what it said of that, too.
//
//   STACK  stack to apply        BASE  commit before the change        COMMIT  commit to apply
//
// Ends with 3 when the change was not reviewed as it is.
import { spawnSync } from "node:child_process";
import { conversationsOf } from "./comments.mts";
import { changeSince, digestIn, iconik, markerOf, planIn } from "./review.mts";

const { STACK: stack = "prod", BASE: base = "HEAD^1", COMMIT: commit = "HEAD" } = process.env;

const reviewed = await review();
process.exitCode = reviewed ? up(reviewed.plan) : 3;

/** Undefined: this is not what was reviewed. */
async function review(): Promise<{ plan?: string } | undefined> {
  const change = changeSince(base, stack);
  if (!change || change.digest === undefined) throw new Error(`what ${commit} changes since ${base} cannot be told: ${change?.stderr ?? `${base} has no such stack, and there are no credentials`}`);
  if (change.count === 0) return {};
  const found = await conversationsOf(process.env, commit);
  const bodies = (await Promise.all(found.map(async (one) => one.own()))).flat().map(({ body }) => body).filter((body) => body.startsWith(markerOf(stack)));
  const same = bodies.filter((body) => digestIn(body) === change.digest);
  // Of several requests with this change, the tenant was as it is now in the last one.
  if (same.length > 0) return { plan: same.map(planIn).findLast((plan) => plan !== undefined) };
  process.stdout.write(iconik("review", change.from, `stack:${stack}`, "--name", stack).stdout);
  const names = found.map(({ name }) => name).join(", ");
  console.error(
    bodies.some((body) => digestIn(body) !== undefined)
      ? `not applied: the review in ${names} was of other effects. Open a pull request with this change, and have it reviewed as it is now`
      : `not applied: nobody reviewed this change${names ? ` in ${names}` : ", and it came in through no pull request"}. Open a pull request with it`,
  );
  return undefined;
}

function up(plan: string | undefined): number {
  const env = { ...process.env, ...(plan !== undefined && { ICONIK_PLAN_DIGEST: plan }) };
  const { status, error } = spawnSync("pulumi", ["up", "--yes", "--non-interactive", "--stack", stack], { stdio: "inherit", env });
  if (error) throw error;
  return status ?? 1;
}
