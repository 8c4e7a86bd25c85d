// What is looked for, and which of the findings are it. Tables ask `matches` themselves.

/** @typedef {{ who: string[], what: string[], changes: boolean }} Filter */

/**
 * Words that must all be there, in any order.
 * @param {string} text
 * @returns {string[]}
 */
const wordsOf = (text) =>
  text
    .normalize("NFC")
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");

/** The form in which texts are searched. @param {string[]} parts */
const searchable = (...parts) => parts.join(" ").normalize("NFC").toLowerCase();

/** @param {string} text as from `searchable` @param {string[]} words */
const matches = (text, words) => words.every((word) => text.includes(word));

/** @param {number} shown @param {number} of */
const outOf = (shown, of) => (shown === of ? String(of) : `${shown} of ${of}`);

/** Said where nothing is left. @param {Filter} filter */
function nothingFor({ who, what, changes }) {
  if (who.length + what.length === 0) return changes ? "Nothing changes here." : "There is nothing here.";
  return `${changes ? "No change" : "Nothing"} here matches the filter.`;
}

/** Findings stand in the page as they are; texts are taken from it when somebody first looks for something. */
function findingsFilter() {
  const sections = [...document.querySelectorAll(".findings")].map((section) => ({
    section,
    count: section.querySelector("[data-count]"),
  }));
  /** @type {{ section: Element, about: Element, items: { item: Element, text: string, number: number }[] }[] | undefined} */
  let texts;
  let total = 0;

  /** @param {Filter} filter @returns {{ shown: number, total: number }} */
  return ({ who, what }) => {
    const isOff = who.length + what.length === 0;
    if (isOff && !texts) return { shown: 0, total: 0 };
    texts ??= sections.flatMap(({ section }) =>
      [...section.querySelectorAll(".about")].map((about) => {
        const subject = about.querySelector(".subject")?.textContent ?? "";
        const items = [...(about.querySelector("ul")?.children ?? [])].map((item) => ({
          item,
          text: searchable(subject, item.textContent ?? ""),
          number: Number(item.getAttribute("data-number") ?? 1),
        }));
        total += items.reduce((sum, { number }) => sum + number, 0);
        return { section, about, items };
      }),
    );
    /** @type {Map<Element, { shown: number, of: number }>} */
    const bySection = new Map();
    let all = 0;
    for (const { section, about, items } of texts) {
      const seen = bySection.get(section) ?? { shown: 0, of: 0 };
      let shown = 0;
      let of = 0;
      for (const { item, text, number } of items) {
        const isShown = matches(text, who) && matches(text, what);
        item.toggleAttribute("hidden", !isShown);
        of += number;
        if (isShown) shown += number;
      }
      about.toggleAttribute("hidden", shown === 0);
      bySection.set(section, { shown: seen.shown + shown, of: seen.of + of });
      all += shown;
    }
    for (const { section, count } of sections) {
      const { shown, of } = bySection.get(section) ?? { shown: 0, of: 0 };
      section.toggleAttribute("hidden", shown === 0 && !isOff);
      if (count) count.textContent = outOf(shown, of);
    }
    return { shown: all, total };
  };
}
