/** What a description of a tenant with Shield has to say beside it: whom Shield must never shut out. */

import type { Gap, Picture } from "../picture";

/** What is said of it where it is written. */
export const ownAddressNote = "from where this was read; add the addresses of CI and of the office";

/** Is it the address that an export writes, and nothing that somebody wrote? */
export const isOwnAddress = ({ later, address }: Picture): boolean => {
  const kept = later.guards?.mustKeep;
  return Array.isArray(kept) && kept.length === 1 && kept[0] === address;
};

/**
 * Where Shield is on and nothing says who has to stay inside, the address from which the tenant was read; where iconik
 * did not say that one, whether Shield is on is left undescribed.
 */
export function withOwnAddress(picture: Picture): Picture {
  const { resources, later, address, extent } = picture;
  const shield = resources.find(({ kind, inputs }) => kind === "ShieldAllowList" && inputs.enabled === true);
  const kept = later.guards?.mustKeep;
  if (!shield || (Array.isArray(kept) && kept.length > 0)) return picture;
  if (address !== undefined)
    return { ...picture, later: { ...later, guards: { ...later.guards, mustKeep: [address] } } };
  // Of files, the check of what is written says it.
  if (extent === "described") return picture;
  const { enabled: _, ...inputs } = shield.inputs;
  const why =
    "Shield is on; that may be written once guards.mustKeep names an address, and iconik does not say from which address this was read";
  const gap: Gap = { kind: shield.kind, label: shield.label, field: "enabled", why };
  return {
    ...picture,
    resources: resources.map((one) => (one === shield ? { ...one, inputs } : one)),
    gaps: [...picture.gaps, gap],
  };
}
