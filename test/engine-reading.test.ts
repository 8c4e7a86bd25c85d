// Reading what is there: lists in place of many calls, never believed further than they can be; and what "gone" takes.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Values } from "../provider/definition";
import { startSandbox, type Kind } from "../provider/sandbox";
import { copied, startRuns, writes, type Runs } from "./runs.ts";
import { opened } from "./stack.ts";

const groups = "/API/users/v1/groups/";

function tenant(options?: Parameters<typeof startRuns>[0]): () => Runs {
  let runs: Runs;
  beforeAll(async () => {
    runs = await startRuns(options);
  });
  afterAll(() => runs?.close());
  return () => runs;
}

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix} ${String(index + 1).padStart(3, "0")}`);
const reads = ({ sandbox }: Runs, path: string) => {
  const gets = sandbox.requests.filter((request) => request.method === "GET" && request.path.startsWith(path));
  return {
    pages: gets.filter((request) => request.path === path).length,
    byId: gets.filter((request) => request.path !== path).length,
  };
};

describe("many objects of a kind", () => {
  const runs = tenant({ seed: { groups: numbered("Other", 150).map((name) => ({ name })) } });
  const s3 = {
    type: "wasabi",
    purpose: "archive",
    bucket: "b",
    region: "eu-central-1",
    accessKey: "EXAMPLEKEY",
    secretKey: "example-secret-key",
  };
  const rows: [string, string, (name: string) => Values, number][] = [
    ["UserGroup", groups, () => ({ roles: ["can_read_assets"] }), 2],
    ["Storage", "/API/files/v1/storages/", () => ({ ...s3, description: "Archive", default: false }), 1],
    ["ExportLocation", "/API/files/v1/export_locations/", () => ({ storage: { existing: "Playout" }, path: "out" }), 1],
    ["AclTemplate", "/API/acls/v1/acl/templates/", () => ({}), 1],
    ["GroupMapping", `${groups}mappings/`, () => ({ group: { existing: "Everyone" } }), 1],
  ];

  it.each(rows)("of %s that are read at once are read page by page", async (kind, path, values, pages) => {
    const names = numbered(kind, 8);
    let { stack } = runs();
    for (const name of names) await stack.up(name, kind, { name, ...values(name) });
    stack = await runs().next();
    runs().sandbox.clearRequests();
    expect(await Promise.all(names.map((name) => stack.refresh(name)))).toEqual(names.map(() => []));
    const { pages: lists, byId } = kind === "UserGroup" ? readsOfGroups() : reads(runs(), path);
    expect(byId).toBe(0);
    // A keyset list ends with a page that has nothing more in it.
    expect(lists).toBeGreaterThanOrEqual(pages);
    expect(lists).toBeLessThanOrEqual(pages + 1);
  });

  /** Mappings live under the groups' own path. */
  function readsOfGroups() {
    const { pages, byId } = reads(runs(), groups);
    return { pages, byId: byId - reads(runs(), `${groups}mappings/`).byId };
  }

  it("show each its own drift, and the one that is gone", async () => {
    const names = numbered("UserGroup", 8);
    const stack = await runs().next();
    const id = (name: string) => stack.state.get(name)!.id;
    runs().sandbox.edit("groups", id(names[4]!), { roles: [] });
    runs().sandbox.edit("groups", id(names[5]!), { name: "Renamed" });
    runs().sandbox.remove("groups", id(names[7]!));
    const found = await Promise.all(names.map((name) => stack.refresh(name)));
    expect(found).toEqual(names.map((_, index) => ({ 4: ["roles"], 5: ["name"], 7: "gone" })[index] ?? []));
  });

  it("whose list cannot be read are an error, not gone; the list is asked for again", async () => {
    const names = numbered("ExportLocation", 6);
    const stack = await runs().next();
    runs().sandbox.fault({ match: "GET /API/files/v1/export_locations/", kind: "status", code: 403 });
    const found: unknown[] = [];
    for (const name of names) found.push(await stack.refresh(name).catch(String));
    expect(found).toEqual([[], [], [], expect.stringMatching(/403.*can_read_export_locations/), [], []]);
    for (const name of names) expect(stack.state.has(name)).toBe(true);
  });

  it.each(["truncated-list", "lying-total", "repeated-page"] as const)(
    "whose list does not add up (%s) are not gone for it",
    async (kind) => {
      const names = numbered("UserGroup", 6);
      const stack = await runs().next();
      runs().sandbox.fault({ match: `GET ${groups}`, kind, times: Infinity, after: kind === "repeated-page" ? 1 : 0 });
      const found: unknown[] = [];
      for (const name of names) found.push(await stack.refresh(name).catch(String));
      expect(found.slice(0, 3)).toEqual([[], [], []]);
      for (const one of found.slice(3)) expect(one).toMatch(/could not be read whole, twice/);
      for (const name of names) expect(stack.state.has(name)).toBe(true);
    },
  );
});

describe("a list that says less than the objects do", () => {
  const runs = tenant({ switches: { listDetail: "thin" } });

  it.each<[string, string, Values, Kind, Values, string]>([
    ["UserGroup", groups, { roles: ["can_read_assets"] }, "groups", { roles: [] }, "roles"],
    ["RoleGroup", "/API/users/v1/role_groups/", { roles: [] }, "role_groups", { roles: ["can_read_assets"] }, "roles"],
    [
      "Storage",
      "/API/files/v1/storages/",
      { type: "portal", purpose: "archive", read: true },
      "storages",
      { settings: { read: false } },
      "read",
    ],
  ])("is not believed: each %s is read by its id", async (kind, path, values, sort, change, field) => {
    const names = numbered(kind, 8);
    let { stack } = runs();
    for (const name of names) await stack.up(name, kind, { name, ...values });
    stack = await runs().next();
    runs().sandbox.clearRequests();
    runs().sandbox.edit(sort, stack.state.get(names[6]!)!.id, change);
    expect(await Promise.all(names.map((name) => stack.refresh(name)))).toEqual(
      names.map((_, index) => (index === 6 ? [field] : [])),
    );
    expect(reads(runs(), path).byId).toBe(8);
  });

  it("is believed for what it does say", async () => {
    const names = numbered("Role free", 8);
    let { stack } = runs();
    for (const name of names) await stack.up(name, "UserGroup", { name, description: "no roles of ours" });
    stack = await runs().next();
    runs().sandbox.clearRequests();
    expect(await Promise.all(names.map((name) => stack.refresh(name)))).toEqual(names.map(() => []));
    expect(reads(runs(), groups).byId).toBe(0);
  });

  it("is not asked for the first few that come one after another: it may be long", async () => {
    const names = numbered("Role free", 6);
    const stack = await runs().next();
    runs().sandbox.clearRequests();
    for (const name of names) expect(await stack.refresh(name)).toEqual([]);
    expect(reads(runs(), groups)).toEqual({ byId: 3, pages: 1 });
  });

  it("that leaves out which storage is the default does not make it lose that", async () => {
    const names = numbered("Default", 6);
    let { stack } = runs();
    const storage = (name: string, index: number) => ({
      name,
      type: "portal",
      purpose: index === 5 ? "faces" : "archive",
      default: index === 5,
    });
    for (const [index, name] of names.entries()) await stack.up(name, "Storage", storage(name, index));
    stack = await runs().next();
    runs().sandbox.set({ listDetail: "contract" });
    runs().sandbox.fault({
      match: "GET /API/files/v1/storages/",
      kind: "drop-field",
      field: "default",
      times: Infinity,
    });
    expect(await Promise.all(names.map((name) => stack.refresh(name)))).toEqual(names.map(() => []));
  });
});

describe("a list that lags behind", () => {
  const runs = tenant();

  it("hides nothing that was made, and undoes nothing that was changed", async () => {
    const { stack, sandbox } = runs();
    const names = numbered("Lagging", 6);
    await stack.up(names[0]!, "UserGroup", { name: names[0]!, description: "1" });
    sandbox.set({ listLag: 1000 });
    for (const name of names.slice(1)) await stack.up(name, "UserGroup", { name, description: "1" });
    await stack.up(names[0]!, "UserGroup", { name: names[0]!, description: "2" });
    // Once those that are asked for one by one are done, the list says what was before.
    for (const name of [...names, ...names]) expect(await stack.refresh(name)).toEqual([]);
    expect(await stack.up(names[0]!, "UserGroup", { name: names[0]!, description: "2" })).toBe("same");
    sandbox.set({ listLag: 0 });
  });

  it("does not turn an object just made into two, when the answer was lost", async () => {
    const runs = await startRuns({ switches: { listLag: 2 } });
    try {
      runs.sandbox.fault({ match: `POST ${groups}`, kind: "reset-after" });
      expect(await runs.stack.up("Once", "UserGroup", { name: "Once" })).toBe("created");
      runs.named("groups", "Once");
    } finally {
      await runs.close();
    }
  });

  it("does not bring back what this run deleted or renamed", async () => {
    const runs = await startRuns();
    try {
      const { stack, sandbox } = runs;
      await stack.up("A", "UserGroup", { name: "Name" });
      await stack.up("B", "UserGroup", { name: "Second" });
      sandbox.set({ listLag: 1000 });
      await stack.remove("A");
      expect(await stack.up("A", "UserGroup", { name: "Name" })).toBe("created");
      await stack.up("B", "UserGroup", { name: "Third" });
      expect(await stack.up("C", "UserGroup", { name: "Second" })).toBe("created");
      const wanted = {
        storage: { existing: "Playout" },
        path: "",
        access: {
          groups: ["Name", "Second", "Third"].map((name) => ({ group: { existing: name }, permissions: ["read"] })),
        },
      };
      expect(await stack.up("E", "ExportLocation", { name: "E", ...wanted })).toBe("created");
      const held = Object.keys(sandbox.object("acls", `export_locations/${stack.state.get("E")!.id}`)!.groups).sort();
      expect(held).toEqual(["A", "B", "C"].map((name) => stack.state.get(name)!.id).sort());
    } finally {
      await runs.close();
    }
  });
});

describe("gone", () => {
  // Lists that do not show roles: each group is asked for by its id.
  const runs = tenant({ switches: { listDetail: "thin" } });
  const wanted = { name: "Editors", description: "Cut", roles: [] };
  const failures = {
    "403": [{ kind: "status", code: 403 }, /403.*can_read_groups/],
    "500": [{ kind: "status", code: 500 }, /answered 500/],
    "503": [{ kind: "status", code: 503 }, /answered 503/],
    "400": [{ kind: "status", code: 400 }, /answered 400/],
    "410": [{ kind: "status", code: 410 }, /answered 410/],
    "a redirect": [{ kind: "status", code: 302 }, /answered 302/],
    "a connection that breaks": [{ kind: "reset-before" }, /connection broke/],
    "a web page": [{ kind: "garbage" }, /not JSON/],
    "half an answer": [{ kind: "truncated-json" }, /not JSON/],
  } as const;
  const outcomes = new Map<string, Promise<unknown>>();

  // Most are asked for again for a while: all of them at once.
  beforeAll(async () => {
    const { stack, sandbox } = runs();
    for (const what of ["Editors", ...Object.keys(failures)])
      await stack.up(what, "UserGroup", { ...wanted, name: what });
    for (const [what, [fault]] of Object.entries(failures)) {
      sandbox.fault({ match: `GET ${groups}${stack.state.get(what)!.id}/`, times: Infinity, ...fault });
      outcomes.set(what, stack.refresh(what).catch(String));
    }
  });

  it.each(Object.entries(failures))("is not what %s means", async (what, [, error]) => {
    const before = copied(runs().stack, what);
    expect(await outcomes.get(what)).toMatch(error);
    expect(copied(runs().stack, what)).toEqual(before);
  });

  it("is not what refused credentials mean, and nothing more is asked with them", async () => {
    const stack = await runs().next();
    const before = copied(stack, "Editors");
    runs().sandbox.fault({ match: `GET ${groups}*/`, kind: "status", code: 401 });
    await expect(stack.refresh("Editors")).rejects.toThrow(/does not accept the credentials/);
    runs().sandbox.clearRequests();
    await expect(stack.refresh("Editors")).rejects.toThrow(
      /not tried, iconik refused the credentials before|as said in full before/,
    );
    expect(runs().sandbox.requests).toEqual([]);
    expect(copied(stack, "Editors")).toEqual(before);
  });

  it("is not what a rate limit means: it is waited for", async () => {
    const stack = await runs().next();
    runs().sandbox.fault({ match: `GET ${groups}*/`, kind: "status", code: 429, retryAfter: 1, times: 2 });
    expect(await stack.refresh("Editors")).toEqual([]);
  });

  it("is what a 404 means, by id, and then the object is made anew", async () => {
    const { sandbox } = runs();
    const stack = await runs().next();
    const { id } = stack.state.get("Editors")!;
    const entry = copied(stack, "Editors");
    sandbox.remove("groups", id);
    // Without a reading in between the run says so, and makes no second one.
    await expect(stack.up("Editors", "UserGroup", { ...wanted, description: "Paste" })).rejects.toThrow(
      /no longer in iconik.*pulumi refresh/,
    );
    expect(await stack.refresh("Editors")).toBe("gone");
    expect(await stack.up("Editors", "UserGroup", wanted)).toBe("created");
    // Deleting what is gone is done.
    const kept = copied(stack, "Editors");
    stack.state.set("Editors", entry);
    await stack.remove("Editors");
    stack.state.set("Editors", kept);
  });

  it("is what nobody says before the tenant is known: another tenant's credentials are refused", async () => {
    const other = await startSandbox();
    try {
      const stack = await runs().next({ as: other });
      const before = copied(stack, "Editors");
      await expect(stack.refresh("Editors")).rejects.toThrow(
        `is tenant ${other.domainId}, not ${runs().sandbox.domainId}; nothing was written`,
      );
      const refused = /another tenant than the object or the stack, as said in full before/;
      await expect(stack.remove("Editors")).rejects.toThrow(refused);
      await expect(stack.up("Editors", "UserGroup", { ...wanted, description: "Theirs" })).rejects.toThrow(refused);
      expect(copied(stack, "Editors")).toEqual(before);
      expect(other.requests.map(({ method, path }) => [method, path])).toEqual([["GET", "/API/auth/v1/auth/token/"]]);
      expect(writes(other)).toEqual([]);
    } finally {
      await runs().next();
      await other.close();
    }
  });

  it("is what nobody says when iconik does not tell which tenant it is", async () => {
    const stack = await runs().next();
    runs().sandbox.fault({ match: "GET /API/auth/v1/auth/token/", kind: "status", code: 403 });
    runs().sandbox.clearRequests();
    await expect(stack.refresh("Editors")).rejects.toThrow(/403/);
    expect(runs().sandbox.requests).toHaveLength(1);
    expect(stack.state.has("Editors")).toBe(true);
  });
});

describe("an object that is known by its id alone", () => {
  const runs = tenant();

  it.each<[string, string, Values]>([
    ["UserGroup", "groups", { name: "Editors", description: "Cut", roles: ["can_read_assets"] }],
    ["AclTemplate", "acl_templates", { name: "Default", access: { groups: [], teams: [], users: [] } }],
    [
      "Storage",
      "storages",
      {
        name: "Archive",
        type: "wasabi",
        purpose: "archive",
        bucket: "b",
        region: "eu-central-1",
        endpoint: "https://s3.eu-central-1.wasabisys.com",
        path: "",
        autoScan: { hoursInterval: 24 },
        default: false,
        access: { groups: [], teams: [], users: [] },
        accessKey: "EXAMPLEKEY",
      },
    ],
  ])("%s: everything is read that can be, and a run with that changes nothing", async (kind, sort, values) => {
    const { sandbox, named } = runs();
    const secret = kind === "Storage" ? { secretKey: "example-secret-key" } : {};
    await runs().stack.up("made", kind, { ...values, ...secret });
    const { id } = named(sort as Kind, String(values.name));
    const { inputs: made } = runs().stack.state.get("made")!;
    const stack = await runs().next();
    stack.state.delete("made");
    const { props, inputs } = await stack.provider.read(id, { __provider: made.__provider });
    expect(opened(inputs!)).toEqual({ ...values, __provider: made.__provider });
    stack.state.set("taken", { kind, id, inputs: inputs!, outputs: props });
    sandbox.clearRequests();
    await stack.up("taken", kind, { ...values, ...secret });
    // A secret is never read, so it is sent once.
    expect(writes(sandbox).map(({ method }) => method)).toEqual(kind === "Storage" ? ["PATCH"] : []);
    expect(named(sort as Kind, String(values.name)).id).toBe(id);
    expect(await stack.refresh("taken")).toEqual([]);
    await stack.remove("taken");
  });
});
