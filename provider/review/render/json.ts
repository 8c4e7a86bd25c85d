/** The review as it is, for machines: schema/review.schema.json. */

import { plain } from "../../engine/errors";
import type { Review } from "../report";

export const json = (review: Review): string => `${plain(JSON.stringify(review, undefined, 2))}\n`;
