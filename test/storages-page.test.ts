// schema/storages.md: what it tells people to write and to set is what the code takes.
import { describe, expect, it } from "vitest";
import { administrators } from "../provider/clouds/administrators";
import { bucketsOf, cloudModules } from "../provider/clouds/buckets";
import { guides } from "../provider/clouds/grants/guides";
import { storagesPage } from "../provider/clouds/grants/storages-page";
import { storageTypes, systems } from "../provider/clouds/grants";
import { packagesOf } from "../provider/pulumi/make-buckets";
import { load } from "./tenant/inline.ts";

describe.each(storageTypes)("the page of %s", (type) => {
  const { example, packages, packagesToRotate = [], credentials } = guides[type];
  const checked = load(example);

  it("has an example of that type that nothing is wrong with", () => {
    expect(checked.diagnostics).toEqual([]);
    const storages = checked.desired!.resources.filter(({ kind }) => kind === "Storage");
    expect(storages.map(({ inputs }) => inputs.type)).toEqual(storages.map(() => type));
    expect(checked.desired!.provision.map(({ of }) => of.label)).toEqual(
      type === "portal" ? [] : storages.map(({ label }) => label),
    );
  });

  it("names the packages and variables that making it needs", () => {
    const plans = bucketsOf(checked.desired!);
    expect(plans.length > 0).toBe(type in cloudModules);
    expect(packagesOf(plans)).toEqual([...packages, ...packagesToRotate]);
    if (!Object.hasOwn(administrators, type)) return;
    const { label, names } = administrators[type as keyof typeof administrators];
    for (const [variable] of Object.values(names))
      expect(credentials.join()).toContain(`${label.toUpperCase()}_${variable}`);
  });

  it("says all there is to say, with every action that its storages are granted", () => {
    const text = storagesPage();
    const start = text.indexOf(`## ${systems[type].name} (\`${type}\`)`);
    expect(start).toBeGreaterThan(0);
    const page = text.slice(start, text.indexOf("\n## ", start + 1) >>> 0);
    for (const title of ["Credentials", "Before", "Made", "Rotation", "Not known", "Granted"])
      expect(page).toContain(`**${title}.**`);
    expect(page.includes("| Action |")).toBe(systems[type].permissions.length > 0);
    expect(page).not.toMatch(/undefined|\[object/);
  });
});
