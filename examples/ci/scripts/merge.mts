// On the main branch: applies a change, if it is the one that was reviewed. What was reviewed stands in the comment on
// the pull request, as a digest over the effects; a change whose effects are others now has to be reviewed again. Where
// the review asked the tenant, the program is held to what it said of that, too; else, everything since the last run has
// to have been reviewed, so that what was refused once does not come in with the next change.
//
//   STACK  stack to apply        BASE  commit before the change        COMMIT  commit to apply
//
// Ends with 3 when the change was not reviewed as it is.
import { spawnSync } from "node:child_process";
import { conversationsOf } from "./comments.mts";
import { lastApplied, reviewedMessage } from "./history.mts";
import { changeSince, digestIn, iconik, markerOf, planIn, run, type Change } from "./review.mts";

const { STACK: stack = "prod", BASE: base = "HEAD^1", COMMIT: commit = "HEAD" } = process.env;

const decision = await decide();
if ("refused" in decision) {
  console.error(`not applied: ${decision.refused}`);
  process.exitCode = 3;
} else if ("idle" in decision) console.log(decision.idle);
else process.exitCode = up(decision.plan);

async function decide(): Promise<{ plan?: string } | { refused: string } | { idle: string }> {
  const found = await conversationsOf(process.env, commit);
  const bodies = (await Promise.all(found.map(async (one) => one.own())))
    .flat()
    .map(({ body }) => body)
    .filter((body) => body.startsWith(markerOf(stack)));
  const reviewsOf = ({ digest }: Change) => bodies.filter((body) => digestIn(body) === digest);

  const change = told(base);
  const same = reviewsOf(change);
  if (change.count > 0 && same.length === 0) {
    process.stdout.write(iconik("review", change.from, `stack:${stack}`, "--name", stack).stdout);
    const names = found.map(({ name }) => name).join(", ");
    return {
      refused: bodies.some((body) => digestIn(body) !== undefined)
        ? `the review in ${names} was of other effects. Open a pull request with this change, and have it reviewed as it is now`
        : `nobody reviewed this change${names ? ` in ${names}` : ", and it came in through no pull request"}. Open a pull request with it`,
    };
  }
  // Of several requests with this change, the tenant was as it is now in the last one.
  const plan = same.map(planIn).findLast((plan) => plan !== undefined);
  if (plan !== undefined) return { plan };

  const last = lastApplied(stack)?.commit;
  if (last === undefined) {
    if (change.count === 0) return { idle: `nothing to apply since ${base}` };
    return {
      refused: `the review did not look at the tenant, and no commit is known that ${stack} was last applied from, so what else would be applied was not reviewed. Run pulumi up by hand once, from a clean checkout of what was reviewed`,
    };
  }
  const all = told(last);
  if (all.count === 0 || reviewsOf(all).length > 0) return {};
  process.stdout.write(iconik("review", all.from, `stack:${stack}`, "--name", stack).stdout);
  return {
    refused: `since ${last}, which was last applied, more came in than what was reviewed here. Run the job of that again, or take out what nobody reviewed and open a pull request with it`,
  };
}

function told(since: string): Change {
  const change = changeSince(since, stack);
  if (change?.digest !== undefined) return change;
  throw new Error(
    `what ${commit} changes since ${since} cannot be told: ${change?.stderr ?? `${since} has no such stack, and there are no credentials`}`,
  );
}

function up(plan: string | undefined): number {
  const env = { ...process.env, ...(plan !== undefined && { ICONIK_PLAN_DIGEST: plan }) };
  const head = run("git", ["rev-parse", "HEAD"]).stdout.trim();
  const { status, error } = spawnSync(
    "pulumi",
    ["up", "--yes", "--non-interactive", "--stack", stack, "--message", reviewedMessage(head)],
    { stdio: "inherit", env },
  );
  if (error) throw error;
  return status ?? 1;
}
