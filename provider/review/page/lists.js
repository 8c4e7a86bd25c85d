// The other tables: a block for each object, which is made when it is about to be seen.

/**
 * `rows`: how many it has; `height`: a guess, in pixels. `stops`: whether the keyboard stops in it.
 * @typedef {{ rows: number, height: number, stops?: boolean, make: () => HTMLElement }} Block
 */

/** With so few rows all of them are made at once, and browsers find what is in them. */
const few = 400;

/** @param {HTMLElement} host */
function blocksIn(host) {
  /** @type {Map<Element, Block>} */
  const waiting = new Map();
  const observer = new IntersectionObserver(
    (entries) => entries.filter(({ isIntersecting }) => isIntersecting).forEach(({ target }) => fill(target)),
    { rootMargin: "600px 0px" },
  );
  const nothing = element("p.nothing");
  /** @param {Element} place */
  function fill(place) {
    const block = waiting.get(place);
    if (!block) return;
    waiting.delete(place);
    observer.unobserve(place);
    const made = block.make();
    const isAt = document.activeElement === place;
    place.replaceWith(made);
    if (isAt) made.querySelector("summary")?.focus();
  }
  const all = () => [...waiting.keys()].forEach(fill);
  return {
    all,
    /** @param {Block[]} blocks @param {Filter} filter */
    show(blocks, filter) {
      nothing.textContent = nothingFor(filter);
      observer.disconnect();
      waiting.clear();
      const places = blocks.map((block) => {
        const place = element("div.place", { tabindex: block.stops ? 0 : undefined });
        place.style.height = `${block.height}px`;
        if (block.stops) place.addEventListener("focus", () => fill(place));
        waiting.set(place, block);
        return place;
      });
      host.replaceChildren(...(places.length > 0 ? places : [nothing]));
      if (blocks.reduce((sum, { rows }) => sum + rows, 0) <= few) all();
      else for (const place of places) observer.observe(place);
    },
  };
}

/** @param {string[]} heads @param {HTMLElement[]} rows @param {string} [name] */
function tableOf(heads, rows, name) {
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
  return element("table", { "aria-label": name }, element("thead", {}, head), element("tbody", {}, ...rows));
}

/**
 * @template Item
 * @param {Item[]} items
 * @param {number} size
 * @returns {Item[][]}
 */
const portions = (items, size) =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

const permissions = /** @type {const} */ ([
  ["read", "Read"],
  ["write", "Write"],
  ["delete", "Delete"],
  ["changeAcl", "Change rights"],
]);

/** @param {HTMLElement} host @param {PageData} data */
function accessList(host, { access }) {
  const list = blocksIn(host);
  const texts = access.map(({ kind, label, members }) => ({
    own: searchable(kind, label),
    members: members.map((one) => searchable(one.sort, one.label)),
  }));
  const words = Object.fromEntries(permissions.map(([name, word]) => [name, searchable(name, word)]));
  /** @param {Filter} filter */
  function show(filter) {
    const { who, what, changes } = filter;
    const seen = access.flatMap((object, index) => {
      const text = texts[index] ?? { own: "", members: [] };
      const isOwn = matches(text.own, who);
      const members = object.members.filter(({ before, after }, place) => {
        const given = permissions.filter(([name]) => before.includes(name) || after.includes(name));
        const changed = permissions.filter(([name]) => before.includes(name) !== after.includes(name));
        const isWho = isOwn || matches(text.members[place] ?? "", who);
        return (
          isWho &&
          (!changes || changed.length > 0) &&
          (what.length === 0 || (changes ? changed : given).some(([name]) => matches(words[name] ?? "", what)))
        );
      });
      const isLeft = members.length > 0 || (isOwn && what.length === 0 && !changes);
      return isLeft ? [{ object, members }] : [];
    });
    list.show(
      seen.map(({ object, members }) => ({
        rows: members.length,
        height: 90 + members.length * 31,
        make: () => accessBlock(object, members),
      })),
      filter,
    );
    return outOf(seen.length, access.length);
  }
  return { show, all: list.all };
}

/** @param {PageData["access"][number]} object @param {PageData["access"][number]["members"]} members */
function accessBlock({ kind, label, fate, usedBy }, members) {
  const rows = members.map(({ sort, label: member, before, after }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, element("span.kind", {}, sort), " ", named(member)),
      ...permissions.map(([name]) => {
        const state = stateOf(before.includes(name), after.includes(name));
        return stateCell(state === "gained" && name === "changeAcl" ? "danger" : state);
      }),
    ),
  );
  const used =
    usedBy &&
    element("p.hint", {}, usedBy.length === 0 ? "Used by nothing that is described." : `Used by ${usedBy.join(", ")}.`);
  const title = element("h3", {}, element("span.kind", {}, kind), " ", named(label), " ", fateTag(fate));
  const heads = ["Member", ...permissions.map(([, word]) => word)];
  const table = members.length > 0 ? tableOf(heads, rows, `${kind} ${label}`) : element("p.nothing", {}, "No entries.");
  return element("div.block", {}, title, used, table);
}

/** @param {HTMLElement} host @param {PageData} data */
function storageList(host, { storages }) {
  const list = blocksIn(host);
  const flags = ["read", "write", "delete", "scan"];
  const states = storages.map(({ before, after }) => flags.map((flag) => flagState(before, after, flag)));
  /** @param {Filter} filter */
  function show(filter) {
    const { who, what, changes } = filter;
    const seen = [...storages.keys()].filter((index) => {
      const { kind, label, fate } = /** @type {PageData["storages"][number]} */ (storages[index]);
      const own = states[index] ?? [];
      const isChanged = (/** @type {State | undefined} */ state) =>
        state !== "held" && state !== "none" && state !== "unsaid";
      const isWhat = what.length === 0 || flags.some((flag, place) => matches(flag, what) && own[place] !== "none");
      return matches(searchable(kind, label), who) && isWhat && (!changes || fate !== undefined || own.some(isChanged));
    });
    const row = (/** @type {number} */ index) => {
      const { label, fate } = /** @type {PageData["storages"][number]} */ (storages[index]);
      return element(
        "tr",
        {},
        element("th", { scope: "row" }, named(label), " ", fateTag(fate)),
        ...(states[index] ?? []).map(stateCell),
      );
    };
    const table = (/** @type {number[]} */ some) =>
      tableOf(["Storage", "Read", "Write", "Delete", "Scan"], some.map(row), "Storages");
    const blocks = portions(seen, 50).map((some) => ({
      rows: some.length,
      height: 40 + some.length * 31,
      make: () => element("div.block", {}, table(some)),
    }));
    list.show(blocks, filter);
    return outOf(seen.length, storages.length);
  }
  return { show, all: list.all };
}

/**
 * @param {PageData["storages"][number]["before"]} before
 * @param {PageData["storages"][number]["after"]} after
 * @param {string} flag
 * @returns {State}
 */
function flagState(before, after, flag) {
  const [was, is] = [before?.[flag], after?.[flag]];
  if (was === undefined && is === undefined) return "unsaid";
  const state = stateOf(was === true, is === true);
  return state === "gained" && flag === "delete" ? "danger" : state;
}

/** @param {HTMLElement} host @param {PageData} data */
function settingsList(host, { settings }) {
  const list = blocksIn(host);
  /** @param {Filter} filter */
  function show(filter) {
    const { who, what, changes } = filter;
    const seen = settings.flatMap(({ title, values }) => {
      if (!matches(searchable(title), who)) return [];
      const left = values.filter(
        ({ path, before, after }) =>
          (!changes || before !== after) && matches(searchable(path, before ?? "", after ?? ""), what),
      );
      return left.length > 0 ? [{ title, values: left }] : [];
    });
    list.show(
      seen.map(({ title, values }) => ({
        rows: values.length,
        height: 70 + values.length * 31,
        make: () => settingsBlock(title, values),
      })),
      filter,
    );
    return outOf(seen.length, settings.length);
  }
  return { show, all: list.all };
}

/** @param {string} title @param {PageData["settings"][number]["values"]} values */
function settingsBlock(title, values) {
  const value = (/** @type {string | null} */ text) =>
    text === null
      ? element("span.unsaid", {}, "not said")
      : text === ""
        ? element("span.unsaid", {}, "empty")
        : named(text);
  const rows = values.map(({ path, before, after }) => {
    const isChanged = before !== after;
    const cells = isChanged
      ? [
          element("td.was", {}, value(before)),
          element("td.is", {}, element("span.sign", { "aria-hidden": true }, "→ "), value(after)),
        ]
      : [element("td", { colspan: 2 }, value(after))];
    return element(
      isChanged ? "tr.changed" : "tr",
      {},
      element("th", { scope: "row" }, element("code", {}, path)),
      ...cells,
    );
  });
  return element(
    "div.block.settings",
    {},
    element("h3", {}, title),
    tableOf(["Setting", "Before", "After"], rows, title),
  );
}

/** @param {HTMLElement} host @param {PageData} data */
function peopleList(host, { people, roles }) {
  const list = blocksIn(host);
  const texts = people.map(({ who, gained, lost, through }) => ({
    who: searchable(...who, ...through),
    what: searchable(...[...gained, ...lost].map((role) => `${roles[role]?.name} ${roles[role]?.may}`)),
  }));
  /** @param {Filter} filter */
  function show(filter) {
    const { who, what } = filter;
    const seen = people.filter(
      (_, index) => matches(texts[index]?.who ?? "", who) && matches(texts[index]?.what ?? "", what),
    );
    const row = (/** @type {PageData["people"][number]} */ one) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, whoOf(one.who)),
        element(
          one.gained.length > 0 ? "td" : "td.empty",
          { "data-head": "May now" },
          abilitiesOf(one.gained, roles, "gained"),
        ),
        element(
          one.lost.length > 0 ? "td" : "td.empty",
          { "data-head": "May no longer" },
          abilitiesOf(one.lost, roles, "lost"),
        ),
        element("td", { "data-head": "Through" }, one.through.join(", ")),
      );
    const table = (/** @type {PageData["people"]} */ some) =>
      tableOf(["Who", "May now", "May no longer", "Through"], some.map(row), "People");
    const blocks = portions(seen, 25).map((some) => ({
      rows: some.length,
      stops: true,
      height: 40 + some.length * 60,
      make: () => element("div.block", {}, table(some)),
    }));
    list.show(blocks, filter);
    const number = (/** @type {PageData["people"]} */ some) => some.reduce((sum, { who }) => sum + who.length, 0);
    return outOf(number(seen), number(people));
  }
  return { show, all: list.all };
}

/** @param {string[]} who */
function whoOf(who) {
  const names = element("ul.names", {}, ...who.map((one) => element("li", {}, named(one))));
  return who.length <= 3
    ? names
    : element("details", {}, element("summary", {}, counted(who.length, "person", "people")), names);
}

/** The dangerous first. @param {number[]} places @param {PageData["roles"]} roles @param {"gained" | "lost"} state */
function abilitiesOf(places, roles, state) {
  const all = places.flatMap((place) => roles[place] ?? []);
  const sorted = [...all.filter(({ escalates }) => escalates), ...all.filter(({ escalates }) => !escalates)];
  const item = (/** @type {PageData["roles"][number]} */ { may, name, escalates }) => {
    const kind = state === "gained" && escalates ? "danger" : state;
    return element(
      "li",
      {},
      element(`span.sign.${kind}`, { title: states[kind].word }, states[kind].sign),
      ` ${may} `,
      element("code", {}, name),
    );
  };
  const some = sorted.slice(0, 8);
  const rest = sorted.slice(8);
  const list = (/** @type {PageData["roles"]} */ these) => element("ul.abilities", {}, ...these.map(item));
  const more =
    rest.length > 0 ? element("details", {}, element("summary", {}, `${rest.length} more`), list(rest)) : undefined;
  return element("div", {}, list(some), more);
}
