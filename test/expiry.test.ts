// Grants that end: there through their last day, by UTC, and gone from what is described on the next.
import { describe, expect, it, onTestFinished } from "vitest";
import { startSandbox } from "../provider/sandbox";
import { loadTenant } from "../provider/tenant";
import { openStack } from "./engine-stack.ts";
import { folder } from "./tenant/inline";

const text = `
roleSets: { night: [can_search, { role: can_read_files, expires: 2026-12-31 }] }
addressSets: { office: [203.0.113.0/24] }
userGroups:
  Editors: { roles: [can_read_assets, { role: can_purge_assets, expires: 2026-12-31, reason: clean-up }] }
  Night: { roleSets: [night] }
  Both: { roleSets: [night], roles: [can_read_files] }
aclTemplates:
  Labels: { access: { groups: { Editors: [read], Night: { permissions: [read, write], expires: 2026-12-31 } }, users: { editor@example.com: { permissions: [read], expires: 2026-12-31 } } } }
  List: { access: { groups: [{ group: Editors, permissions: [read] }, { group: { existing: Guests }, permissions: [read], expires: 2026-12-31, reason: a visit }] } }
shield:
  everyone: [{ ip: 198.51.100.7 }, { ip: 192.0.2.10, expires: 2026-12-31, note: fair }, { set: office, expires: 2026-12-31 }]
`;

function on(today: string, written = text) {
  const { desired, diagnostics } = loadTenant(
    { base: "tenant.yaml" },
    { cwd: folder({ "tenant.yaml": written }), loopback: true, today },
  );
  if (!desired) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const inputs = (kind: string, label: string) =>
    desired.resources.find((one) => one.kind === kind && one.label === label)!.inputs as Record<string, any>;
  const said = (code: string) => diagnostics.filter((one) => one.code === code).map(({ message }) => message);
  return {
    roles: (label: string) => inputs("UserGroup", label).roles as string[],
    groups: (label: string) =>
      (inputs("AclTemplate", label).access.groups as { group: { ref?: { label: string }; existing?: string } }[]).map(
        ({ group }) => group.ref?.label ?? group.existing,
      ),
    users: (label: string) => inputs("AclTemplate", label).access.users as unknown[],
    addresses: (inputs("ShieldAllowList", "everyone").addresses as { ip: string }[]).map(({ ip }) => ip),
    said,
    expires: desired.later.expires,
  };
}

describe("what is granted until a day", () => {
  it.each(["2026-11-22", "2026-12-31"])("is there on %s: the day itself still holds", (today) => {
    const tenant = on(today);
    expect(tenant.roles("Editors")).toEqual(["can_purge_assets", "can_read_assets"]);
    expect(tenant.roles("Night")).toEqual(["can_read_files", "can_search"]);
    expect(tenant.groups("Labels")).toEqual(["Editors", "Night"]);
    expect(tenant.users("Labels")).toHaveLength(1);
    expect(tenant.groups("List")).toContain("Guests");
    expect(tenant.addresses).toEqual(["192.0.2.10", "198.51.100.7", "203.0.113.0/24"]);
    expect(tenant.said("past-date")).toEqual([]);
    expect(tenant.expires.every(({ over }) => !over)).toBe(true);
  });

  it.each(["2027-01-01", "2031-06-01"])("is gone on %s, and what has no end stays", (today) => {
    const tenant = on(today);
    expect(tenant.roles("Editors")).toEqual(["can_read_assets"]);
    expect(tenant.roles("Night")).toEqual(["can_search"]);
    expect(tenant.roles("Both")).toEqual(["can_read_files", "can_search"]);
    expect(tenant.groups("Labels")).toEqual(["Editors"]);
    expect(tenant.users("Labels")).toEqual([]);
    expect(tenant.groups("List")).toEqual(["Editors"]);
    expect(tenant.addresses).toEqual(["198.51.100.7"]);
    expect(tenant.said("past-date")).toEqual([
      // One sentence for a set, however many groups it serves.
      `The role "can_read_files" was granted until 2026-12-31 and is taken away; it is ${today}`,
      `The role "can_purge_assets" was granted until 2026-12-31 and is taken away; it is ${today}`,
      `The access of "Night" was granted until 2026-12-31 and is taken away; it is ${today}`,
      `The access of "editor@example.com" was granted until 2026-12-31 and is taken away; it is ${today}`,
      `The access of "Guests" was granted until 2026-12-31 and is taken away; it is ${today}`,
      `The address "192.0.2.10" was granted until 2026-12-31 and is taken away; it is ${today}`,
      `The address set "office" was granted until 2026-12-31 and is taken away; it is ${today}`,
    ]);
    expect(tenant.expires.every(({ over }) => over)).toBe(true);
  });

  it("is told of from 14 days ahead", () => {
    expect(on("2026-12-16").said("ends-soon")).toEqual([]);
    expect(on("2026-12-17").said("ends-soon")).toHaveLength(7);
    expect(on("2026-12-17").said("ends-soon")[0]).toContain("ends in 14 days");
    expect(on("2026-12-30").said("ends-soon")[0]).toContain("ends in 1 day:");
    expect(on("2026-12-31").said("ends-soon")[0]).toContain("ends with this day");
    expect(on("2027-01-01").said("ends-soon")).toEqual([]);
  });

  it("leaves a group that had nothing else without roles, and a list empty, which is told", () => {
    const only =
      "userGroups: { Fair: { roles: [{ role: can_search, expires: 2026-12-31 }] } }\naclTemplates: { T: { access: { groups: { Fair: { permissions: [read], expires: 2026-12-31 } } } } }\nshield: { everyone: [{ ip: 192.0.2.10, expires: 2026-12-31 }] }\n";
    const tenant = on("2027-01-01", only);
    expect(tenant.roles("Fair")).toEqual([]);
    expect(tenant.groups("T")).toEqual([]);
    expect(tenant.addresses).toEqual([]);
    expect(tenant.said("list-ended")).toHaveLength(1);
  });

  it.each([
    "{ permissions: [], expires: 2026-12-31 }",
    "{ expires: 2026-12-31 }",
    "{ permissions: [read], expires: soon }",
    "{ permissions: [read], until: 2026-12-31 }",
  ])("has to be written whole: %s", (entry) => {
    expect(() =>
      on("2026-11-22", `userGroups: { A: {} }\naclTemplates: { T: { access: { groups: { A: ${entry} } } } }\n`),
    ).toThrow();
  });
});

it("the days are those of UTC, whatever the machine's time zone", () => {
  const today = () =>
    loadTenant(
      { base: "tenant.yaml" },
      {
        cwd: folder({
          "tenant.yaml": `userGroups: { A: { roles: [{ role: can_search, expires: ${new Date().toISOString().slice(0, 10)} }] } }\n`,
        }),
        loopback: true,
      },
    );
  const zone = process.env.TZ;
  onTestFinished(() => void (zone === undefined ? delete process.env.TZ : (process.env.TZ = zone)));
  for (process.env.TZ of ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
    expect(today().desired!.resources[0]!.inputs.roles).toEqual(["can_search"]);
});

it("the next run takes away what has ended, and the one after changes nothing", async () => {
  const sandbox = await startSandbox();
  onTestFinished(sandbox.close);
  const stack = openStack(sandbox);
  onTestFinished(() => stack.close());
  const roles = (today: string) => ({ name: "Editors", roles: on(today).roles("Editors") });
  await stack.up("Editors", "UserGroup", roles("2026-12-31"));
  expect(sandbox.objects("groups").find(({ name }) => name === "Editors")!.roles).toContain("can_purge_assets");
  expect(await stack.up("Editors", "UserGroup", roles("2027-01-01"))).toBe("updated");
  expect(sandbox.objects("groups").find(({ name }) => name === "Editors")!.roles).toEqual(["can_read_assets"]);
  expect(await stack.up("Editors", "UserGroup", roles("2027-01-02"))).toBe("same");
});
