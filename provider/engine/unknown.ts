/**
 * Values that are not known yet. While previewing, an engine passes these in place of what other resources will give.
 * They may stand anywhere, and are passed on untouched. (The texts are Pulumi's own: sdk/go/common/resource/plugin.)
 */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknowns: ReadonlySet<unknown> = new Set([
  unknown,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
]);

export const isUnknown = (value: unknown): boolean => typeof value === "string" && unknowns.has(value);

/** Is there anything unknown in the value, however deep? */
export const holdsUnknown = (value: unknown): boolean =>
  isUnknown(value) || (typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown));
