// Who may do what with an object, and what else lives at a path of its own: the default of a purpose, automatic scans.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Values } from "../provider/definition";
import type { Item } from "../provider/sandbox";
import { calls, copied, facts, printed, startRuns, writes, type Runs } from "./runs.ts";
import { opened } from "./stack.ts";

const storages = "/API/files/v1/storages/";
const acl = "/API/acls/v1";
const exports = { storage: { existing: "Playout" }, path: "out" };
const group = (name: string, ...permissions: string[]) => ({ group: { existing: name }, permissions });
const team = (name: string, ...permissions: string[]) => ({ team: { existing: name }, permissions });
const user = (role: string, ...permissions: string[]) => ({ user: `${role}@example.com`, permissions });

function tenant(options?: Parameters<typeof startRuns>[0]): () => Runs {
  let runs: Runs;
  beforeAll(async () => {
    runs = await startRuns({
      ...options,
      seed: {
        groups: [{ name: "Cut" }, { name: "Edit" }],
        teams: [{ name: "Sport" }, { name: "News" }],
        ...options?.seed,
      },
    });
  });
  afterAll(() => runs?.close());
  return () => runs;
}

/** Entries of the object's list, names for ids: `{ "Cut": ["read"] }`. */
function entries({ sandbox, stack }: Runs, name: string, type = "export_locations"): Record<string, string[]> {
  const list = sandbox.object("acls", `${type}/${stack.state.get(name)!.id}`) ?? { groups: {}, users: {} };
  return Object.fromEntries(
    Object.entries<Item>({ ...list.groups, ...list.users }).map(([id, { permissions }]) => [
      namesOf(sandbox)[id]!,
      permissions as string[],
    ]),
  );
}

const namesOf = (sandbox: Runs["sandbox"]): Record<string, string> =>
  Object.fromEntries(
    [...sandbox.objects("groups"), ...sandbox.objects("teams"), ...sandbox.objects("users")].map(
      ({ id, name, email }) => [id, name ?? email],
    ),
  );

/** Somebody else gives permissions. */
function give(
  { sandbox, stack }: Runs,
  name: string,
  side: "groups" | "users",
  id: string,
  permissions: string[],
): void {
  sandbox.edit("acls", `export_locations/${stack.state.get(name)!.id}`, (list) => {
    list.groups ??= {};
    list.users ??= {};
    list.sandbox_key ??= `export_locations/${stack.state.get(name)!.id}`;
    list[side][id] = { permissions };
  });
}

const owner = { "owner@example.com": ["read", "write", "delete", "change-acl"] };

describe("each sort of an access list", () => {
  const runs = tenant();
  const all = {
    groups: [group("Cut", "read", "write")],
    teams: [team("Sport", "read")],
    users: [user("editor", "read", "changeAcl")],
  };
  const held = { Cut: ["read", "write"], Sport: ["read"], "editor@example.com": ["change-acl", "read"] };

  it("is written where it is written: groups, teams, users", async () => {
    const { stack, sandbox } = runs();
    await stack.up("All", "ExportLocation", { name: "All", ...exports, access: all });
    expect(entries(runs(), "All")).toEqual({ ...owner, ...held });
    sandbox.clearRequests();
    expect(await stack.refresh("All")).toEqual([]);
    expect(await stack.up("All", "ExportLocation", { name: "All", ...exports, access: all })).toBe("same");
    expect(writes(sandbox)).toEqual([]);
  });

  const strangers = { groups: ["Edit"], teams: ["News"], users: ["freelancer@example.com"] };
  it.each(["groups", "teams", "users"] as const)(
    "is the whole truth for %s, and says nothing of the others",
    async (sort) => {
      const { stack, sandbox } = runs();
      const name = `Only ${sort}`;
      const wanted = { name, ...exports, access: { [sort]: all[sort] } };
      await stack.up(name, "ExportLocation", wanted);
      const ids = Object.fromEntries(Object.entries(namesOf(sandbox)).map(([id, known]) => [known, id]));
      for (const [side, names] of [
        ["groups", [...strangers.groups, ...strangers.teams]],
        ["users", strangers.users],
      ] as const) {
        for (const stranger of names) give(runs(), name, side, ids[stranger]!, ["delete"]);
      }
      expect(await stack.refresh(name)).toEqual(["access"]);
      expect(Object.keys(stack.state.get(name)!.inputs.access as Values)).toEqual([sort]);
      sandbox.clearRequests();
      expect(await stack.up(name, "ExportLocation", wanted)).toBe("updated");
      expect(writes(sandbox)).toHaveLength(1);
      const others = Object.values({ ...strangers, [sort]: [] }).flat();
      expect(Object.keys(entries(runs(), name)).sort()).toEqual(
        [
          ...Object.keys(owner),
          ...others,
          ...all[sort].map((entry) =>
            "user" in entry ? entry.user : ((entry as Item).group ?? (entry as Item).team).existing,
          ),
        ].sort(),
      );
      expect(await stack.refresh(name)).toEqual([]);
      expect(await stack.up(name, "ExportLocation", wanted)).toBe("same");
    },
  );

  it("that is empty takes everybody of its sort out", async () => {
    const { stack } = runs();
    await stack.up("Emptied", "ExportLocation", { name: "Emptied", ...exports, access: all });
    expect(
      await stack.up("Emptied", "ExportLocation", {
        name: "Emptied",
        ...exports,
        access: { groups: [], teams: [], users: [] },
      }),
    ).toBe("updated");
    expect(entries(runs(), "Emptied")).toEqual(owner);
    expect(await stack.refresh("Emptied")).toEqual([]);
  });

  it("that is taken out of the description stays as it is", async () => {
    const { stack, sandbox } = runs();
    await stack.up("Left", "ExportLocation", { name: "Left", ...exports, access: all });
    sandbox.clearRequests();
    expect(await stack.up("Left", "ExportLocation", { name: "Left", ...exports, access: { groups: all.groups } })).toBe(
      "updated",
    );
    expect(writes(sandbox)).toEqual([]);
    // Together with a change of another sort, too.
    expect(await stack.up("Left", "ExportLocation", { name: "Left", ...exports, access: all })).toBe("updated");
    const narrower = { name: "Left", ...exports, access: { groups: [group("Cut", "read")] } };
    expect(await stack.up("Left", "ExportLocation", narrower)).toBe("updated");
    expect(entries(runs(), "Left")).toEqual({ ...owner, ...held, Cut: ["read"] });
    expect(await stack.up("Left", "ExportLocation", { name: "Left", ...exports })).toBe("updated");
    expect(entries(runs(), "Left")).toEqual({ ...owner, ...held, Cut: ["read"] });
    expect(await stack.refresh("Left")).toEqual([]);
  });

  it("is widened before it is narrowed: nobody is without access in between", async () => {
    const { stack, sandbox } = runs();
    const name = "Narrowed";
    await stack.up(name, "ExportLocation", {
      name,
      ...exports,
      access: { groups: [group("Cut", "read")], users: [user("editor", "read")] },
    });
    sandbox.clearRequests();
    await stack.up(name, "ExportLocation", {
      name,
      ...exports,
      access: { groups: [group("Edit", "read")], users: [user("freelancer", "read")] },
    });
    const ids = { ...namesOf(sandbox), [stack.state.get(name)!.id]: "ID" };
    const of = (sort: string, who: string) => `${acl}/${sort}/${who}/acl/export_locations/ID/`;
    expect(calls(sandbox, ids)).toEqual([
      `PUT ${of("groups", "Edit")}`,
      `PUT ${of("users", "freelancer@example.com")}`,
      `DELETE ${of("groups", "Cut")}`,
      `DELETE ${of("users", "editor@example.com")}`,
    ]);
    expect(writes(sandbox)[0]!.body).toEqual({ permissions: ["read"] });
  });
});

describe("the entry of whoever makes an object", () => {
  const runs = tenant();

  it("is ignored unless it is written", async () => {
    const { stack, sandbox } = runs();
    const wanted = { name: "Made", ...exports, access: { users: [user("editor", "read")] } };
    await stack.up("Made", "ExportLocation", wanted);
    expect(entries(runs(), "Made")).toEqual({ ...owner, "editor@example.com": ["read"] });
    expect(await stack.refresh("Made")).toEqual([]);
    const withOwner = {
      ...wanted,
      access: { users: [user("editor", "read"), user("owner", "read", "write", "delete", "changeAcl")] },
    };
    sandbox.clearRequests();
    expect(await stack.up("Made", "ExportLocation", withOwner)).toBe("updated");
    expect(writes(sandbox)).toEqual([]);
    expect(
      await stack.up("Made", "ExportLocation", {
        ...wanted,
        access: { users: [user("editor", "read"), user("owner", "read")] },
      }),
    ).toBe("updated");
    expect(entries(runs(), "Made")["owner@example.com"]).toEqual(["read"]);
    expect(await stack.refresh("Made")).toEqual([]);
    // No longer written: it is left as it is, even when another entry changes.
    expect(
      await stack.up("Made", "ExportLocation", { ...wanted, access: { users: [user("freelancer", "read")] } }),
    ).toBe("updated");
    expect(entries(runs(), "Made")).toEqual({ "owner@example.com": ["read"], "freelancer@example.com": ["read"] });
    expect(await stack.refresh("Made")).toEqual([]);
  });

  it("is not missed where iconik makes none", async () => {
    const { stack, sandbox } = runs();
    sandbox.set({ creatorEntry: "off" });
    await stack.up("Bare", "ExportLocation", { name: "Bare", ...exports, access: { users: [] } });
    expect(entries(runs(), "Bare")).toEqual({});
    expect(await stack.refresh("Bare")).toEqual([]);
    sandbox.set({ creatorEntry: "on" });
  });
});

describe("the entries of an ACL template", () => {
  const wanted = {
    name: "Default upload",
    access: { groups: [group("Cut", "read", "write")], users: [user("editor", "read")] },
  };

  it.each([
    ["the usual word", "acl_templates", {}],
    ["another word that is likely", "acl_template", {}],
    ["one that is as likely", "template", {}],
    ["another word, as the setting says", "upload_templates", { "iconik:aclTemplateObjectType": "upload_templates" }],
  ])("stand under the tenant's object type: %s", async (_, aclTemplateObjectType, config) => {
    const runs = await startRuns({
      switches: { aclTemplateObjectType },
      seed: { groups: [{ name: "Cut" }] },
      run: { config },
    });
    try {
      expect(await runs.stack.up("T", "AclTemplate", wanted)).toBe("created");
      expect(entries(runs, "T", aclTemplateObjectType)).toEqual({
        Cut: ["read", "write"],
        "editor@example.com": ["read"],
      });
      expect(await runs.stack.refresh("T")).toEqual([]);
      expect(await runs.stack.up("T", "AclTemplate", wanted)).toBe("same");
    } finally {
      await runs.close();
    }
  });

  it("are not taken by a tenant with another object type: the error names the setting, and with it the next run finishes", async () => {
    const runs = await startRuns({
      switches: { aclTemplateObjectType: "upload_templates" },
      seed: { groups: [{ name: "Cut" }] },
    });
    try {
      expect(await runs.stack.up("T", "AclTemplate", wanted)).toBe("unfinished");
      expect(runs.stack.state.get("T")!.unfinished).toMatch(
        /object types acl_templates, .*iconik:aclTemplateObjectType/,
      );
      expect(facts(runs.stack, "T").pending).toEqual(["access"]);
      await runs.next({ config: { "iconik:aclTemplateObjectType": "upload_templates" } });
      expect(await runs.stack.up("T", "AclTemplate", wanted)).toBe("updated");
      expect(entries(runs, "T", "upload_templates")).toEqual({
        Cut: ["read", "write"],
        "editor@example.com": ["read"],
      });
      expect(runs.sandbox.objects("acl_templates")).toHaveLength(1);
    } finally {
      await runs.close();
    }
  });
});

describe("names and e-mails", () => {
  const runs = tenant({
    seed: {
      users: [
        ...["editor", "freelancer", "ci"].map((role) => ({ email: `${role}@example.com` })),
        { email: "Former@Example.com", status: "INACTIVE" },
        { email: "twice@example.com", status: "INACTIVE" },
        { email: "twice@example.com" },
      ],
    },
  });

  it("are looked up once per process, however many objects name them", async () => {
    const { stack, sandbox } = runs();
    sandbox.clearRequests();
    const all = ["A", "B", "C", "D", "E", "F"].map((name) =>
      stack.up(name, "ExportLocation", {
        name,
        ...exports,
        access: {
          groups: [group("Cut", "read"), group("Edit", "read")],
          teams: [team("Sport", "read")],
          users: [user("editor", "read"), user("ci", "read")],
        },
      }),
    );
    expect(await Promise.all(all)).toEqual(Array(6).fill("created"));
    const lists = sandbox.requests.filter(
      ({ method, path }) => method === "GET" && /\/(users|groups|teams|storages|export_locations)\/$/.test(path),
    );
    // The kind's own is read twice before something is made, and once more for each that was made.
    expect(lists.map(({ path }) => path).sort()).toEqual([
      ...Array(2 + 6).fill("/API/files/v1/export_locations/"),
      storages,
      "/API/users/v1/groups/",
      "/API/users/v1/teams/",
      "/API/users/v1/users/",
    ]);
  });

  it("survive refresh in the form in which they were written, also after a change by somebody else", async () => {
    const { sandbox } = runs();
    const stack = await runs().next();
    expect(await stack.refresh("A")).toEqual([]);
    expect(stack.state.get("A")!.inputs.access).toEqual({
      groups: [group("Cut", "read"), group("Edit", "read")],
      teams: [team("Sport", "read")],
      users: [user("ci", "read"), user("editor", "read")],
    });
    const [, freelancer] = ["editor", "freelancer"].map(
      (role) => sandbox.objects("users").find(({ email }) => email === `${role}@example.com`)!.id,
    );
    give(runs(), "A", "users", freelancer!, ["read"]);
    expect(await stack.refresh("A")).toEqual(["access"]);
    // Nobody has written this one: it is known by its id.
    expect((stack.state.get("A")!.inputs.access as Values).users).toEqual(
      expect.arrayContaining([user("ci", "read"), user("editor", "read"), { user: freelancer, permissions: ["read"] }]),
    );
  });

  it("may be ids as well, and ids are given back", async () => {
    const { stack, sandbox, named } = runs();
    const editor = sandbox.objects("users").find(({ email }) => email === "editor@example.com")!.id;
    const ids = {
      name: "Ids",
      storage: named("storages", "Playout").id,
      path: "out",
      access: {
        groups: [{ group: named("groups", "Cut").id, permissions: ["read"] }],
        users: [{ user: editor, permissions: ["read"] }],
      },
    };
    expect(await stack.up("Ids", "ExportLocation", ids)).toBe("created");
    expect(await stack.refresh("Ids")).toEqual([]);
    expect(opened(stack.state.get("Ids")!.inputs)).toMatchObject(ids);
  });

  it("and ids of the same thing are one: going from one to the other changes nothing", async () => {
    const { stack, sandbox, named } = runs();
    const editor = sandbox.objects("users").find(({ email }) => email === "editor@example.com")!.id;
    const byName: Values = {
      name: "Both",
      ...exports,
      access: { groups: [group("Cut", "read")], users: [user("editor", "read")] },
    };
    const byId = {
      name: "Both",
      storage: named("storages", "Playout").id,
      path: "out",
      access: {
        groups: [{ group: named("groups", "Cut").id, permissions: ["read"] }],
        users: [{ user: editor, permissions: ["read"] }],
      },
    };
    for (const [one, other] of [
      [byName, byId],
      [byId, byName],
    ] as const) {
      await stack.up("Both", "ExportLocation", one);
      sandbox.clearRequests();
      // Whether the engine calls it a change or not, iconik gets what did change.
      await stack.up("Both", "ExportLocation", { ...other, description: "Changed" });
      expect(writes(sandbox).map(({ method, body }) => [method, body])).toEqual([
        ["PATCH", { description: "Changed" }],
      ]);
      expect(await stack.refresh("Both")).toEqual([]);
      expect(await stack.up("Both", "ExportLocation", { ...other, description: "Changed" })).toBe("same");
      await stack.remove("Both");
    }
  });

  it("that mean another object by now are looked up anew once the old one is seen to be gone", async () => {
    const { sandbox, named } = runs();
    let stack = await runs().next();
    const wanted = { name: "Again", ...exports, access: { groups: [group("Temp", "read")] } };
    await stack.up("Temp", "UserGroup", { name: "Temp" });
    await stack.up("Again", "ExportLocation", wanted);
    await stack.remove("Temp");
    await stack.up("Temp", "UserGroup", { name: "Temp" });
    stack = await runs().next();
    expect(await stack.refresh("Again")).toEqual(["access"]);
    expect(await stack.up("Again", "ExportLocation", wanted)).toBe("updated");
    expect(
      Object.keys(sandbox.object("acls", `export_locations/${named("export_locations", "Again").id}`)!.groups),
    ).toEqual([named("groups", "Temp").id]);
    expect(await stack.refresh("Again")).toEqual([]);
  });

  it.each([
    [{ users: [user("nobody", "read")] }, /nobody in the tenant has the e-mail nobody@example\.com; invite them/],
    [{ groups: [group("Cutt", "read")] }, /no UserGroup named "Cutt"/],
    [{ teams: [team("Cut", "read")] }, /no Team named "Cut"/],
  ])("that mean nothing are an error: %o", async (access, error) => {
    const { stack, sandbox } = runs();
    sandbox.clearRequests();
    await expect(stack.up("Wrong", "ExportLocation", { name: "Wrong", ...exports, access })).rejects.toThrow(error);
    expect(writes(sandbox)).toEqual([]);
  });

  it("of a person who is deactivated work, and are warned of", async () => {
    const { stack } = runs();
    const wanted = { name: "Former", ...exports, access: { users: [user("former", "read")] } };
    expect(await stack.up("Former", "ExportLocation", wanted)).toBe("created");
    await printed(stack, /^iconik: former@example\.com is inactive in iconik/m);
    expect(await stack.refresh("Former")).toEqual([]);
  });

  it("of two people mean the one who is active", async () => {
    const { stack, sandbox } = runs();
    await stack.up("Twice", "ExportLocation", {
      name: "Twice",
      ...exports,
      access: { users: [user("twice", "read")] },
    });
    const list = sandbox.object("acls", `export_locations/${stack.state.get("Twice")!.id}`)!;
    const active = sandbox
      .objects("users")
      .find(({ email, status }) => email === "twice@example.com" && status === "ACTIVE")!;
    expect(Object.keys(list.users)).toContain(active.id);
    expect(stack.provider.stderr).not.toContain("twice@example.com");
  });
});

describe("an access list on a tenant of one model", () => {
  it("is read and written for groups where there are no teams, and the token knows of none", async () => {
    const runs = await startRuns({ tenant: "old", seed: { groups: [{ name: "Cut" }, { name: "Edit" }] } });
    try {
      const as = runs.sandbox.issue({
        roles: [
          "can_read_storages",
          "can_read_groups",
          "can_read_users",
          ...["read", "write", "delete"].map((verb) => `can_${verb}_export_locations`),
          "can_read_acls",
          "can_write_acls",
          "can_delete_acls",
        ],
      });
      await runs.next({ as: { url: runs.sandbox.url, ...as } });
      const wanted = { name: "Old", ...exports, access: { groups: [group("Cut", "read")] } };
      expect(await runs.stack.up("Old", "ExportLocation", wanted)).toBe("created");
      give(runs, "Old", "groups", runs.named("groups", "Edit").id, ["read"]);
      expect(await runs.stack.refresh("Old")).toEqual(["access"]);
      expect(await runs.stack.up("Old", "ExportLocation", wanted)).toBe("updated");
      expect(await runs.stack.refresh("Old")).toEqual([]);
    } finally {
      await runs.close();
    }
  });

  it("is read and written for teams where there are no groups", async () => {
    const runs = await startRuns({ tenant: "new", seed: { teams: [{ name: "Sport" }, { name: "News" }] } });
    try {
      const wanted = { name: "New", ...exports, access: { teams: [team("Sport", "read")] } };
      expect(await runs.stack.up("New", "ExportLocation", wanted)).toBe("created");
      give(runs, "New", "groups", runs.named("teams", "News").id, ["read"]);
      expect(await runs.stack.refresh("New")).toEqual(["access"]);
      expect(await runs.stack.up("New", "ExportLocation", wanted)).toBe("updated");
      expect(Object.keys(entries(runs, "New")).sort()).toEqual(["Sport", "owner@example.com"]);
    } finally {
      await runs.close();
    }
  });
});

describe.each(["exclusive", "several"] as const)(
  "the default of a purpose, where defaults are %s",
  (defaultStorage) => {
    const runs = tenant({ switches: { defaultStorage } });
    const storage = (name: string, isDefault: boolean) => ({
      name,
      type: "s3",
      purpose: "files",
      bucket: name.toLowerCase(),
      region: "eu-north-1",
      default: isDefault,
    });
    const defaults = () =>
      runs()
        .sandbox.objects("storages")
        .filter((item) => item.default && item.purpose === "FILES")
        .map(({ name }) => name);
    const on = (name: string, verb: string) => `${verb} ${storages}${name}/default/`;
    const named = () => Object.fromEntries(["Old", "New"].map((name) => [runs().stack.state.get(name)!.id, name]));

    it("moves: the new one is set before the old one is cleared", async () => {
      const { stack, sandbox } = runs();
      await stack.up("Old", "Storage", storage("Old", true));
      await stack.up("New", "Storage", storage("New", false));
      expect(defaults()).toEqual(["Old"]);
      sandbox.clearRequests();
      await stack.up("New", "Storage", storage("New", true));
      await stack.up("Old", "Storage", storage("Old", false));
      expect(calls(sandbox, named())).toEqual([
        on("New", "POST"),
        ...(defaultStorage === "several" ? [on("Old", "DELETE")] : []),
      ]);
      expect(defaults()).toEqual(["New"]);
      for (const name of ["Old", "New"]) expect(await stack.refresh(name)).toEqual([]);
    });

    it("moves in that order too when both are changed at once, and the old one is ready first", async () => {
      const { stack, sandbox } = runs();
      await stack.up("New", "Storage", storage("New", true));
      await stack.up("Old", "Storage", storage("Old", false));
      await stack.refresh("Old");
      sandbox.clearRequests();
      sandbox.fault({ match: `GET ${storages}${stack.state.get("Old")!.id}/`, kind: "delay", ms: 300 });
      await Promise.all(["New", "Old"].map((name) => stack.up(name, "Storage", storage(name, name === "Old"))));
      expect(calls(sandbox, named())).toEqual([
        on("Old", "POST"),
        ...(defaultStorage === "several" ? [on("New", "DELETE")] : []),
      ]);
      expect(defaults()).toEqual(["Old"]);
      for (const name of ["Old", "New"]) expect(await stack.refresh(name)).toEqual([]);
      expect(await stack.up("Old", "Storage", storage("Old", true))).toBe("same");
      expect(await stack.up("New", "Storage", storage("New", false))).toBe("same");
    });

    it("is cleared all the same when the one that was to take it fails", async () => {
      const { stack, sandbox } = runs();
      sandbox.fault({ match: `POST ${storages}*/default/`, kind: "status", code: 403 });
      expect(
        await Promise.all([
          stack.up("New", "Storage", storage("New", true)),
          stack.up("Old", "Storage", storage("Old", false)),
        ]),
      ).toEqual(["unfinished", "updated"]);
      expect(stack.state.get("New")!.unfinished).toContain("403");
      expect(defaults()).toEqual([]);
      expect(await stack.up("New", "Storage", storage("New", false))).toBe("updated");
      expect(await stack.up("Old", "Storage", storage("Old", true))).toBe("updated");
    });

    it("is nobody's when it is only cleared", async () => {
      const { stack, sandbox } = runs();
      sandbox.clearRequests();
      expect(await stack.up("Old", "Storage", storage("Old", false))).toBe("updated");
      expect(calls(sandbox, named())).toEqual([on("Old", "DELETE")]);
      expect(defaults()).toEqual([]);
      expect(await stack.refresh("Old")).toEqual([]);
    });
  },
);

describe("automatic scans", () => {
  const runs = tenant();
  const storage = (autoScan?: unknown) => ({
    name: "Scanned",
    type: "s3",
    purpose: "files",
    bucket: "scanned",
    region: "eu-north-1",
    ...(autoScan !== undefined && { autoScan }),
  });

  it("that are off are `false`, which is what iconik's 404 means", async () => {
    const { stack, sandbox } = runs();
    sandbox.clearRequests();
    expect(await stack.up("Scanned", "Storage", storage(false))).toBe("created");
    expect(calls(sandbox)).toEqual([`POST ${storages}`]);
    expect(await stack.refresh("Scanned")).toEqual([]);
    expect(await stack.up("Scanned", "Storage", storage(false))).toBe("same");
  });

  it("are switched on, changed and switched off", async () => {
    const { stack, sandbox } = runs();
    const { id } = stack.state.get("Scanned")!;
    sandbox.clearRequests();
    expect(await stack.up("Scanned", "Storage", storage({ hoursInterval: 24 }))).toBe("updated");
    expect(sandbox.object("auto_scans", id)).toEqual({ hours_interval: 24 });
    expect(await stack.up("Scanned", "Storage", storage({ hoursInterval: 12 }))).toBe("updated");
    expect(sandbox.object("auto_scans", id)).toEqual({ hours_interval: 12 });
    expect(await stack.up("Scanned", "Storage", storage(false))).toBe("updated");
    expect(sandbox.object("auto_scans", id)).toBeUndefined();
    expect(calls(sandbox, { [id]: "ID" })).toEqual(
      ["POST", "POST", "DELETE"].map((verb) => `${verb} ${storages}ID/auto_scan/`),
    );
  });

  it("that somebody switched off show, and are left alone when they are not written", async () => {
    const { stack, sandbox } = runs();
    await stack.up("Scanned", "Storage", storage({ hoursInterval: 24 }));
    const { id } = stack.state.get("Scanned")!;
    sandbox.remove("auto_scans", id);
    expect(await stack.refresh("Scanned")).toEqual(["autoScan"]);
    expect(stack.state.get("Scanned")!.inputs.autoScan).toBe(false);
    expect(await stack.up("Scanned", "Storage", storage({ hoursInterval: 24 }))).toBe("updated");
    expect(await stack.up("Scanned", "Storage", storage())).toBe("updated");
    expect(sandbox.object("auto_scans", id)).toEqual({ hours_interval: 24 });
    sandbox.remove("auto_scans", id);
    expect(await stack.refresh("Scanned")).toEqual([]);
  });

  it("a failure to read them is not `off`", async () => {
    const { stack, sandbox } = runs();
    await stack.up("Scanned", "Storage", storage({ hoursInterval: 24 }));
    const before = copied(stack, "Scanned");
    sandbox.fault({ match: `GET ${storages}*/auto_scan/`, kind: "status", code: 403 });
    await expect(stack.refresh("Scanned")).rejects.toThrow(/403.*can_scan_bucket/);
    expect(copied(stack, "Scanned")).toEqual(before);
  });
});
