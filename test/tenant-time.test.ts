import { test } from "vitest";
import { load } from "./tenant/inline";
test("time", () => {
  const n = 5000;
  const yaml = "roleSets: { browse: [can_search, can_read_assets] }\nuserGroups:\n" + Array.from({ length: n }, (_, i) => `  Group ${i}:\n    description: x\n    roleSets: [browse]\n    roles: [can_write_assets, can_create_assets]\n    settings: { aclTemplate: T${i} }\n`).join("") + "aclTemplates:\n" + Array.from({ length: n }, (_, i) => `  T${i}: { access: { groups: { Group ${i}: [read], Group ${(i + 1) % n}: [read, write] } } }\n`).join("");
  let t = performance.now(); const c = load(yaml); console.log(yaml.length, c.desired?.resources.length, c.diagnostics.length, performance.now() - t);
  t = performance.now(); const d = load(yaml.replaceAll("{ Group", "{ Grp")); console.log(d.diagnostics.length, performance.now() - t);
  t = performance.now(); const e = load(yaml.replaceAll("can_create_assets", "can_teleport_assets # iconik-ignore unknown-role: x\n").replaceAll("x\n]", "x\n      ]")); console.log(e.diagnostics.length, performance.now() - t);
}, 60000);
