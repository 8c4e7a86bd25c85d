// The page of a review in a real browser: what it shows, and how one gets about in it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type BrowserContextOptions, type Page } from "playwright-core";
import { parse } from "yaml";
import { afterAll, describe, expect, onTestFinished, test, type TestContext } from "vitest";
import { plain } from "../provider/engine/errors";
import { keepSecret } from "../provider/engine/redact";
import { roles } from "../provider/roles";
import { html, review, type Review } from "../provider/review";
import { chromiumArguments, chromiumProgram, noChromium } from "./chromium.mts";
import { opened } from "./opened.ts";
import { bare, groups, now, resource } from "./review/pictures";
import { hostile, large, names, newsroom, refusal } from "./review/pages";

const folder = mkdtempSync(join(tmpdir(), "pulumi-iconik-page-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const browser = opened(
  async () => chromium.launch({ executablePath: await chromiumProgram(), args: chromiumArguments }),
  (one) => one.close(),
  { [noChromium]: noChromium },
);

/** The page, opened; what it asks for besides itself and what it complains about must stay empty. */
async function open(
  context: TestContext,
  found: Review,
  options: BrowserContextOptions = {},
  also: readonly Review[] = [],
): Promise<Page> {
  const chrome = browser.given(context);
  const file = join(folder, `${Math.random()}.html`);
  writeFileSync(file, html(found, also));
  const address = pathToFileURL(file).href;
  const page = await chrome.newPage({ viewport: { width: 1360, height: 900 }, ...options });
  const trouble: string[] = [];
  page.on("request", (request) => {
    if (request.url() !== address && request.url() !== "data:,") trouble.push(`asks for ${request.url()}`);
  });
  page.on("console", (message) => trouble.push(`says ${message.text()}`));
  page.on("pageerror", ({ message }) => trouble.push(`fails with ${message}`));
  await page.goto(address);
  onTestFinished(async () => {
    await page.close();
    expect(trouble).toEqual([]);
  });
  return page;
}

const texts = (page: Page, selector: string) => page.locator(selector).allInnerTexts();
const count = (page: Page, section: string) => page.locator(`#${section} [data-count]`).first().innerText();
const shows = async (page: Page, section: string, text: string) => expect.poll(() => count(page, section)).toBe(text);

/** Every cell of the matrix as the page says it, by group and ability. It is looked at piece by piece, as people do. */
async function matrixOf(page: Page): Promise<Map<string, string>> {
  return new Map(
    await page.evaluate(async () => {
      const grid = document.querySelector<HTMLElement>(".grid")!;
      const seen: [string, string][] = [];
      const next = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      for (let top = 0; ; top += 250) {
        for (let left = 0; ; left += 400) {
          grid.scrollTo(left, top);
          await next();
          for (const cell of grid.querySelectorAll<HTMLElement>(".cell")) {
            const role = cell.parentElement!.querySelector("code")!.textContent;
            const [, label, meaning] = /^(.*): (.*?)$/s.exec(cell.getAttribute("aria-label")!)!;
            seen.push([`${label} ${role}`, `${meaning}${cell.textContent ? "" : " without a sign"}`]);
          }
          if (grid.scrollLeft + grid.clientWidth >= grid.scrollWidth) break;
        }
        if (grid.scrollTop + grid.clientHeight >= grid.scrollHeight) break;
      }
      return seen;
    }),
  );
}

describe("what stands in it", () => {
  test("every statement of the review, the dangerous first", async (context) => {
    const found = newsroom([refusal]);
    const page = await open(context, found);
    const all = await page.locator("main").evaluate((main) => main.textContent);
    for (const { says, may, allowed, reason, people } of [...found.statements, ...found.reverts!.statements].map(
      (one) => ({ ...one, reason: one.allowed?.reason }),
    )) {
      expect(all).toContain(may ?? says);
      if (allowed) expect(all).toContain(`Acknowledged: ${reason}, until ${allowed.until}`);
      if (people && people.count > 0)
        expect(all).toContain(
          people.count === people.of ? `${people.count} p` : `${people.count} of ${people.of} people`,
        );
    }
    const headings = [
      "Refused",
      "Escalations",
      "Worth a second look",
      "Changes",
      "Also",
      "Changed by hand, and put back by this",
    ];
    expect(
      (await texts(page, "main > .findings h2, main > section h2")).map((text) => text.replace(/ \d+$/, "")),
    ).toEqual(headings);
    expect(await texts(page, ".verdict")).toEqual(["Refused: this change cannot be applied as it is."]);
    for (const [id, level] of [
      ["refused", "guard"],
      ["escalations", "escalation"],
      ["warnings", "warning"],
      ["changes", "change"],
      ["notes", "note"],
    ] as const) {
      expect(await count(page, id), id).toBe(String(found.statements.filter((one) => one.level === level).length));
    }
  });

  test("what would let a refusal pass, as it is to be pasted", async (context) => {
    const page = await open(
      context,
      newsroom([
        { ...refusal, allow: ["lockOut: 203.0.113.7", `delete: ${JSON.stringify(`userGroups/${names[0]}`)}`] },
      ]),
    );
    const [file, run, ...more] = await page
      .locator("#refused .way pre")
      .evaluateAll((all) => all.map(({ textContent }) => textContent));
    expect(more).toEqual([]);
    expect(parse(file!)).toEqual({
      allow: [{ lockOut: "203.0.113.7" }, { delete: `userGroups/${names[0]}` }].map((one) => ({
        ...one,
        reason: "<why>",
        until: "<YYYY-MM-DD>",
      })),
    });
    expect(run).toMatch(/^ICONIK_ALLOW='\[\{ lockOut: 203\.0\.113\.7 \}, /);
    expect(await page.title()).not.toBe("broken");
  });

  test("the figures that the review has", async (context) => {
    const found = newsroom();
    const page = await open(context, found);
    const tally = (await texts(page, ".tally > li")).map((text) => text.replace(/\s+/g, " "));
    const { totals, reverts, people } = found;
    const number = (which: "gained" | "lost") =>
      people.filter((one) => one[which].length > 0).flatMap(({ who }) => who).length;
    expect(tally).toEqual([
      `${totals.escalations} escalations and 1 acknowledged`,
      `${totals.warnings} warnings and 1 acknowledged`,
      `${number("gained")} people may do more`,
      `${number("lost")} people may do less`,
      `${totals.created + totals.changed + totals.deleted} objects ${totals.created} new, ${totals.changed} changed, ${totals.deleted} deleted`,
      `${reverts!.totals.changed} changed by hand, put back`,
    ]);
  });

  test("people who are not known are said to be unknown, never nobody", async (context) => {
    const [from, to] = [[], ["can_purge_assets"]].map((given) => ({
      ...groups("userGroups", { Editors: given }),
      people: { unknown: "missing can_read_users" },
    }));
    const page = await open(context, review(from!, to!, { now, name: "prod" }));
    expect(await page.locator(".basis").innerText()).toContain("People: unknown, missing can_read_users.");
    expect((await texts(page, ".tally > li"))[2]!.replace(/\s+/g, " ")).toBe("? people not known");
    expect(await page.locator("body").innerText()).not.toMatch(/\b0 people\b/);
  });

  test("the digest, and other environments: what is other there, and that nothing is", async (context) => {
    const found = { ...newsroom(), digest: `1.0.0:${"0f".repeat(32)}:AbC+:${"aB3/".repeat(600)}:` };
    const other = review(
      groups("userGroups", { Editors: [] }),
      groups("userGroups", { Editors: ["can_purge_assets"] }),
      { now, name: "test" },
    );
    const page = await open(context, found, { viewport: { width: 900, height: 900 } }, [
      { ...found, name: "staging" },
      other,
    ]);
    await page.locator("header .digest summary").click();
    expect(await page.locator("header .digest code").innerText()).toBe(found.digest);
    expect(await texts(page, ".environment h2")).toEqual(["staging", "test"]);
    expect(await page.locator("#environment-1").innerText()).toContain("The same as in prod.");
    expect(await page.locator("#environment-1 .findings").count()).toBe(0);
    expect(await page.locator("#environment-2-escalations").innerText()).toContain(
      "remove assets from the recycle bin for good",
    );
    await page.locator("#environment-2 .tally a").first().click();
    expect(await page.evaluate(() => location.hash)).toBe("#environment-2-escalations");
    await page.getByRole("navigation").getByText("staging").click();
    expect(await page.evaluate(() => location.hash)).toBe("#environment-1");
    const ids = await page.evaluate(() => [...document.querySelectorAll("[id]")].map(({ id }) => id));
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    // However long the digest is, nothing is cut off at the side.
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  });

  test.for([400, 1280])(
    "at %i pixels every word of the tables of access and storages, and nothing at the side",
    async (width, context) => {
      const page = await open(context, newsroom(), { viewport: { width, height: 900 } });
      await page.getByLabel("Only changes").uncheck();
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      const narrow = await page
        .locator("#access tbody th, #storages tbody th")
        .evaluateAll((cells) => cells.filter((cell) => cell.clientWidth < 100).length);
      const cut = await page
        .locator("#access :is(th, td), #storages :is(th, td)")
        .evaluateAll((cells) =>
          cells.filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map(({ textContent }) => textContent),
        );
      expect([narrow, cut]).toEqual([0, []]);
    },
  );

  test("names of abilities whole where there is room", async (context) => {
    const page = await open(context, newsroom(), { viewport: { width: 1280, height: 900 } });
    const cut = await page
      .locator(".grid .may")
      .evaluateAll((all) =>
        all.filter((one) => one.scrollWidth > one.clientWidth).map(({ textContent }) => textContent),
      );
    expect(cut).toEqual([]);
  });

  test("nothing, when nothing changes", async (context) => {
    const same = groups("userGroups", { Editors: ["can_search"] });
    const page = await open(context, review(same, same, { now, name: "prod" }));
    expect(await texts(page, ".verdict")).toEqual(["Nothing changes."]);
    expect(await texts(page, "main > .findings")).toEqual([]);
    // All there is can be looked at all the same.
    await shows(page, "abilities", "1 group, 1 ability");
  });

  test("the findings without any script, and why the tables are not there", async (context) => {
    const page = await open(context, newsroom(), { javaScriptEnabled: false });
    expect(await page.locator("#escalations").innerText()).toContain("remove assets from the recycle bin for good");
    expect(await page.locator("noscript").innerText()).toContain("need scripts");
    expect(await page.locator("#filter").isVisible()).toBe(false);
  });
});

describe("the matrix", () => {
  test("says of every group and ability what the review says", async (context) => {
    const found = newsroom();
    const page = await open(context, found);
    await page.getByLabel("Only changes").uncheck();
    const { matrix } = found;
    const expected = new Map(
      matrix.groups.flatMap(({ subject, before, after }) =>
        matrix.roles.map(({ name, dangers }, place) => {
          const [was, is] = [before?.includes(place) ?? false, after?.includes(place) ?? false];
          const isDangerous = dangers.some((one) => !["sendOut", "billing"].includes(one));
          const word = was
            ? is
              ? "has it"
              : "lost"
            : is
              ? isDangerous
                ? "gained, dangerous"
                : "gained"
              : "no without a sign";
          return [`${subject.label} ${name}`, word] as const;
        }),
      ),
    );
    expect(await matrixOf(page)).toEqual(expected);
    await shows(page, "abilities", `${matrix.groups.length} groups, ${matrix.roles.length} abilities`);
    // With only the changes, every change is still there.
    await page.getByLabel("Only changes").check();
    const changes = (cells: Map<string, string>) => [...cells].filter(([, word]) => /gained|lost/.test(word)).sort();
    expect(changes(await matrixOf(page))).toEqual(changes(expected));
  });

  test("shows each side alone", async (context) => {
    const found = newsroom();
    const page = await open(context, found);
    await page.getByLabel("Only changes").uncheck();
    for (const [view, side] of [
      ["Before", "before"],
      ["After", "after"],
    ] as const) {
      await page.locator("#abilities").getByText(view, { exact: true }).click();
      const held = [...(await matrixOf(page))].filter(([, word]) => word === "has it").map(([cell]) => cell);
      const expected = found.matrix.groups.flatMap((group) =>
        (group[side] ?? []).map((place) => `${group.subject.label} ${found.matrix.roles[place]!.name}`),
      );
      expect(held.sort()).toEqual(expected.sort());
    }
  });

  test("has people, user types and sums above its columns", async (context) => {
    const page = await open(context, newsroom());
    const heads = await page
      .locator(".grid .group")
      .evaluateAll((some) => some.map((one) => one.getAttribute("aria-label")));
    expect(heads).toEqual([
      "user group Freelance, 41 people, user type asked for: Power instead of Browse Only, 4 gained",
      "user group Desk, new, 0 people, user type asked for: Standard, 18 gained",
      "user group Archivists, 4 people, user type asked for: Standard, 1 lost",
      "user group Interns, deleted, 2 people, user type asked for: Browse Only, 7 lost",
    ]);
  });
});

test("access lists, storages and settings are those of the review, before and after", async (context) => {
  const found = newsroom();
  const page = await open(context, found);
  await page.getByLabel("Only changes").uncheck();
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  const rows = (section: string) =>
    page
      .locator(`#${section} tbody tr`)
      .evaluateAll((some) => some.map((row) => [...row.children].map((cell) => cell.textContent!.trim())));
  const word = (was: boolean, is: boolean, grave: boolean) =>
    was ? (is ? "●has it" : "− lost") : is ? (grave ? "▲ gained, dangerous" : "+ gained") : "no";
  const sorts: Record<string, string> = { groups: "group", users: "user", teams: "team" };
  expect(await rows("access")).toEqual(
    found.matrix.access.flatMap(({ members }) =>
      members.map(({ sort, label, before, after }) => [
        `${sorts[sort]} ${label}`,
        ...(["read", "write", "delete", "changeAcl"] as const).map((one) =>
          word(before.includes(one), after.includes(one), one === "changeAcl"),
        ),
      ]),
    ),
  );
  expect(await rows("storages")).toEqual(
    found.matrix.storages
      .map(({ subject, fate, before, after }) => [
        `${subject.label}${fate === "deleted" ? " deleted" : ""}`,
        ...(["read", "write", "delete", "scan"] as const).map((one) =>
          before?.[one] === undefined && after?.[one] === undefined
            ? "?not said"
            : word(before?.[one] ?? false, after?.[one] ?? false, one === "delete"),
        ),
      ])
      .map((row) => row.map((cell) => cell.trim())),
  );
  const value = (text: string | null) => text ?? "not said";
  expect(await rows("settings")).toEqual(
    found.matrix.settings.map(({ path, before, after }) =>
      before === after ? [path, value(after)] : [path, value(before), `→ ${value(after)}`],
    ),
  );
});

describe("looking for something", () => {
  test("by ability: who has it, and what is said of it", async (context) => {
    const page = await open(context, newsroom());
    await page.getByLabel("What", { exact: true }).fill("PURGE assets");
    await shows(page, "abilities", "2 of 7 groups, 1 of 38 abilities");
    await shows(page, "escalations", "1 of 7");
    expect(await page.locator("#escalations .about:visible .subject").innerText()).toContain("Freelance");
    expect(await page.locator("#warnings").isVisible()).toBe(true);
    expect(await page.locator("#shown").innerText()).toMatch(/^\d+ of \d+ findings$/);
    // With what does not change, everybody who has it.
    await page.getByLabel("Only changes").uncheck();
    await shows(page, "abilities", "2 of 7 groups, 1 of 38 abilities");
    await page.getByLabel("What", { exact: true }).fill("can_search");
    await shows(page, "abilities", "7 groups, 1 of 38 abilities");
  });

  test("by group, and by person", async (context) => {
    const found = newsroom();
    const page = await open(context, found);
    const who = page.getByLabel("Who or where");
    await who.fill("interns");
    await shows(page, "abilities", "1 of 7 groups, 7 of 38 abilities");
    await shows(page, "people", "2 of 47");
    await who.fill("freelance-17@");
    await shows(page, "people", "38 of 47");
    await who.fill("nobody is called that");
    await expect.poll(() => page.locator("#abilities .nothing").innerText()).toBe("No change here matches the filter.");
    expect(await page.locator("main > .findings:visible").count()).toBe(0);
    await who.press("Escape");
    expect(await who.inputValue()).toBe("");
    await shows(page, "people", "47");
    await shows(page, "escalations", "7");
  });
});

describe("the keyboard", () => {
  test("gets to everything, and one sees where it is", async (context) => {
    const page = await open(context, newsroom());
    await page.keyboard.press("Tab");
    const focus = () =>
      page.evaluate(() => {
        const at = document.activeElement!;
        const { outlineStyle, outlineWidth } = getComputedStyle(
          at instanceof HTMLInputElement && at.type === "radio" ? at.nextElementSibling! : at,
        );
        return {
          what: at.textContent!.trim() || at.id || at.getAttribute("value"),
          class: at.className,
          top: at.getBoundingClientRect().top,
          outline: `${outlineStyle} ${outlineWidth}`,
        };
      });
    expect(await focus()).toMatchObject({ what: "Skip to what the change does", outline: "solid 3px" });
    expect((await focus()).top).toBeGreaterThanOrEqual(0);
    const seen: string[] = [];
    for (let step = 0; step < 80 && !(await focus()).class.includes("grid"); step += 1) {
      const { what, outline } = await focus();
      expect(outline, what!).toBe("solid 3px");
      seen.push(what!);
      await page.keyboard.press("Tab");
    }
    expect(seen).toEqual(
      expect.arrayContaining([
        "system",
        "who",
        "what",
        "only-changes",
        "Abilities",
        "may now do 17 things",
        "38 people",
        "change",
      ]),
    );
    expect((await focus()).class).toContain("grid");
    await page.keyboard.press("/");
    expect((await focus()).what).toBe("who");
  });

  test("skips to the findings and to the tables", async (context) => {
    const page = await open(context, newsroom());
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement!.id)).toBe("tables");
  });

  test("goes from cell to cell, and what each means is said", async (context) => {
    const page = await open(context, newsroom());
    await page.locator(".grid").focus();
    const active = () => page.locator("#active-cell").getAttribute("aria-label");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Control+Home");
    expect(await active()).toBe("Freelance: gained, dangerous");
    expect(await page.locator("#cell").innerText()).toBe(
      "Freelance (41 people) may now remove assets from the recycle bin for good. can_purge_assets, Standard. In the wrong hands: destroy content beyond recovery.",
    );
    expect(await page.locator(".grid").getAttribute("aria-activedescendant")).toBe("active-cell");
    await page.keyboard.press("End");
    expect(await active()).toBe("Interns: no");
    await page.keyboard.press("ArrowLeft");
    expect(await active()).toBe("Archivists: lost");
    // The heading of the next section is no cell.
    for (let step = 0; step < 3; step += 1) await page.keyboard.press("ArrowDown");
    expect(await page.locator("#active-cell").evaluate((cell) => cell.parentElement!.textContent)).toContain(
      "can_create_assets",
    );
    for (let step = 0; step < 3; step += 1) await page.keyboard.press("ArrowUp");
    expect(await active()).toBe("Archivists: lost");
    await page.keyboard.press("Control+End");
    expect(await active()).toBe("Interns: no");
    expect(await page.locator("#active-cell").evaluate((cell) => cell.parentElement!.textContent)).toContain(
      "can_write_segments",
    );
  });
});

describe("light and dark", () => {
  const ground = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

  test("follow the system, and a switch", async (context) => {
    const light = await ground(await open(context, newsroom(), { colorScheme: "light" }));
    const page = await open(context, newsroom(), { colorScheme: "dark" });
    const dark = await ground(page);
    expect(dark).not.toBe(light);
    await page.locator("#theme").getByText("Light").click();
    expect(await ground(page)).toBe(light);
    await page.keyboard.press("ArrowRight");
    expect(await ground(page)).toBe(dark);
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("light");
  });

  test.for(["light", "dark"] as const)("every text can be read: %s", async (colorScheme, context) => {
    const page = await open(context, newsroom([refusal]), { colorScheme });
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    const weak = await page.evaluate(() => {
      const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
      const pixels = (colors: string[]): number[] => {
        canvas.clearRect(0, 0, 1, 1);
        for (const color of colors) {
          canvas.fillStyle = color;
          canvas.fillRect(0, 0, 1, 1);
        }
        return [...canvas.getImageData(0, 0, 1, 1).data];
      };
      const light = (colors: string[]) => {
        const [red, green, blue] = pixels(colors).map((value) =>
          value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
        ) as [number, number, number];
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const found = new Set<string>();
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        const holder = text.parentElement!;
        if (!text.textContent!.trim() || !holder.checkVisibility()) continue;
        const grounds: string[] = [];
        for (let at: Element | null = holder; at; at = at.parentElement)
          grounds.unshift(getComputedStyle(at).backgroundColor);
        const [front, back] = [light([...grounds, getComputedStyle(holder).color]), light(grounds)];
        const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
        if (contrast < 4.5) found.add(`${holder.tagName}.${holder.className}: ${contrast.toFixed(2)}`);
      }
      return [...found];
    });
    expect(weak).toEqual([]);
  });
});

test("on paper there is everything that was looked at, unfolded, and no control", async (context) => {
  const found = newsroom();
  const page = await open(context, found);
  await page.pdf();
  await page.emulateMedia({ media: "print" });
  expect(
    await page
      .locator(".toolbar, .grid, .choice")
      .evaluateAll((some) => some.filter((one) => one.checkVisibility()).length),
  ).toBe(0);
  const printed = await page
    .locator(".printed tbody tr")
    .evaluateAll((rows) => rows.map((row) => row.firstElementChild!.textContent));
  expect(printed).toEqual(["Freelance ", "Desk new", "Archivists ", "Interns deleted"]);
  expect(await page.locator(".place:not(span)").count()).toBe(0);
  expect(await page.locator("details:not([open])").count()).toBe(0);
  for (const { who } of found.people)
    for (const one of who) expect(await page.locator("#people").innerText()).toContain(one);
});

test("whatever anybody called anything is text", async (context) => {
  const page = await open(context, hostile());
  expect(await page.title()).toMatch(/^prod: /);
  await page.getByLabel("Only changes").uncheck();
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  expect(
    await page.locator("img, svg, iframe, object, body style, body script:not(:nth-last-of-type(-n+2))").count(),
  ).toBe(0);
  expect(await page.locator("script").count()).toBe(2);
  const labels = await page.locator("#escalations .subject bdi").allTextContents();
  for (const name of names) expect(labels).toContain(plain(name));
  // What reads from right to left turns nothing around it.
  expect(await page.locator(".grid .group .name > bdi, #access th bdi, #people th bdi").count()).toBeGreaterThan(
    names.length,
  );
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  const all = await page.locator("body").innerText();
  expect(all).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u001b\u0007]/);
  // Looked for, they are found as they are.
  await page.getByLabel("Who or where").fill(`<img src=x onerror="document`);
  await expect.poll(() => count(page, "abilities")).toBe("1 of 11 groups, 3 abilities");
});

describe("500 groups and every role there is", () => {
  test("have no more in the page than is looked at, and all of it can be got to", async (context) => {
    const found = large(500);
    const page = await open(context, found);
    const nodes = () => page.evaluate(() => document.querySelectorAll("*").length);
    expect(found.matrix.groups.length * found.matrix.roles.length).toBeGreaterThan(100_000);
    expect(await nodes()).toBeLessThan(12_000);
    await page.getByLabel("Only changes").uncheck();
    await shows(page, "abilities", `500 groups, ${found.matrix.roles.length} abilities`);
    expect(await nodes()).toBeLessThan(12_000);
    // The lists below, too, are made as one comes to them.
    expect(await page.locator("#access .place").count()).toBeGreaterThan(400);
    await page.locator("#access .host > :last-child").scrollIntoViewIfNeeded();
    await expect.poll(() => page.locator("#access .host > :last-child").innerText()).toContain("Storage 249");
    await page.locator(".grid").focus();
    await page.keyboard.press("Control+End");
    const last = found.matrix.groups.at(-1)!;
    expect(await page.locator("#active-cell").getAttribute("aria-label")).toContain(`${last.subject.label}: `);
    const { row, column } = await page
      .locator("#active-cell")
      .evaluate((cell: HTMLElement) => ({ row: Number(cell.dataset.row), column: Number(cell.dataset.column) }));
    expect([row >= found.matrix.roles.length, column]).toEqual([true, 499]);
    const box = await page.locator("#active-cell").evaluate((cell) => {
      const [inner, outer] = [cell.getBoundingClientRect(), cell.closest(".grid")!.getBoundingClientRect()];
      return inner.right <= outer.right + 1 && inner.bottom <= outer.bottom + 1;
    });
    expect(box).toBe(true);
    await page.getByLabel("Who or where").fill("group 499");
    await expect.poll(() => count(page, "abilities")).toMatch(/^1 of 500 groups, \d+ of \d+ abilities$/);
  });

  test("all of them new: a fact for each, in a page that still opens", async (context) => {
    const all = Object.fromEntries([...Array(500).keys()].map((index) => [`Group ${index}`, [...roles.keys()]]));
    const found = review(groups("userGroups", {}), groups("userGroups", all), { now, name: "prod" });
    const page = await open(context, found);
    expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(40_000);
    expect(await count(page, "escalations")).toBe(
      String(found.statements.filter(({ level }) => level === "escalation").length),
    );
  });
});

test("the same review gives the same bytes, also from JSON", () => {
  const found = newsroom([refusal]);
  expect(html(newsroom([refusal]))).toBe(html(found));
  expect(html(JSON.parse(JSON.stringify(found)) as Review)).toBe(html(found));
});

test("no secret stands in it", () => {
  const canary = "canary-seven-20af";
  const side = (secret: string) =>
    bare("userGroups", [
      resource("Storage", "storages", "Masters", {
        name: "Masters",
        type: "s3",
        purpose: "files",
        bucket: "b",
        region: "r",
        path: "",
        accessKey: secret,
        secretKey: secret,
        metadataConversionUrlHeaders: `Authorization: ${secret}`,
      }),
      resource("Storage", "storages", secret.length > 20 ? "Old" : "New", {
        name: "Blob",
        type: "azure",
        purpose: "files",
        container: "c",
        connectionString: secret,
      }),
    ]);
  expect(html(review(side(canary), side(`${canary}-other`), { now, name: "prod" }))).not.toContain(canary);
  // Not even where somebody made it a name.
  keepSecret("canary-eight-77cc");
  const named = review(
    groups("userGroups", { Editors: [] }),
    groups("userGroups", { "canary-eight-77cc": ["can_search"] }),
    { now, name: "prod" },
  );
  expect(html(named)).not.toContain("canary-eight-77cc");
});
