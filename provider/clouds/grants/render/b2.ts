/** Statements as application keys of Backblaze B2. */

import { keyScope } from "../need";
import { groupsOf, type Statement } from "../statement";

/**
 * Body of `b2_create_key`, without the account id. Version 3: keys made by version 4 are not known to older clients.
 */
export interface B2KeyRequest {
  keyName: string;
  capabilities: string[];
  bucketId?: string;
  namePrefix?: string;
}

/** `bucketId` is not used for a key that reaches the whole account. */
export function b2Key(statement: Statement, bucketId: string): B2KeyRequest {
  const [group] = groupsOf(statement);
  const prefix = group?.conditions.find(({ key }) => key === "namePrefix")?.values[0];
  return {
    keyName: `iconik-${statement.need.label.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "")}`.slice(0, 100),
    capabilities: [...(group?.actions ?? [])],
    ...(keyScope(statement.need) === "bucket" && { bucketId }),
    ...(prefix !== undefined && { namePrefix: prefix }),
  };
}
