// Parts of the matrix of abilities and groups, each made from what it shows.

function choiceOfView() {
  const choices = /** @type {[View, string][]} */ ([
    ["change", "Change"],
    ["before", "Before"],
    ["after", "After"],
  ]).map(([value, text]) =>
    element(
      "label",
      {},
      element("input", { type: "radio", name: "view", value, checked: value === "change" }),
      element("span", {}, text),
    ),
  );
  return element("fieldset.choice", {}, element("legend.unseen", {}, "What the table shows"), ...choices);
}

/** @param {PageData["groups"][number]} group @param {AbilityFacts["facts"][number]} fact @param {number} column */
function groupHead(group, fact, column) {
  const { before, after } = fact.tier;
  const isHigher = before !== undefined && after !== undefined && after.rank > before.rank;
  const tier =
    before && after && before !== after ? `${before.letter}→${after.letter}` : ((after ?? before)?.letter ?? "–");
  const said = [
    `${group.kind} ${group.label}`,
    ...(group.fate === undefined ? [] : [group.fate]),
    group.people === undefined ? "people not known" : counted(group.people, "person", "people"),
    `user type asked for: ${tierWords(fact.tier)}`,
    ...(fact.gained > 0 ? [`${fact.gained} gained`] : []),
    ...(fact.lost > 0 ? [`${fact.lost} lost`] : []),
  ].join(", ");
  return element(
    "div.group",
    { role: "columnheader", "aria-colindex": column, "aria-label": said, title: said },
    element("span.name", {}, named(group.label), fateTag(group.fate)),
    element("span.line", {}, group.people === undefined ? "?" : String(group.people)),
    element(isHigher ? "span.line.higher" : "span.line", {}, tier),
    element("span.line.gained", {}, fact.gained > 0 ? `+${fact.gained}` : ""),
    element("span.line.lost", {}, fact.lost > 0 ? `−${fact.lost}` : ""),
  );
}

/** @param {PageData["roles"][number]} role */
function roleTitle(role) {
  const { word, letter } = tiers[role.tier];
  const sign = role.escalates
    ? element(
        "span.sign",
        { title: `Dangerous: could ${role.dangers.join("; ")}` },
        "▲",
        element("span.unseen", {}, "dangerous"),
      )
    : undefined;
  return element(
    "div.title",
    { role: "rowheader", "aria-colindex": 1, title: `${role.may} (${role.name}), ${word}` },
    element("abbr.tier", { title: word }, letter),
    element("span.may", {}, sign, sign ? " " : undefined, role.may),
    element("code", {}, role.name),
  );
}

/** What a cell means, in words. @param {PageData["groups"][number]} group @param {PageData["roles"][number]} role @param {number} byte */
function meaningOf(group, role, byte) {
  const does = {
    held: "may, before and after,",
    gained: "may now",
    lost: "may no longer",
    danger: "",
    none: "may not",
    unsaid: "",
  }[stateOf((byte & 1) !== 0, (byte & 2) !== 0)];
  const people = group.people === undefined ? "people not known" : counted(group.people, "person", "people");
  const danger = role.dangers.length > 0 ? `In the wrong hands: ${role.dangers.join("; ")}.` : "";
  return [
    element("b", {}, named(group.label)),
    ` (${group.fate === undefined ? "" : `${group.fate}, `}${people}) ${does} ${role.may}. `,
    element("code", {}, role.name),
    `, ${tiers[role.tier].word}. ${danger}`,
  ];
}

/**
 * By how much a key moves, where it does.
 * @param {KeyboardEvent} event @param {number} page rows at once @param {number} rows @param {number} columns
 */
function moveOf({ key, ctrlKey, altKey, metaKey }, page, rows, columns) {
  if (altKey || metaKey || (ctrlKey && !["Home", "End"].includes(key))) return undefined;
  /** @type {Record<string, [row: number, column: number]>} */
  const moves = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    PageUp: [-page, 0],
    PageDown: [page, 0],
    Home: [ctrlKey ? -rows : 0, -columns],
    End: [ctrlKey ? rows : 0, columns],
  };
  return moves[key];
}

/** The groups in words, for paper: there is no room for columns. @param {number[]} shown @param {PageData} data @param {AbilityFacts} known */
function printedGroups(shown, { roles, groups }, { cells, facts, order }) {
  const list = (/** @type {number} */ group, /** @type {number} */ byte) =>
    order
      .flatMap(({ members }) => members)
      .filter((role) => cells[group]?.[role] === byte)
      .map((role) => `${roles[role]?.escalates && byte === 2 ? "▲ " : ""}${roles[role]?.may} (${roles[role]?.name})`)
      .join("; ");
  const changed = shown.filter((group) => (facts[group]?.gained ?? 0) + (facts[group]?.lost ?? 0) > 0);
  const lines = changed.map((index) => {
    const [group, fact] = [groups[index], facts[index]];
    if (!group || !fact) return element("tr");
    const head = element("th", { scope: "row" }, named(group.label), " ", fateTag(group.fate));
    const people = group.people === undefined ? "?" : String(group.people);
    const texts = [people, tierWords(fact.tier), list(index, 2), list(index, 1)];
    return element("tr", {}, head, ...texts.map((text) => element("td", {}, text)));
  });
  const heads = ["Group", "People", "User type asked for", "May now", "May no longer"];
  const rest = shown.length - changed.length;
  return element(
    "div.printed",
    {},
    lines.length > 0 ? tableOf(heads, lines) : undefined,
    rest > 0
      ? element("p", {}, `${counted(rest, "group")} without a change ${rest === 1 ? "is" : "are"} left out.`)
      : undefined,
  );
}

function legend() {
  const entries = /** @type {State[]} */ (["danger", "gained", "lost", "held"]).map((state) => {
    const { sign, word } = states[state];
    return element(
      "span",
      {},
      element(`span.sign.${state}`, { "aria-hidden": true }, sign),
      ` ${word}${state === "danger" ? ", dangerous" : ""}`,
    );
  });
  const letters = /** @type {const} */ (["power", "standard", "browseOnly", "unknown"]).map((tier) =>
    element("span", {}, element("abbr.tier", {}, tiers[tier].letter), ` ${tiers[tier].word}`),
  );
  return element("p.legend", {}, ...entries, ...letters);
}
