import { test } from "vitest";
import { writeFileSync } from "node:fs";
import { generateReference, generateTenantSchema } from "../provider/tenant/generate";
import { loadTenant, format } from "/work/main/provider/tenant";
test("x", () => {
  writeFileSync("/tmp/ref.md", generateReference()); writeFileSync("/tmp/schema.json", generateTenantSchema());
  if (!process.env.F) return;
  const c = loadTenant({ base: process.env.F! }, { cwd: "/work/main", today: "2026-11-22" });
  console.log(format(c.diagnostics));
  console.log(JSON.stringify(c.desired, null, 1)?.slice(0, Number(process.env.N ?? 3000)));
});
