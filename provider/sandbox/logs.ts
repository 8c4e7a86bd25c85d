/** Recipients of the audit log (a Shield feature). What their `settings` hold is not documented. */
import { answer, type Handler } from "./call";
import { collection } from "./objects";

const path = "/API/stats/v1/system/logs/recipients/";

export const logsHandlers: Record<string, Handler> = {
  ...collection({ kind: "logs_recipients", path, item: "{logs_recipient_id}", noun: "logs recipient" }),
  // A test of the connection, not a write.
  [`POST ${path}{logs_recipient_id}/`](call) {
    call.tenant.get("logs_recipients", call.path.logs_recipient_id!, "logs recipient");
    const works = ["ok", "everything"].includes(call.tenant.switches.verification);
    return answer(call, { access_check: works, ...(!works && { error_message: "Access denied" }) });
  },
};
