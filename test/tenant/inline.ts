/** Tenant files written where they are tested. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { provisioningProblems } from "../../provider/clouds/provisioning-problems";
import { loadTenant, type Checked, type Diagnostic, type LoadOptions } from "../../provider/tenant";

const root = mkdtempSync(join(tmpdir(), "iconik-tenant-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;

/** A folder of its own with these files. */
export function folder(files: Record<string, string | Buffer>): string {
  const path = join(root, String(count++));
  mkdirSync(path);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

export const today = "2026-11-22";

/** What is said of one file on loopback, with overlays in order, as `pulumi-iconik validate` says it. */
export function load(base: string, overlays: string[] = [], options: LoadOptions = {}): Checked {
  const cwd = folder({
    "tenant.yaml": base,
    ...Object.fromEntries(overlays.map((text, index) => [`overlay${index}.yaml`, text])),
  });
  return loadTenant(
    { base: "tenant.yaml", overlays: overlays.map((_, index) => `overlay${index}.yaml`) },
    { cwd, loopback: true, today, storageProblems: provisioningProblems, ...options },
  );
}

/** A diagnostic in short: `12:3 unknown-key`. */
export const short = ({ place, code }: Diagnostic): string => `${place.line}:${place.column} ${code}`;

export const said = (checked: Checked): string[] => checked.diagnostics.map(short);

/** The resource of a kind and label; fails when there is none. */
export function resource(checked: Checked, kind: string, label: string) {
  const found = checked.desired?.resources.find((one) => one.kind === kind && one.label === label);
  if (!found)
    throw new Error(
      `no ${kind} ${label}: ${checked.diagnostics.map((one) => `${short(one)} ${one.message}`).join("\n")}`,
    );
  return found;
}
