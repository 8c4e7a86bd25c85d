/** Values that a description takes from the stack's config, because iconik does not show them. */

import { createHash } from "node:crypto";
import { fieldsOf, isCredential } from "../../definition";
import { kinds } from "../../kinds";
import type { Picture, PicturedResource } from "../picture";

/** Something that must be supplied: `pulumi config set --secret <key>`. */
export interface Supplied {
  key: string;
  section: string;
  label: string;
  field: string;
}

/** The picture with `{ fromConfig: key }` where iconik keeps a credential; the gaps that are none any more are left out. */
export function withSupplied(picture: Picture): { picture: Picture; supplied: Supplied[] } {
  const supplied: Supplied[] = [];
  const credentials = new Map<PicturedResource, string[]>();
  const byLabel = new Map(picture.resources.map((resource) => [`${resource.kind}/${resource.label}`, resource]));
  const gaps = picture.gaps.filter((gap) => {
    const resource = byLabel.get(`${gap.kind}/${gap.label}`);
    if (!resource || gap.field === undefined || !isCredential(fieldsOf(kinds[gap.kind]!, resource.inputs)[gap.field]))
      return true;
    credentials.set(resource, [...(credentials.get(resource) ?? []), gap.field]);
    return false;
  });
  const slugs = slugsOf(credentials.keys());
  const resources = picture.resources.map((resource) => {
    const fields = credentials.get(resource);
    if (!fields) return resource;
    const inputs = { ...resource.inputs };
    for (const field of fields) {
      const key = `${slugs.get(resource)}.${field}`;
      inputs[field] = { fromConfig: key };
      supplied.push({ key, section: resource.section, label: resource.label, field });
    }
    return { ...resource, inputs };
  });
  return { picture: { ...picture, resources, gaps }, supplied };
}

/**
 * Keys of config by label: letters and digits of it. Where two come out the same, each has a mark of its own: a key that
 * was set once must not come to mean another object because of one that is new.
 */
function slugsOf(resources: Iterable<PicturedResource>): Map<PicturedResource, string> {
  const alike = Map.groupBy(resources, ({ label }) => identifier(label) || "value");
  return new Map(
    [...alike].flatMap(([base, some]) =>
      some.map((one) => [one, some.length === 1 ? base : `${base}-${markOf(one)}`] as const),
    ),
  );
}

const markOf = ({ kind, label }: PicturedResource): string =>
  createHash("sha256").update(`${kind}/${label}`).digest("hex").slice(0, 6);

/** `Default upload` → `defaultUpload`: what is left of a text when only letters and digits may stay. */
export function identifier(text: string): string {
  const words =
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .match(/[A-Za-z0-9]+/g) ?? [];
  const cased = words.map((word, index) => {
    const first = word.charAt(0);
    const rest = word === word.toUpperCase() ? word.slice(1).toLowerCase() : word.slice(1);
    return (index === 0 ? first.toLowerCase() : first.toUpperCase()) + rest;
  });
  return cased.join("").slice(0, 60);
}
