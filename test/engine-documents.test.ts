// Parts of settings documents: owned leaf by leaf beside others, put back when asked, and iconik Shield's lists.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Values } from "../provider/definition";
import { copied, facts, printed, startRuns, writes, type Runs } from "./runs.ts";

const system = "/API/settings/v1/system/current/";

function tenant(options?: Parameters<typeof startRuns>[0]): () => Runs {
  let runs: Runs;
  beforeAll(async () => {
    runs = await startRuns(options);
  });
  afterAll(() => runs?.close());
  return () => runs;
}

/** The tenant's settings as they stand in the sandbox. */
const settings = ({ sandbox }: Runs, key = "system"): Values => sandbox.object("settings", key)!;
const patches = ({ sandbox }: Runs): unknown[] => writes(sandbox).map(({ method, path, body }) => [method, path, body]);

describe.each(["merge", "replace"] as const)(
  "a part of a document, where PATCH is a %s of what is nested",
  (nestedSettings) => {
    const runs = tenant({ switches: { nestedSettings } });

    it("owns the leaves that are written, and leaves the others as they are", async () => {
      const { stack, sandbox } = runs();
      const before = settings(runs());
      expect(
        await stack.up("Settings", "AdminSettings", { supportAccess: true, passwordChecks: { minLength: 12 } }),
      ).toBe("created");
      expect(settings(runs())).toEqual({
        ...before,
        support_access: true,
        password_checks: { ...(before.password_checks as object), min_length: 12 },
      });
      sandbox.edit("settings", "system", (document) => {
        document.external_share = false;
        document.password_checks.digits = 3;
      });
      expect(await stack.refresh("Settings")).toEqual([]);
      sandbox.clearRequests();
      expect(
        await stack.up("Settings", "AdminSettings", { supportAccess: true, passwordChecks: { minLength: 14 } }),
      ).toBe("updated");
      expect(Object.keys(writes(sandbox)[0]!.body as object)).toEqual(["password_checks"]);
      expect(settings(runs())).toMatchObject({
        external_share: false,
        password_checks: { min_length: 14, digits: 3, max_length: 64 },
      });
    });

    it("shows what somebody changed, leaf by leaf, and repairs it", async () => {
      const { stack, sandbox } = runs();
      sandbox.edit("settings", "system", (document) => {
        document.password_checks.min_length = 8;
        document.password_checks.uppercase = 2;
      });
      expect(await stack.refresh("Settings")).toEqual(["passwordChecks"]);
      expect(stack.state.get("Settings")!.inputs).toMatchObject({
        supportAccess: true,
        passwordChecks: { minLength: 8 },
      });
      expect(
        await stack.up("Settings", "AdminSettings", { supportAccess: true, passwordChecks: { minLength: 14 } }),
      ).toBe("updated");
      expect(settings(runs()).password_checks).toMatchObject({ min_length: 14, uppercase: 2, digits: 3 });
      expect(
        await stack.up("Settings", "AdminSettings", { supportAccess: true, passwordChecks: { minLength: 14 } }),
      ).toBe("same");
    });

    it("stops when a leaf was changed since it was read, and writes nothing", async () => {
      const { stack, sandbox } = runs();
      sandbox.edit("settings", "system", (document) => void (document.password_checks.min_length = 9));
      sandbox.clearRequests();
      const refused = await stack
        .up("Settings", "AdminSettings", { supportAccess: false, passwordChecks: { minLength: 16 } })
        .catch(String);
      expect(refused).toMatch(/passwordChecks\.minLength was 14, is 9 in iconik, and 16 is wanted/);
      expect(writes(sandbox)).toEqual([]);
      await stack.refresh("Settings");
      expect(
        await stack.up("Settings", "AdminSettings", { supportAccess: false, passwordChecks: { minLength: 16 } }),
      ).toBe("updated");
    });

    it("is no longer managed when a leaf is taken out: it stays, and nothing is sent", async () => {
      const { stack, sandbox } = runs();
      sandbox.clearRequests();
      expect(await stack.up("Settings", "AdminSettings", { supportAccess: false })).toBe("updated");
      expect(writes(sandbox)).toEqual([]);
      sandbox.edit("settings", "system", (document) => void (document.password_checks.min_length = 10));
      expect(await stack.refresh("Settings")).toEqual([]);
      expect(await stack.up("Settings", "AdminSettings", { supportAccess: false })).toBe("same");
      expect(settings(runs()).password_checks).toMatchObject({ min_length: 10 });
    });

    it("empties a list, and clears what iconik takes null for", async () => {
      const { stack } = runs();
      await stack.up("More", "AdminSettings", {
        mfaMethods: ["totp"],
        shareExpirationTime: 20,
        corsHosts: ["a.example.com"],
      });
      expect(
        await stack.up("More", "AdminSettings", {
          mfaMethods: [],
          shareExpirationTime: { clear: true },
          corsHosts: [],
        }),
      ).toBe("updated");
      expect(settings(runs())).toMatchObject({ mfa_methods: [], share_expiration_time: null, cors_hosts: [] });
      expect(await stack.refresh("More")).toEqual([]);
      await expect(stack.up("More", "AdminSettings", { corsHosts: { clear: true } })).rejects.toThrow(
        "corsHosts cannot be cleared",
      );
      await expect(
        stack.up("More", "AdminSettings", { watermarkOptions: { customText: { clear: true } } }),
      ).rejects.toThrow("watermarkOptions.customText cannot be cleared");
    });

    it("clears a group of fields as a whole, whose fields iconik cannot empty one by one", async () => {
      const { stack } = runs();
      await stack.up("Watermark", "AdminSettings", { watermarkOptions: { showWatermark: true, customText: "Draft" } });
      expect(await stack.up("Watermark", "AdminSettings", { watermarkOptions: { clear: true } })).toBe("updated");
      expect(settings(runs()).watermark_options).toBeNull();
      expect(await stack.refresh("Watermark")).toEqual([]);
      expect(await stack.up("Watermark", "AdminSettings", { watermarkOptions: { clear: true } })).toBe("same");
      expect(await stack.up("Watermark", "AdminSettings", { watermarkOptions: { customText: "Final" } })).toBe(
        "updated",
      );
      expect(settings(runs()).watermark_options).toEqual({ custom_text: "Final" });
    });

    it("has others beside it: two resources write to one document at once, and neither undoes the other", async () => {
      const { stack } = runs();
      const one = { externalShare: true, passwordChecks: { digits: 2 }, defaultShareOptions: { allowComments: true } };
      const other = {
        searchUsersFromShare: true,
        passwordChecks: { uppercase: 1 },
        defaultShareOptions: { allowDownload: false },
      };
      const third = { addresses: [{ ip: "127.0.0.0/8" }] };
      await Promise.all([
        stack.up("One", "AdminSettings", one),
        stack.up("Other", "AdminSettings", other),
        stack.up("List", "ShieldAllowList", third),
      ]);
      expect(settings(runs())).toMatchObject({
        external_share: true,
        search_users_from_share: true,
        password_checks: { digits: 2, uppercase: 1, min_length: 10 },
        default_share_options: { allow_comments: true, allow_download: false },
        allowed_ips: [{ ip: "127.0.0.0/8" }],
      });
      await Promise.all([
        stack.up("One", "AdminSettings", { ...one, passwordChecks: { digits: 3 } }),
        stack.up("Other", "AdminSettings", { ...other, passwordChecks: { uppercase: 2 } }),
      ]);
      expect(settings(runs()).password_checks).toMatchObject({ digits: 3, uppercase: 2, min_length: 10 });
      for (const name of ["One", "Other", "List"]) expect(await stack.refresh(name)).toEqual([]);
    });

    it("tells what iconik did not keep, and comes right afterwards", async () => {
      const { stack, sandbox } = runs();
      await stack.up("Kept", "AdminSettings", { deleteGracePeriod: 24 });
      sandbox.fault({
        match: `GET ${system}`,
        kind: "coerce-field",
        field: "delete_grace_period",
        value: 99,
        after: 1,
        times: 4,
      });
      expect(await stack.up("Kept", "AdminSettings", { deleteGracePeriod: 48 })).toBe("unfinished");
      expect(stack.state.get("Kept")!.unfinished).toMatch(
        /AdminSettings but kept something else: deleteGracePeriod: sent 48, stored 99/,
      );
      expect(facts(stack, "Kept").pending).toEqual(["deleteGracePeriod"]);
      expect(await stack.up("Kept", "AdminSettings", { deleteGracePeriod: 48 })).toBe("updated");
      expect(await stack.refresh("Kept")).toEqual([]);
      // iconik keeps 99 in truth: the next run tries again, and says the same.
      sandbox.fault({
        match: `GET ${system}`,
        kind: "coerce-field",
        field: "delete_grace_period",
        value: 99,
        after: 1,
        times: 9,
      });
      expect(await stack.up("Kept", "AdminSettings", { deleteGracePeriod: 72 })).toBe("unfinished");
      expect(await stack.up("Kept", "AdminSettings", { deleteGracePeriod: 72 })).toBe("unfinished");
      expect(stack.state.get("Kept")!.unfinished).toContain("sent 72, stored 99");
    });

    it("is left when it is destroyed", async () => {
      const { stack, sandbox } = runs();
      const before = settings(runs());
      sandbox.clearRequests();
      for (const name of ["Settings", "More", "One", "Other", "List", "Kept", "Watermark"]) await stack.remove(name);
      expect(writes(sandbox)).toEqual([]);
      expect(settings(runs())).toEqual(before);
    });
  },
);

describe.each(["merge", "replace"] as const)(
  "what was there before, where PATCH is a %s of what is nested",
  (nestedSettings) => {
    const restore = { onDestroy: "restore" };
    const seeded = { support_access: false, delete_grace_period: 24, mfa_methods: ["TOTP"] };
    const runs = tenant({ switches: { nestedSettings }, seed: { settings: { system: seeded } } });

    it("is put back when asked for, leaf by leaf, whatever came between", async () => {
      const { sandbox } = runs();
      let { stack } = runs();
      const before = settings(runs());
      const wanted = {
        supportAccess: true,
        deleteGracePeriod: 48,
        passwordChecks: { minLength: 12 },
        mfaMethods: [],
        homePage: "search",
      };
      await stack.up("Settings", "AdminSettings", wanted, restore);
      await stack.up(
        "Settings",
        "AdminSettings",
        { ...wanted, deleteGracePeriod: 72, homePage: "collections" },
        restore,
      );
      await stack.refresh("Settings");
      stack = await runs().next();
      await stack.up("Settings", "AdminSettings", { ...wanted, deleteGracePeriod: 96, homePage: "shares" }, restore);
      await stack.refresh("Settings");
      sandbox.edit("settings", "system", (document) => void (document.password_checks.digits = 5));
      sandbox.clearRequests();
      await stack.remove("Settings");
      expect(writes(sandbox)).toHaveLength(1);
      expect(settings(runs())).toEqual({
        ...before,
        // Nobody had set it.
        home_page: null,
        password_checks: { ...(before.password_checks as object), digits: 5 },
      });
    });

    it("is remembered from the take-over, also for a leaf that comes later, and forgotten with one that goes", async () => {
      const { stack, sandbox } = runs();
      await stack.up("Settings", "AdminSettings", { deleteGracePeriod: 48 }, restore);
      sandbox.edit("settings", "system", { support_access: true });
      await stack.up("Settings", "AdminSettings", { deleteGracePeriod: 48, supportAccess: false }, restore);
      expect(facts(stack, "Settings").before).toEqual({ deleteGracePeriod: 24, supportAccess: true });
      await stack.up("Settings", "AdminSettings", { supportAccess: false }, restore);
      expect(facts(stack, "Settings").before).toEqual({ supportAccess: true });
      await stack.remove("Settings");
      expect(settings(runs())).toMatchObject({ delete_grace_period: 48, support_access: true });
      await runs().next();
    });

    it("is not put back over somebody else's work: the three values are told and nothing is written", async () => {
      const { stack, sandbox } = runs();
      sandbox.edit("settings", "system", { delete_grace_period: 24 });
      await stack.up("Settings", "AdminSettings", { deleteGracePeriod: 48, homePage: "search" }, restore);
      sandbox.edit("settings", "system", { delete_grace_period: 30 });
      sandbox.clearRequests();
      await expect(stack.remove("Settings")).rejects.toThrow(
        /deleteGracePeriod was 48, is 30 in iconik, and 24 is wanted.*pulumi refresh/,
      );
      expect(writes(sandbox)).toEqual([]);
      // Looked at, it is decided.
      expect(await stack.refresh("Settings")).toEqual(["deleteGracePeriod"]);
      await stack.remove("Settings");
      expect(settings(runs()).delete_grace_period).toBe(24);
    });

    it("is there already: then there is nothing to put back", async () => {
      const { stack, sandbox } = runs();
      await stack.up("Settings", "AdminSettings", { deleteGracePeriod: 48 }, restore);
      sandbox.edit("settings", "system", { delete_grace_period: 24 });
      sandbox.clearRequests();
      await stack.remove("Settings");
      expect(writes(sandbox)).toEqual([]);
    });

    it("was nothing, and iconik has no empty value for it: it is left, and said so", async () => {
      const { stack, sandbox } = runs();
      await stack.up(
        "Settings",
        "AdminSettings",
        { dateFormat: "YYYY", watermarkOptions: { customText: "Draft" } },
        restore,
      );
      await stack.remove("Settings");
      expect(settings(runs())).toMatchObject({ date_format: null, watermark_options: { custom_text: "Draft" } });
      await printed(stack, /watermarkOptions\.customText of AdminSettings .*no empty value/);
      sandbox.edit("settings", "system", { watermark_options: undefined, date_format: undefined });
    });

    it("is put back only when that is still asked for", async () => {
      const { stack } = runs();
      await stack.up("Settings", "AdminSettings", { deleteGracePeriod: 48 }, restore);
      expect(await stack.up("Settings", "AdminSettings", { deleteGracePeriod: 48 })).toBe("updated");
      await stack.remove("Settings");
      expect(settings(runs()).delete_grace_period).toBe(48);
      await stack.up("Settings", "AdminSettings", { deleteGracePeriod: 49 });
      expect(await stack.up("Settings", "AdminSettings", { deleteGracePeriod: 49 }, restore)).toBe("updated");
      await stack.remove("Settings");
      expect(settings(runs()).delete_grace_period).toBe(48);
    });

    it("is kept when it is not known whether a change was made", async () => {
      const { stack, sandbox } = runs();
      sandbox.edit("settings", "system", { delete_grace_period: 24 });
      sandbox.fault({ match: `PATCH ${system}`, kind: "garbage" });
      expect(await stack.up("Settings", "AdminSettings", { deleteGracePeriod: 48 }, restore)).toBe("unfinished");
      expect(settings(runs()).delete_grace_period).toBe(48);
      expect(await stack.up("Settings", "AdminSettings", { deleteGracePeriod: 48 }, restore)).toBe("updated");
      await stack.remove("Settings");
      expect(settings(runs()).delete_grace_period).toBe(24);
    });
  },
);

describe("settings of a group and of a team", () => {
  const runs = tenant({
    seed: { groups: [{ name: "Editors" }], teams: [{ name: "Sport" }], acl_templates: [{ name: "Default upload" }] },
  });

  it.each([
    ["UserGroupSettings", "group", "groups", "Editors"],
    ["TeamSettings", "team", "teams", "Sport"],
  ] as const)("%s are a document each", async (kind, by, sort, name) => {
    const { stack, sandbox, named } = runs();
    const { id } = named(sort, name);
    const document = `${by}/${id}`;
    sandbox.edit("settings", document, { home_page: "search", delete_grace_period: 12 });
    const wanted = {
      [by]: { existing: name },
      aclTemplate: { existing: "Default upload" },
      defaultUploadStorage: { existing: "Playout" },
      deleteGracePeriod: 48,
    };
    expect(await stack.up(name, kind, wanted, { onDestroy: "restore" })).toBe("created");
    expect(stack.state.get(name)!.id).toBe(id);
    expect(settings(runs(), document)).toEqual({
      home_page: "search",
      acl_template_id: named("acl_templates", "Default upload").id,
      default_upload_storage_id: named("storages", "Playout").id,
      delete_grace_period: 48,
    });
    expect(await stack.refresh(name)).toEqual([]);
    expect(await stack.up(name, kind, wanted, { onDestroy: "restore" })).toBe("same");
    sandbox.edit("settings", document, { delete_grace_period: 1 });
    expect(await stack.refresh(name)).toEqual(["deleteGracePeriod"]);
    expect(await stack.up(name, kind, wanted, { onDestroy: "restore" })).toBe("updated");
    const kept = copied(stack, name);
    await stack.remove(name);
    expect(settings(runs(), document)).toEqual({
      home_page: "search",
      acl_template_id: null,
      default_upload_storage_id: null,
      delete_grace_period: 12,
    });
    // The group is gone, and its settings with it.
    sandbox.remove(sort, id);
    stack.state.set(name, kept);
    await stack.remove(name);
    stack.state.set(name, kept);
    expect(await stack.refresh(name)).toBe("gone");
  });

  it("may be shared by resources that own different fields", async () => {
    const { stack } = runs();
    await stack.up("Crew", "UserGroup", { name: "Crew" });
    const group = stack.state.get("Crew")!.id;
    const list = { group, addresses: [{ ip: "203.0.113.0/24" }] };
    expect(
      await Promise.all([
        stack.up("S", "UserGroupSettings", { group, hideFavourites: true }),
        stack.up("L", "ShieldAllowList", list),
      ]),
    ).toEqual(["created", "created"]);
    expect(settings(runs(), `group/${group}`)).toEqual({
      hide_favourites: true,
      allowed_ips: [{ ip: "203.0.113.0/24" }],
    });
    expect(await stack.refresh("S")).toEqual([]);
    expect(await stack.refresh("L")).toEqual([]);
  });
});

describe.each(["verbatim", "normalised"] as const)("iconik Shield, where addresses come back %s", (storedForm) => {
  const runs = tenant({
    switches: { storedForm },
    seed: {
      groups: [{ name: "Editors" }],
      teams: [{ name: "Sport" }],
      apps: [{ name: "CI", default_user_id: "ci@example.com" }],
    },
  });
  const first = [
    { ip: "127.0.0.0/8" },
    { ip: "192.0.2.10", application: { existing: "CI" } },
    { ip: "198.51.100.7/32" },
  ];

  it.each([
    ["everyone", {}, () => "system"],
    ["a group", { group: { existing: "Editors" } }, (one: Runs) => `group/${one.named("groups", "Editors").id}`],
    ["a team", { team: { existing: "Sport" } }, (one: Runs) => `team/${one.named("teams", "Sport").id}`],
  ])("has a list for %s", async (whose, by, key) => {
    const { stack, sandbox, named } = runs();
    expect(await stack.up(whose, "ShieldAllowList", { ...by, addresses: first })).toBe("created");
    const stored = (settings(runs(), key(runs())).allowed_ips as Values[]).map(({ ip, app_id }) => [
      String(ip).replace(/\/32$/, ""),
      app_id,
    ]);
    expect(stored.sort()).toEqual([
      ["127.0.0.0/8", undefined],
      ["192.0.2.10", named("apps", "CI").id],
      ["198.51.100.7", undefined],
    ]);
    expect(await stack.refresh(whose)).toEqual([]);
    const again = [{ ip: "198.51.100.7" }, ...first.slice(0, 2).reverse()];
    expect(await stack.up(whose, "ShieldAllowList", { ...by, addresses: again })).toBe("same");
    sandbox.edit("settings", key(runs()), (document) => void document.allowed_ips.push({ ip: "203.0.113.9" }));
    expect(await stack.refresh(whose)).toEqual(["addresses"]);
    expect(await stack.up(whose, "ShieldAllowList", { ...by, addresses: first })).toBe("updated");
    expect(settings(runs(), key(runs())).allowed_ips).toHaveLength(3);
    // An empty list is a list.
    expect(await stack.up(whose, "ShieldAllowList", { ...by, addresses: [] })).toBe("updated");
    expect(settings(runs(), key(runs())).allowed_ips).toEqual([]);
    expect(await stack.refresh(whose)).toEqual([]);
  });

  it("is switched on and off only when that is written", async () => {
    const { stack, sandbox } = runs();
    sandbox.clearRequests();
    await stack.up("everyone", "ShieldAllowList", { addresses: first });
    expect(patches(runs())).toEqual([["PATCH", system, { allowed_ips: expect.anything() }]]);
    expect(await stack.up("everyone", "ShieldAllowList", { addresses: first, enabled: true })).toBe("updated");
    expect(settings(runs()).enable_shield).toBe(true);
    expect(await stack.refresh("everyone")).toEqual([]);
    expect(await stack.up("everyone", "ShieldAllowList", { addresses: first })).toBe("updated");
    expect(settings(runs()).enable_shield).toBe(true);
    expect(await stack.up("everyone", "ShieldAllowList", { addresses: first, enabled: false })).toBe("updated");
    expect(settings(runs()).enable_shield).toBe(false);
  });

  it("has a list for one: a group or a team, not both", async () => {
    await expect(
      runs().stack.up("both", "ShieldAllowList", {
        group: { existing: "Editors" },
        team: { existing: "Sport" },
        addresses: [],
      }),
    ).rejects.toThrow("not both");
  });
});
