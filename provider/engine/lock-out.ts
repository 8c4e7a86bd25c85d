/** Shield's list applies to programs too (help page: IP Allow List): a wrong one shuts out whoever would mend it. */

import { covers } from "../addresses";
import { IconikError } from "./errors";
import type { Live } from "./values";

/**
 * Stops before a change of the tenant's settings after which the address that this run comes from would be let in no
 * more. iconik says which address that is (`client_ip`). Where it was let in by another list before, it still is.
 */
export function refuseLockOut(what: string, live: Live, change: Live, appId: string): void {
  const address = live.client_ip as unknown;
  if (typeof address !== "string" || !("allowed_ips" in change || "enable_shield" in change)) return;
  const [before, after] = [live, { ...live, ...change }].map((settings) => admits(settings, address, appId));
  if (before && !after) {
    throw new IconikError({
      code: "lock-out",
      message: `${what} was left as it is: this run comes from ${address}, and with the described list iconik Shield would not let it in again. Add ${address}, or a range that holds it, to the addresses of everyone`,
    });
  }
}

function admits(settings: Live, address: string, appId: string): boolean {
  const list = (settings.allowed_ips ?? []) as { ip: string; app_id?: string | null }[];
  if (settings.enable_shield !== true || list.length === 0) return true;
  return covers(list.map(({ ip, app_id }) => ({ ip, application: app_id })), address, appId);
}
