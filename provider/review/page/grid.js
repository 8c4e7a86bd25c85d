// The matrix of abilities and groups. Of up to 500 columns and 220 rows only what is in sight is in the page.

/** @typedef {"change" | "before" | "after"} View */

const rowHeight = 28;
const headLines = ["People", "User type asked for", "Gained", "Lost"];
const lineHeight = 19;

/**
 * @param {HTMLElement} host
 * @param {PageData} data
 */
function abilityGrid(host, data) {
  const { roles, columns, groups } = data;
  const known = abilityFacts(data);
  const { cells, facts } = known;

  /** @type {GridRow[]} */ let rows = [];
  /** @type {number[]} */ let shown = [];
  /** @type {View} */ let view = "change";
  let [headWidth, headHeight, width, isWide] = [0, 0, 36, false];
  /** @type {{ row: number, column: number } | undefined} */ let active;
  let drawn = "";

  const head = element("div.head", { role: "rowgroup" });
  const body = element("div.body", { role: "rowgroup" });
  const band = element("div.band", { "aria-hidden": true, hidden: true });
  const grid = element(
    "div.grid",
    { role: "grid", tabindex: 0, "aria-label": "Abilities of groups", "aria-describedby": "cell" },
    head,
    body,
    band,
  );
  const readout = element(
    "p.readout",
    { id: "cell" },
    "Point at a cell, or go to it with the arrow keys: what it means stands here.",
  );
  const empty = element("p.nothing", { hidden: true });
  const choice = choiceOfView();
  choice.addEventListener("change", ({ target }) => {
    view = /** @type {View} */ (/** @type {HTMLInputElement} */ (target).value);
    draw(true);
  });
  host.append(element("div.above", {}, choice, readout), grid, empty, legend());

  /** @param {number} group @param {number} role @returns {State} */
  function stateAt(group, role) {
    const byte = cells[group]?.[role] ?? 0;
    if (view !== "change") return (byte & (view === "before" ? 1 : 2)) !== 0 ? "held" : "none";
    const state = stateOf((byte & 1) !== 0, (byte & 2) !== 0);
    return state === "gained" && roles[role]?.escalates ? "danger" : state;
  }

  /** @param {Filter} filter @returns {string} how many there are to see */
  function show({ who, what, changes }) {
    ({ shown, rows } = abilitiesLeft({ who, what, changes }, data, known));
    active = undefined;
    empty.textContent = nothingFor({ who, what, changes });
    measure();
    grid.scrollTo(0, 0);
    const abilities = rows.filter((row) => "role" in row).length;
    return `${outOf(shown.length, groups.length)} ${groups.length === 1 ? "group" : "groups"}, ${outOf(abilities, columns)} ${columns === 1 ? "ability" : "abilities"}`;
  }

  function measure() {
    const nothing = rows.length === 0 || shown.length === 0;
    grid.hidden = nothing;
    empty.hidden = !nothing;
    const space = host.clientWidth - 2;
    const least = Math.round(Math.max(170, Math.min(500, space * 0.44)));
    width = Math.max(36, Math.min(150, Math.floor((space - least - 16) / Math.max(1, shown.length))));
    // What the columns do not take is room for words.
    headWidth = Math.max(least, Math.min(760, space - 16 - shown.length * width));
    isWide = width >= 92;
    const longest = shown.reduce(
      (most, group) => Math.max(most, `${groups[group]?.label} ${groups[group]?.fate ?? ""}`.length),
      0,
    );
    headHeight = (isWide ? 54 : Math.max(70, Math.min(160, longest * 7.5 + 12))) + headLines.length * lineHeight + 6;
    band.hidden = true;
    grid.classList.toggle("wide", isWide);
    grid.setAttribute("aria-rowcount", String(rows.length + 1));
    grid.setAttribute("aria-colcount", String(shown.length + 1));
    for (const [name, value] of Object.entries({
      "--head-width": headWidth,
      "--head-height": headHeight,
      "--width": width,
    }))
      grid.style.setProperty(name, `${value}px`);
    const full = headWidth + shown.length * width;
    head.style.width = body.style.width = `${full}px`;
    head.style.height = `${headHeight}px`;
    body.style.height = `${rows.length * rowHeight}px`;
    grid.style.maxWidth = `${full + 18}px`;
    grid.style.height = `${Math.min(headHeight + rows.length * rowHeight + 20, Math.max(380, window.innerHeight * 0.78))}px`;
    draw(true);
  }

  /** @param {boolean} [again] although the same cells are in sight */
  function draw(again = false) {
    if (grid.hidden) return;
    const first = {
      row: Math.max(0, Math.floor(grid.scrollTop / rowHeight) - 3),
      column: Math.max(0, Math.floor(grid.scrollLeft / width) - 3),
    };
    const last = {
      row: Math.min(rows.length, Math.ceil((grid.scrollTop + grid.clientHeight - headHeight) / rowHeight) + 3),
      column: Math.min(shown.length, Math.ceil((grid.scrollLeft + grid.clientWidth - headWidth) / width) + 3),
    };
    const sight = JSON.stringify([first, last]);
    if (sight === drawn && !again) return;
    drawn = sight;
    const visible = shown.slice(first.column, last.column);
    head.replaceChildren(headRow(visible, first.column));
    body.replaceChildren(
      ...rows.slice(first.row, last.row).map((row, index) => bodyRow(row, first.row + index, visible, first.column)),
    );
    if (active && document.getElementById("active-cell")) grid.setAttribute("aria-activedescendant", "active-cell");
    else grid.removeAttribute("aria-activedescendant");
  }

  /** @param {number[]} visible @param {number} from */
  function headRow(visible, from) {
    const corner = element(
      "div.corner",
      { role: "columnheader", "aria-colindex": 1 },
      element("span.unseen", {}, "Ability"),
      ...headLines.map((line) => element("span.line", { "aria-hidden": true }, line)),
    );
    const row = element("div.row", { role: "row", "aria-rowindex": 1 }, corner);
    visible.forEach((index, offset) => {
      const [group, fact] = [groups[index], facts[index]];
      if (!group || !fact) return;
      const cell = groupHead(group, fact, from + offset + 2);
      cell.style.left = `${headWidth + (from + offset) * width}px`;
      row.append(cell);
    });
    return row;
  }

  /** @param {GridRow} row @param {number} index @param {number[]} visible @param {number} from */
  function bodyRow(row, index, visible, from) {
    const isSection = "section" in row;
    const made = element(isSection ? "div.row.section" : "div.row", { role: "row", "aria-rowindex": index + 2 });
    made.style.top = `${index * rowHeight}px`;
    if (isSection) {
      made.append(element("div.title", { role: "rowheader" }, element("span", {}, row.section)));
      return made;
    }
    const role = roles[row.role];
    if (!role) return made;
    made.append(roleTitle(role));
    visible.forEach((group, offset) => {
      const state = stateAt(group, row.role);
      const { sign: mark, word: meaning } = states[state];
      const column = from + offset;
      const isActive = active?.row === index && active.column === column;
      const text = isWide && state !== "none" && state !== "held" ? `${mark} ${meaning}` : mark;
      const cell = element(
        `div.cell.${state}${isActive ? ".active" : ""}`,
        {
          role: "gridcell",
          "aria-colindex": column + 2,
          "aria-label": `${groups[group]?.label ?? ""}: ${meaning}${state === "danger" ? ", dangerous" : ""}`,
          "data-row": index,
          "data-column": column,
          id: isActive ? "active-cell" : undefined,
        },
        text,
      );
      cell.style.left = `${headWidth + column * width}px`;
      made.append(cell);
    });
    return made;
  }

  /** @param {number} row @param {number} column */
  function activate(row, column) {
    active = { row, column };
    const top = row * rowHeight;
    const room = grid.clientHeight - headHeight;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + rowHeight > grid.scrollTop + room) grid.scrollTop = top + rowHeight - room;
    const left = column * width;
    const across = grid.clientWidth - headWidth;
    if (left < grid.scrollLeft) grid.scrollLeft = left;
    else if (left + width > grid.scrollLeft + across) grid.scrollLeft = left + width - across;
    draw(true);
    tell(row, column);
  }

  /** What a cell means, in words. @param {number} row @param {number} column */
  function tell(row, column) {
    const [line, group] = [rows[row], groups[shown[column] ?? -1]];
    const role = line && "role" in line ? roles[line.role] : undefined;
    if (!line || !("role" in line) || !role || !group) return;
    // A column is easily lost below its name.
    band.hidden = false;
    band.style.left = `${headWidth + column * width}px`;
    band.style.height = `${headHeight + rows.length * rowHeight}px`;
    readout.replaceChildren(...meaningOf(group, role, cells[shown[column] ?? -1]?.[line.role] ?? 0));
  }

  grid.addEventListener("scroll", () => requestAnimationFrame(() => draw()), { passive: true });
  grid.addEventListener("focus", () => {
    const first = rows.findIndex((row) => "role" in row);
    if (!active && first >= 0 && grid.matches(":focus-visible")) activate(first, 0);
  });
  const placeOf = (/** @type {Event} */ { target }) => {
    const cell = target instanceof Element ? target.closest(".cell") : null;
    return cell instanceof HTMLElement
      ? { row: Number(cell.dataset.row), column: Number(cell.dataset.column) }
      : undefined;
  };
  grid.addEventListener("click", (event) => {
    const place = placeOf(event);
    if (place) activate(place.row, place.column);
  });
  grid.addEventListener("pointerover", (event) => {
    const place = placeOf(event);
    if (place) tell(place.row, place.column);
  });
  grid.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.floor((grid.clientHeight - headHeight) / rowHeight) - 1);
    const { row, column } = active ?? { row: -1, column: 0 };
    const move = moveOf(event, page, rows.length, shown.length);
    if (!move) return;
    event.preventDefault();
    const to = {
      row: Math.max(0, Math.min(rows.length - 1, row + move[0])),
      column: Math.max(0, Math.min(shown.length - 1, column + move[1])),
    };
    // Headings of sections are no cells: one further, or back where there is none.
    const step = move[0] < 0 && to.row > 0 ? -1 : 1;
    while (rows[to.row] && "section" in /** @type {GridRow} */ (rows[to.row])) to.row += step;
    activate(to.row, to.column);
  });
  new ResizeObserver(() => measure()).observe(host);

  return { show, print: () => printedGroups(shown, data, known) };
}
