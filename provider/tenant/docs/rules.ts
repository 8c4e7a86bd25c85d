/** The language in short. */

export const rules = [
  "## Rules",
  "",
  "- **Not written is not managed.** A key that is left out is neither read nor changed. `[]` means none, and in access lists so does `groups: {}`. Any other `{}` says nothing of what could stand in it: `passwordChecks: {}` and `access: {}` manage nothing, `token: {}` mints a token for as long as the tenant's own rule says. `{ clear: true }` empties a field, where this page says so. A key without a value (null) is an error.",
  "- **Labels.** The key of an entry is its label: other entries refer to it, and it is the object's name unless `name:` says otherwise. A label that fits objects of two kinds is written `section/label`.",
  "- **Renames.** `formerly: Old` tells that the entry had another label; the object keeps its id, except a group mapping, which iconik cannot change: it is deleted and made anew. A new entry under the old label waits for the next run.",
  "- **References** are labels, or `{ existing: Name }` for an object that is not described here. Ids of what this package does not know are `{ id: … }`. People are e-mail addresses.",
  "- **Values from outside.** `{ fromConfig: key }` takes a value of the Pulumi stack config. A secret can be written in no other way. Numbers and flags may come from there as text: `48`, `true`. Names, references, roles, permissions, addresses and choices must stand in the file.",
  "- **An entry that is taken out is deleted**, unless `release: [section/label]` lets go of it, with its settings and its allow list. Storages are protected by Pulumi unless `options: { protect: false }` says otherwise. Settings and lists that are taken out stay as they are, unless `options: { onDestroy: restore }` puts back what was there before.",
  "- **Adoption.** An object that exists already is refused. `options: { adopt: exact }` takes it over when nothing would be written, `converge` also when something would, an id tells which one. `builtIn: true` marks what iconik makes itself.",
  "- **What ends.** A role, an entry of an access list, an address or an address set with `expires: 2026-12-31` is described through that day, by UTC, and from the next day on it is not: the next `pulumi up` takes it away. Nothing happens by itself: have a scheduled run apply the file. From 14 days ahead `validate` says so. What an ACL template no longer grants stays on the assets that were uploaded before.",
  "- **Several files.** A folder is the union of its `.yaml` and `.yml` files; a key that two of them set is an error, and an entry stands in one file as a whole. Overlays are laid over the base: maps key by key, lists as a whole, null removes a key. Sets are expanded after that. The JSON Schema is for base files: an overlay leaves out what the base says.",
  "- **YAML 1.2 core.** Anchors and aliases work; merge keys, duplicate keys and several documents do not.",
  "",
];
