/** What was changed by hand: a live tenant against its description. */

import type { Values } from "../../definition";
import { compare, type ChangedObject, type Comparison, type FieldChange, type Named } from "../compare";
import type { Remark, Words } from "../compare/show";
import { withoutForeign } from "../export/foreign";
import { sameTenant, type Picture } from "../picture";
import { widens, widensByBeing, widensByMissing, type Both } from "./widens";

/** Something to be said of a change: why it lets people do more. Left out: it does not. */
interface Widening {
  widens?: string;
}

/** Of a change, `from` is what is described and `to` what is there. */
export interface Drift {
  source: string;
  live: string;
  domainId?: string;
  drift: boolean;
  /** Is there anything that lets people do or see more than is described? */
  widens: boolean;
  changed: (Omit<ChangedObject, "changes"> & { changes: (FieldChange & Widening)[] })[];
  /** Described, and not there. */
  missing: (Named & Widening)[];
  /** There, and described nowhere. */
  unmanaged: (Named & Widening)[];
  notCompared: Comparison["notCompared"];
}

/**
 * @param ids iconik's ids by `<kind>/<logical name>`, as the state of a stack has them: what is known by its id stays
 *   the same object whatever it is called.
 * @throws Error when the two are not the same tenant, or `whole` is not all that there is.
 */
export function drift(described: Picture, whole: Picture, ids?: ReadonlyMap<string, string>): Drift {
  if (whole.extent !== "everything" || whole.resources.length === 0)
    throw new Error(`${whole.source} is not a whole tenant, so nothing can be said of drift`);
  sameTenant(described, whole);
  // What the file has no words for is no drift.
  const live = withoutForeign(whole, described.tenant.model);
  const known = withIds(described, ids);
  const comparison = compare(
    {
      ...known,
      tenant: { ...known.tenant, ...(live.tenant.domainId !== undefined && { domainId: live.tenant.domainId }) },
    },
    live,
  );
  const [wanted, there] = [valuesOf(known), valuesOf(live)];
  const both = (object: Named): Both => ({ described: wanted(object), live: there(object) });
  const changed = comparison.changed.map((object) => ({
    ...object,
    changes: object.changes.map((change) => ({ ...change, ...reason(widens(object, change, both(object))) })),
  }));
  const missing = comparison.onlyFrom.map((object) => ({ ...object, ...reason(widensByMissing(object)) }));
  const unmanaged = comparison.onlyTo.map((object) => ({
    ...object,
    ...reason(widensByBeing(object, there(object) ?? {})),
  }));
  return {
    source: described.source,
    live: live.source,
    ...(live.tenant.domainId !== undefined && { domainId: live.tenant.domainId }),
    // What cannot be described is told every time: it is no change.
    drift: [changed, missing, unmanaged].some((objects) => objects.length > 0),
    widens: [...changed.flatMap(({ changes }) => changes), ...missing, ...unmanaged].some(
      (one: Widening) => one.widens !== undefined,
    ),
    changed,
    missing,
    unmanaged,
    notCompared: comparison.notCompared,
  };
}

/** Values of the objects of a picture; what has another name now is known by its id. */
function valuesOf({ resources }: Picture): (object: Named) => Values | undefined {
  const byId = new Map(
    resources.flatMap(({ section, id, inputs }) => (id === undefined ? [] : [[`${section}/${id}`, inputs] as const])),
  );
  const byLabel = new Map(resources.map(({ section, label, inputs }) => [`${section}/${label}`, inputs]));
  return ({ section, label, id }) => byId.get(`${section}/${id}`) ?? byLabel.get(`${section}/${label}`);
}

/** The description with the ids that its objects have. */
export function withIds(described: Picture, ids: ReadonlyMap<string, string> = new Map()): Picture {
  const resources = described.resources.map((one) => {
    const id = ids.get(`${one.kind}/${one.name}`);
    return id === undefined ? one : { ...one, id };
  });
  return { ...described, resources };
}

const reason = (text: string | undefined): Widening => (text === undefined ? {} : { widens: text });

/** As a comparison, for those who show it. */
export const asComparison = ({
  source,
  live,
  drift: differs,
  changed,
  missing,
  unmanaged,
  notCompared,
}: Drift): Comparison => ({
  from: { source },
  to: { source: live },
  equal: !differs,
  changed,
  onlyFrom: missing,
  onlyTo: unmanaged,
  notCompared,
  unusedInMap: [],
});

const remark: Remark = (object, change) => {
  const text = ((change ?? object) as Widening).widens;
  return text === undefined ? undefined : `widens permissions: ${text}`;
};

export const driftWords = ({ source, live }: Drift): Words => ({
  equal: `no drift: ${live} is as ${source} says`,
  onlyFrom: "missing in the tenant",
  onlyTo: "not described",
  remark,
});
