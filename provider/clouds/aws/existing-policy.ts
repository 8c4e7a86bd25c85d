/**
 * The policy of a bucket that is somebody's. S3 keeps one policy per bucket and writes it whole, so ours is written
 * only where there is none, or none but ours.
 */

import { iconikRole, type PolicyDocument, type PolicyStatement } from "../grants";

/**
 * `write`: nothing of anybody's is lost. `there`: every statement of ours stands in somebody's policy already.
 * Otherwise the statements that the bucket's owner is to add.
 */
export function verdictOn(
  live: string | undefined,
  ours: PolicyDocument,
  domainId: string,
): "write" | "there" | PolicyStatement[] {
  const statements =
    live === undefined
      ? []
      : [(JSON.parse(live) as { Statement: PolicyStatement | PolicyStatement[] }).Statement].flat();
  if (statements.every((statement) => isOurs(statement, domainId))) return "write";
  const there = new Set(statements.map(meaning));
  const missing = ours.Statement.filter((statement) => !there.has(meaning(statement)));
  return missing.length === 0 ? "there" : missing;
}

/** A statement that we wrote, now or when the storage was described otherwise. */
function isOurs({ Sid = "", Effect, Principal, Condition }: PolicyStatement, domainId: string): boolean {
  const condition = Condition?.StringEquals?.["aws:PrincipalTag/IconikSystemDomainId"];
  return (
    Effect === "Allow" &&
    /(Bucket|Listing|Objects)\d*$/.test(Sid) &&
    meaning(Principal) === meaning({ AWS: iconikRole }) &&
    meaning(condition) === meaning(domainId)
  );
}

/** Two statements with one meaning, whatever they are called and however lists of one are written. */
function meaning(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => {
    if (key === "Sid") return undefined;
    if (Array.isArray(inner)) return inner.length === 1 ? inner[0] : [...inner].sort();
    if (typeof inner !== "object" || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
