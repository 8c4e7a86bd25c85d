// What the stack's own history says was applied last, so that nothing is applied that nobody reviewed. Its backend is
// written by those who may apply, and by nobody else; a tag could be moved by whoever may push.
import { run } from "./review.mts";

interface Update {
  kind: string;
  result: string;
  message?: string;
  environment?: Record<string, string>;
  resourceChanges?: Record<string, number>;
}

/** What `pulumi up --message` is told of a reviewed commit. */
export const reviewedMessage = (commit: string): string => `reviewed ${commit}`;

/**
 * The last run that ended well or had begun to change something. `commit`: what it applied, where a commit has all of
 * that. Undefined: the stack was never applied, or was taken down.
 */
export function lastApplied(stack: string): { commit?: string; isReviewed: boolean } | undefined {
  const { code, stdout, stderr } = run("pulumi", [
    "stack",
    "history",
    "--json",
    "--page-size",
    "100",
    "--stack",
    stack,
    "--non-interactive",
  ]);
  if (code !== 0) throw new Error(`what was last applied to ${stack} cannot be told: ${stderr.trim()}`);
  const last = (JSON.parse(stdout) as Update[]).find(
    ({ kind, result, resourceChanges = {} }) =>
      (kind === "update" || kind === "destroy") &&
      (result === "succeeded" || Object.entries(resourceChanges).some(([what, count]) => what !== "same" && count > 0)),
  );
  if (!last || last.kind === "destroy") return undefined;
  const { "git.head": head, "git.dirty": dirty } = last.environment ?? {};
  // Left to itself, Pulumi takes the commit's own message: that one cannot name its commit.
  const isReviewed = head !== undefined && last.message === reviewedMessage(head);
  return {
    isReviewed,
    ...(head !== undefined && (isReviewed || (dirty === "false" && last.result === "succeeded")) && { commit: head }),
  };
}
