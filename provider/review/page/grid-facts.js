// What the matrix of abilities and groups shows: which group has which, and what the filter leaves.

/** @typedef {{ section: string } | { role: number }} GridRow */
/** @typedef {(typeof tiers)["power"]} Tier */
/** @typedef {ReturnType<typeof abilityFacts>} AbilityFacts */

/** @param {PageData} data */
function abilityFacts({ roles, columns, groups }) {
  /** For each group, a byte for each role: 1 before, 2 after. */
  const cells = groups.map(({ before, after }) => {
    const bytes = new Uint8Array(columns);
    for (const place of before ?? []) bytes[place] = 1;
    for (const place of after ?? []) bytes[place] = (bytes[place] ?? 0) | 2;
    return bytes;
  });
  const facts = groups.map((group, index) => {
    const own = /** @type {Uint8Array} */ (cells[index]);
    const tier = (/** @type {number} */ bit) => {
      const held = roles
        .filter((_, place) => place < columns && ((own[place] ?? 0) & bit) !== 0)
        .map((role) => tiers[role.tier]);
      return held.length === 0
        ? undefined
        : held.reduce((highest, tier) => (tier.rank > highest.rank ? tier : highest));
    };
    const number = (/** @type {number} */ state) => own.reduce((sum, byte) => sum + (byte === state ? 1 : 0), 0);
    return {
      text: searchable(group.kind, group.label, group.fate ?? ""),
      tier: { before: tier(1), after: tier(2) },
      gained: number(2),
      lost: number(1),
    };
  });
  const roleTexts = roles.map(({ name, may, tier, dangers }) =>
    searchable(name, may, tiers[tier].word, dangers.length > 0 ? "dangerous" : "", ...dangers),
  );
  return { cells, facts, roleTexts, order: sectionsOf(roles.slice(0, columns)) };
}

/**
 * Columns and rows that the filter leaves.
 * @param {Filter} filter @param {PageData} data @param {AbilityFacts} known
 * @returns {{ shown: number[], rows: GridRow[] }}
 */
function abilitiesLeft({ who, what, changes }, { roles, columns, groups }, { cells, facts, roleTexts, order }) {
  const isChanged = (/** @type {number} */ group, /** @type {number} */ role) =>
    [1, 2].includes(cells[group]?.[role] ?? 0);
  const wanted = roles.slice(0, columns).map((_, role) => matches(roleTexts[role] ?? "", what));
  const some = [...groups.keys()].filter((group) => matches(facts[group]?.text ?? "", who));
  // Somebody who looks for an ability wants those who have it, and for a group, what it has.
  const counts = (/** @type {number} */ group, /** @type {number} */ role) =>
    wanted[role] && (changes ? isChanged(group, role) : (cells[group]?.[role] ?? 0) !== 0);
  const shown =
    changes || what.length > 0 ? some.filter((group) => wanted.some((_, role) => counts(group, role))) : some;
  const isRow = wanted.map(
    (is, role) => is && (!changes && who.length === 0 ? true : shown.some((group) => counts(group, role))),
  );
  const rows = order.flatMap(({ section, members }) => {
    const left = members.filter((role) => isRow[role]);
    return left.length > 0 ? [{ section: `${section} (${left.length})` }, ...left.map((role) => ({ role }))] : [];
  });
  return { shown, rows };
}

/** @param {{ before: Tier | undefined, after: Tier | undefined }} tier */
const tierWords = ({ before, after }) =>
  before && after && before !== after ? `${after.word} instead of ${before.word}` : ((after ?? before)?.word ?? "none");

/** Dangerous abilities first, the rest by user type. @param {PageData["roles"]} roles */
function sectionsOf(roles) {
  const of = (/** @type {(role: PageData["roles"][number]) => boolean} */ is) =>
    [...roles.entries()].filter(([, role]) => is(role)).map(([place]) => place);
  return [
    {
      section: "Dangerous: widening rights, acting as others, changing access, purging, hiding traces",
      members: of(({ escalates }) => escalates),
    },
    .../** @type {const} */ (["power", "standard", "browseOnly", "unknown"]).map((tier) => ({
      section: tier === "unknown" ? "User type not documented" : `Asks for the user type ${tiers[tier].word}`,
      members: of((role) => !role.escalates && role.tier === tier),
    })),
  ];
}
