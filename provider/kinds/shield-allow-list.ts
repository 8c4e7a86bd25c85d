import { flag, part, record, reference, set, text } from "../definition";

export default part({
  kind: "ShieldAllowList",
  section: "shield",
  about:
    "iconik Shield: the addresses from which people and programs may come, for everyone, or for one group or team.",
  documents: [
    { by: "group", path: "/API/settings/v1/group/{group_id}/" },
    { by: "team", path: "/API/settings/v1/team/{team_id}/" },
    { path: "/API/settings/v1/system/current/" },
  ],
  fields: {
    group: reference("The group whose list it is; without group and team: everyone's.", "UserGroup", {
      immutable: "replace",
      wire: null,
    }),
    team: reference("The team whose list it is.", "Team", { immutable: "replace", wire: null }),
    enabled: flag("Switches Shield on, which has a monthly price. Only for everyone's list.", {
      wire: "enable_shield",
    }),
    addresses: set(
      "Addresses and ranges that may come in.",
      record("An address, for all applications or for one.", {
        ip: text("An address or a range: 192.0.2.10, 203.0.113.0/24.", { required: true, canonical: "address" }),
        application: reference("Only this application may come from there.", "Application", { wire: "app_id" }),
      }),
      { required: true, wire: "allowed_ips" },
    ),
  },
  examples: [
    { addresses: [{ ip: "127.0.0.0/8" }, { ip: "203.0.113.0/24" }] },
    { addresses: [{ ip: "127.0.0.0/8" }, { ip: "203.0.113.0/24" }, { ip: "198.51.100.7" }] },
    { addresses: [{ ip: "127.0.0.0/8" }], enabled: true },
    { addresses: [{ ip: "127.0.0.0/8" }], enabled: false },
  ],
});
