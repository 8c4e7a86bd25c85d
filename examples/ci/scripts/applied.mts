// Prints the commit that a stack was last applied from as it was reviewed, for the run that takes away what has ended.
//
//   STACK  stack to apply
//
// Ends with 3 when there is none, or when something else was applied since then.
import { lastApplied } from "./history.mts";

const { STACK: stack = "prod" } = process.env;
const last = lastApplied(stack);
if (last?.isReviewed) console.log(last.commit);
else {
  console.error(
    last
      ? `not applied: the last run of ${stack} was of something that nobody reviewed, so what is to be there is not known. Merge a reviewed pull request, and the nights go on from that`
      : `not applied: nothing was applied to ${stack} from a review yet. Merge a reviewed pull request, and the nights go on from that`,
  );
  process.exitCode = 3;
}
