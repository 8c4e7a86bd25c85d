/** Storages: the object, its settings per method, which one is the default, scans, and checks of its credentials. */
import { storageSettingsSchemas } from "../contract";
import { forget, giveCreator } from "./acls";
import { answer, type Call, type Handler, type Item } from "./call";
import { collection, present } from "./objects";
import { refuse } from "./refusal";
import { checkedAgainst } from "./validation";
import { verifyAccess, verifyPermissions } from "./verification";

const path = "/API/files/v1/storages/";
const item = `${path}{storage_id}/`;

/** "Securely stored" and not shown again (help page: editing S3 storages). */
const secrets = ["secret_key", "session_token", "json_key", "authorization_token", "connection_string", "password"];

/** Only these can be the default storage for uploads (help page: storages). */
const cloudMethods = ["S3", "B2", "GCS", "AZURE"];

export const storageHandlers: Record<string, Handler> = {
  ...collection({
    kind: "storages",
    path,
    item: "{storage_id}",
    noun: "storage",
    kept: ["status", "status_message", "last_scanned", "scanner_status"],
    settle,
    created(call, storage) {
      giveCreator(call, "storages", storage.id);
      if (call.tenant.switches.storageSetup === "refusedButMade") {
        refuse(400, "The storage was made, but setting it up has failed");
      }
    },
    show,
    removing(call, storage) {
      forget(call.tenant, "storages", storage.id);
      call.tenant.remove("auto_scans", storage.id);
    },
  }),
  [`GET ${path}{purpose}/default/`](call) {
    const storage = call.tenant.all("storages").find(({ purpose, default: it }) => purpose === call.path.purpose && it);
    return answer(
      call,
      presented(call, storage ?? refuse(404, `There is no default storage for ${call.path.purpose}`)),
    );
  },
  [`GET ${path}matching/{purpose}/`]: (call) => answer(call, presented(call, matching(call))),
  [`GET ${path}matching/{purpose}/method/{method}/`]: (call) => answer(call, presented(call, matching(call))),
  [`POST ${item}default/`](call) {
    const storage = get(call);
    if (storage.purpose === "FILES" && !cloudMethods.includes(storage.method)) {
      refuse(400, "Only a cloud storage can be the default for uploads");
    }
    const others = call.tenant.all("storages").filter((other) => other.purpose === storage.purpose && other.default);
    if (call.tenant.switches.defaultStorage === "exclusive") for (const other of others) setDefault(call, other, false);
    setDefault(call, storage, true);
    return answer(call);
  },
  [`DELETE ${item}default/`](call) {
    setDefault(call, get(call), false);
    return answer(call);
  },
  [`GET ${item}auto_scan/`]: (call) => answer(call, present(call, autoScan(call))),
  [`POST ${item}auto_scan/`](call) {
    const { id } = get(call);
    return answer(call, call.tenant.replace("auto_scans", id, { hours_interval: call.body.hours_interval ?? 24 }));
  },
  [`DELETE ${item}auto_scan/`](call) {
    autoScan(call);
    call.tenant.remove("auto_scans", call.path.storage_id!);
    return answer(call);
  },
  [`POST ${item}scan/`](call) {
    call.tenant.replace("storages", get(call).id, { ...get(call), last_scanned: call.tenant.time() });
    return answer(call);
  },
  [`POST ${path}verifications/access/`]: async (call) => answer(call, await verifyAccess(call, subject(call))),
  [`POST ${path}verifications/permissions/`]: async (call) =>
    answer(call, await verifyPermissions(call, subject(call))),
  [`GET ${item}verifications/access/`]: async (call) => answer(call, await verifyAccess(call, get(call))),
  [`GET ${item}verifications/permissions/`]: async (call) => answer(call, await verifyPermissions(call, get(call))),
  ...collection({
    kind: "export_locations",
    path: "/API/files/v1/export_locations/",
    item: "{export_location_id}",
    noun: "export location",
    settle(call, after) {
      if (!call.tenant.find("storages", after.storage_id)) refuse(400, { storage_id: "There is no such storage" });
      return { ...after, system_domain_id: call.tenant.state.domain.id };
    },
    created: (call, location) => giveCreator(call, "export_locations", location.id),
    removing: (call, location) => forget(call.tenant, "export_locations", location.id),
  }),
};

function settle(call: Call, after: Item, before: Item | undefined): Item {
  const { tenant } = call;
  const { storageNames, storageSetup, storageSettingsPatch } = tenant.switches;
  if (
    storageNames === "unique" &&
    tenant.all("storages").some((other) => other.name === after.name && other.id !== before?.id)
  ) {
    refuse(400, { name: "There is a storage with this name already" });
  }
  // "Storage Type - Non-editable" (help page: editing storages).
  if (before && after.method !== before.method) refuse(400, { method: "The method of a storage cannot be changed" });
  const merges = before && call.key.startsWith("PATCH ") && storageSettingsPatch === "merge";
  const settings = merges ? { ...before.settings, ...call.body.settings } : after.settings;
  const failing = !before && storageSetup !== "works";
  return {
    status: failing ? "FAILING" : "ACTIVE",
    ...(failing && { status_message: "Setting up the storage has failed" }),
    default: false,
    ...after,
    settings: call.body.settings ? settled(call, after.method, settings) : settings,
    version: String(Number(before?.version ?? 0) + 1),
  };
}

function settled(call: Call, method: string, settings: Item): Item {
  const { storageSettingsCheck, storedForm } = call.tenant.switches;
  const checked =
    storageSettingsCheck === "on"
      ? checkedAgainst(storageSettingsSchemas[method]!, settings, call.tenant.switches, "settings")
      : settings;
  if (storedForm === "verbatim") return checked;
  const tidy = (name: string, outer: RegExp) =>
    typeof checked[name] === "string" ? { [name]: checked[name].replace(outer, "") } : {};
  return { ...checked, ...tidy("path", /^\/+|\/+$/g), ...tidy("endpoint", /\/+$/g) };
}

function show(call: Call, storage: Item): Item {
  const { listDetail, secretsOnRead } = call.tenant.switches;
  const isList = !call.key.includes("{") && call.key.startsWith("GET ");
  if (isList && listDetail === "thin") return { ...storage, settings: {} };
  const settings = Object.entries<unknown>(storage.settings).flatMap(([name, value]) => {
    if (!secrets.includes(name) || secretsOnRead === "return") return [[name, value]];
    return secretsOnRead === "mask" ? [[name, "********"]] : [];
  });
  return { ...storage, settings: Object.fromEntries(settings) };
}

function presented(call: Call, storage: Item): Item {
  return present(call, show(call, storage));
}

function get(call: Call): Item {
  return call.tenant.get("storages", call.path.storage_id!, "storage");
}

function autoScan(call: Call): Item {
  return call.tenant.find("auto_scans", get(call).id) ?? refuse(404, "Auto scan is off for this storage");
}

function setDefault(call: Call, storage: Item, to: boolean): void {
  call.tenant.replace("storages", storage.id, { ...storage, default: to });
}

function matching(call: Call): Item {
  const { purpose, method } = call.path;
  const fitting = call.tenant
    .all("storages")
    .filter(
      (storage) => storage.purpose === purpose && storage.status === "ACTIVE" && (!method || storage.method === method),
    );
  const asked = fitting.find(({ id }) => id === call.query.storage_id) ?? fitting.find((storage) => storage.default);
  return asked ?? fitting[0] ?? refuse(404, `There is no storage for ${purpose}`);
}

function subject(call: Call): Item {
  const { method, settings } = call.body;
  return { ...call.body, settings: settled(call, method, settings) };
}
