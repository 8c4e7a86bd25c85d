// What all tables share: elements, and how a state before and after is shown.

/** @typedef {import("./data").PageData} PageData */
/** @typedef {"held" | "gained" | "danger" | "lost" | "none" | "unsaid"} State */

/**
 * An element. Attributes that are undefined or false are left out; children that are text stay text.
 * @param {string} tag with classes, `td.gained`
 * @param {Record<string, string | number | boolean | undefined>} [attributes]
 * @param {...(Node | string | undefined)} children
 * @returns {HTMLElement}
 */
function element(tag, attributes = {}, ...children) {
  const [kind = "div", ...classes] = tag.split(".");
  const made = document.createElement(kind);
  if (classes.length > 0) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** Names of people's own choice, of whatever script. @param {string} text */
const named = (text) => element("bdi", {}, text);

/** @param {number} number @param {string} one @param {string} [many] */
const counted = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

/** @type {Record<State, { sign: string, word: string }>} */
const states = {
  held: { sign: "●", word: "has it" },
  gained: { sign: "+", word: "gained" },
  danger: { sign: "▲", word: "gained" },
  lost: { sign: "−", word: "lost" },
  none: { sign: "", word: "no" },
  unsaid: { sign: "?", word: "not said" },
};

/**
 * @param {boolean} before @param {boolean} after
 * @returns {State}
 */
const stateOf = (before, after) => (before ? (after ? "held" : "lost") : after ? "gained" : "none");

/**
 * A cell of a plain table: a sign, and a word for it.
 * @param {State} state
 */
function stateCell(state) {
  const { sign, word } = states[state];
  const isChange = state !== "held" && state !== "none" && state !== "unsaid";
  return element(
    `td.state.${state}`,
    {},
    element("span.sign", { "aria-hidden": true }, sign),
    isChange ? ` ${word}` : element("span.unseen", {}, word),
    state === "danger" ? element("span.unseen", {}, ", dangerous") : undefined,
  );
}

/** What becomes of it, where that is worth a word. @param {string | undefined} fate */
const fateTag = (fate) => (fate === undefined ? undefined : element("span.fate", {}, fate));

/** @type {Record<import("./data").PageRole["tier"], { word: string, letter: string, rank: number }>} */
const tiers = {
  unknown: { word: "user type not documented", letter: "?", rank: 0 },
  browseOnly: { word: "Browse Only", letter: "B", rank: 1 },
  standard: { word: "Standard", letter: "S", rank: 2 },
  power: { word: "Power", letter: "P", rank: 3 },
};
