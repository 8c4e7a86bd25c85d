// Puts the page together: the tables, the filter above them, the colours, and paper.

const data = /** @type {PageData} */ (JSON.parse(document.getElementById("data")?.textContent ?? ""));
const hosts = new Map(
  [...document.querySelectorAll("section.table")].map((section) => [
    section.id,
    /** @type {HTMLElement | null} */ (section.querySelector("[data-host]")),
  ]),
);
const field = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (document.getElementById(id));
const [who, what, changes, shownText] = [
  field("who"),
  field("what"),
  field("only-changes"),
  document.getElementById("shown"),
];

const gridHost = hosts.get("abilities");
const grid = gridHost ? abilityGrid(gridHost, data) : undefined;
const lists = Object.entries({
  people: peopleList,
  access: accessList,
  storages: storageList,
  settings: settingsList,
}).flatMap(([id, list]) => {
  const host = hosts.get(id);
  return host ? [{ id, ...list(host, data) }] : [];
});
const findings = findingsFilter();

function apply() {
  const filter = { who: wordsOf(who.value), what: wordsOf(what.value), changes: changes.checked };
  const found = findings(filter);
  const counts = lists.map(({ id, show }) => [id, show(filter)]);
  if (grid) counts.push(["abilities", grid.show(filter)]);
  for (const [id, text] of counts) {
    const count = document.querySelector(`#${id} [data-count]`);
    if (count) count.textContent = text ?? "";
  }
  const isOn = filter.who.length + filter.what.length > 0;
  if (shownText) shownText.textContent = isOn ? `${found.shown} of ${counted(found.total, "finding")}` : "";
}

const hasChanges =
  data.groups.some(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after)) ||
  data.access.some(
    ({ members, fate }) => fate !== undefined || members.some(({ before, after }) => before.join() !== after.join()),
  ) ||
  data.storages.some(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after)) ||
  data.settings.some(({ values }) => values.some(({ before, after }) => before !== after));
changes.checked = hasChanges;
changes.disabled = !hasChanges;
document.documentElement.classList.add("live");

let timer = 0;
for (const input of [who, what]) {
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(apply, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || input.value === "") return;
    event.preventDefault();
    input.value = "";
    apply();
  });
}
changes.addEventListener("change", apply);
document.getElementById("filter")?.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => {
  const isWriting = event.target instanceof HTMLInputElement && event.target.type === "search";
  if (event.key !== "/" || isWriting || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  who.focus();
});
document.getElementById("theme")?.addEventListener("change", ({ target }) => {
  const { value } = /** @type {HTMLInputElement} */ (target);
  if (value === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", value);
});
window.addEventListener("beforeprint", () => {
  for (const { all } of lists) all();
  document.querySelector(".printed")?.remove();
  if (grid && gridHost) gridHost.append(grid.print());
  // What is folded cannot be unfolded on paper.
  for (const details of document.querySelectorAll("details")) details.open = true;
});
apply();
