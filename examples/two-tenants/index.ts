// Two tenants from one program. Each has an environment of its own, ICONIK_PRODUCTION_* and ICONIK_STAGING_*, and takes
// nothing from any other: what is missing is an error, never the other tenant.
import * as iconik from "pulumi-iconik";

for (const name of ["production", "staging"]) {
  // On a live tenant, domainId says which one is meant: new iconik.IconikProvider(name, { domainId: "…" }).
  const provider = new iconik.IconikProvider(name);
  const editors = new iconik.UserGroup(
    `${name}-editors`,
    { name: "Editors", defaultUserType: "standard", roles: ["can_search", "can_read_assets", "can_write_assets"] },
    { provider },
  );
  new iconik.AclTemplate(
    `${name}-upload`,
    { name: "Default upload", access: { groups: [{ group: editors, permissions: ["read", "write"] }] } },
    { provider },
  );
  // Staging is stricter about what leaves the house.
  new iconik.AdminSettings(`${name}-settings`, { externalShare: name === "production" }, { provider });
}
