/** A file is of one model: of a tenant that has both, what belongs to the other one is left out, and told. */

import { fieldsOf, type Values } from "../../definition";
import { kinds } from "../../kinds";
import type { Ref } from "../desired";
import type { Gap, Picture, PicturedResource } from "../picture";

/** @param wanted of the file. A tenant that has nothing of that model is left as it is: the file is none of it. */
export function withoutForeign(picture: Picture, wanted: Picture["tenant"]["model"] = picture.tenant.model): Picture {
  const model = picture.resources.some(({ kind }) => kinds[kind]?.model === wanted) ? wanted : picture.tenant.model;
  const isForeign = ({ kind }: PicturedResource) => kinds[kind]?.model !== undefined && kinds[kind]!.model !== model;
  const foreign = new Map(picture.resources.filter(isForeign).map((one) => [keyOf(one), one]));
  if (foreign.size === 0) return picture;
  const why = reasons[model];
  const gaps: Gap[] = [...foreign.values()].map(({ kind, label }) => ({ kind, label, why }));
  const foreignIn = (value: unknown): PicturedResource | undefined => {
    const ref = typeof value === "object" && value !== null ? (value as { ref?: Ref }).ref : undefined;
    return ref && foreign.get(keyOf(ref));
  };
  const resources = picture.resources.flatMap((resource): PicturedResource[] => {
    if (isForeign(resource)) return [];
    const { kind, label } = resource;
    const definition = kinds[kind]!;
    if (definition.shape === "part" && Object.values(resource.inputs).some(foreignIn)) {
      gaps.push({ kind, label, why });
      return [];
    }
    const fields = fieldsOf(definition, resource.inputs);
    const inputs: Values = {};
    for (const [name, value] of Object.entries(resource.inputs)) {
      if (fields[name]?.type === "access") {
        const { [otherSort[model]]: others, ...own } = value as Values;
        if (Array.isArray(others) && others.length > 0)
          gaps.push({ kind, label, field: `${name}.${otherSort[model]}`, why });
        inputs[name] = own;
      } else {
        const pointedAt = fields[name]?.type === "reference" ? foreignIn(value) : undefined;
        inputs[name] = pointedAt ? { existing: String(pointedAt.inputs.name) } : value;
      }
    }
    return [{ ...resource, inputs }];
  });
  return { ...picture, tenant: { ...picture.tenant, model }, resources, gaps: [...picture.gaps, ...gaps] };
}

const keyOf = ({ kind, name }: Pick<Ref, "kind" | "name">): string => `${kind}/${name}`;

/** Members of access lists that a tenant of the model has none of. */
const otherSort = { userGroups: "teams", teams: "groups" } as const;

const reasons = {
  userGroups: "the tenant has user groups, and a file describes user groups or teams",
  teams: "the tenant has teams, and a file describes teams or user groups",
} as const;
