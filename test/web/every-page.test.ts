import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createClient } from "../../client/src/index.ts";
import { PATHS } from "../../web/src/paths.ts";
import { openApp, VIEWS, type App } from "./support/app.ts";
import { axeFaults, scrollsSideways } from "./support/look.ts";
import { reader, THIS_YEAR, type Reader } from "./support/read-books.ts";

/** A row for the review queue with one long word as its title. */
const FILE =
  "Title,Author\nDonaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft,Nobody\n";
const MIN_TARGET_PX = 44;
const MAX_MOTION_S = 0.15;

let app: App;
let user: Reader;
/** Parameters of the paths of the pages. */
let params: Readonly<Record<string, string>>;
beforeAll(async () => {
  app = await openApp();
  user = await reader(app.url);
  const { imports } = createClient({ baseUrl: app.url, token: user.account.token });
  const { jobId } = await imports.start(FILE, { name: "list.csv" });
  const [book] = (await user.library.page()).books;
  params = { jobId, isbn: book?.isbn ?? "", year: String(THIS_YEAR) };
});
afterEach(() => app.closeVisits());
afterAll(() => app.end());

/** Opens a page and all its collapsed parts. */
async function openPage(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
  await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))");
}

async function onEveryPage(page: Page, look: (path: string) => Promise<void>): Promise<void> {
  for (const pattern of PATHS) {
    const path = pattern.replace(/:(\w+)/, (_, name: string) => params[name] ?? "");
    await openPage(page, path);
    await look(path);
  }
}

it("every page fits a window of 320 px in German, and aligns right-to-left names with the others", async () => {
  const { page } = await app.visit("/more", undefined, { account: user.account, locale: "de-DE" });
  await page.setViewportSize({ width: 320, height: 640 });
  const edges = new Set<string>();
  await onEveryPage(page, async (path) => {
    expect([path, await scrollsSideways(page)]).toEqual([path, false]);
    for (const edge of await page.evaluate<string[]>(EDGES)) edges.add(edge);
  });
  // Titles on covers are centred.
  expect([...edges].toSorted()).toEqual(["center", "left"]);
});

it("every page has targets of at least 44 px, and animations of at most 150 ms, or none if the user prefers that", async () => {
  const { page } = await app.visit("/more", undefined, { account: user.account });
  await onEveryPage(page, async (path) => {
    const targets = await page.evaluate<[number, string][]>(TARGETS);
    // At least the tabs of the shell.
    expect(targets.length).toBeGreaterThanOrEqual(4);
    const small = targets.filter(([size]) => size < MIN_TARGET_PX);
    expect([path, small]).toEqual([path, []]);
    expect(await page.evaluate(LONGEST_MOTION)).toBe(0);
    await page.emulateMedia({ reducedMotion: "no-preference" });
    expect(await page.evaluate(LONGEST_MOTION)).toBeLessThanOrEqual(MAX_MOTION_S);
    await page.emulateMedia({ reducedMotion: "reduce" });
  });
});

it.each(["light", "dark"] as const)(
  "every page has texts with a contrast of 7:1 in the %s theme",
  async (theme) => {
    const { page } = await app.visit("/more", { width: 1280, theme }, { account: user.account });
    await onEveryPage(page, async (path) => {
      expect([path, await axeFaults(page, ["color-contrast-enhanced"])]).toEqual([path, []]);
    });
  },
);

it("no page has an accessibility fault in forced colours", async () => {
  const { page } = await app.visit("/more", VIEWS[2], { account: user.account });
  await page.emulateMedia({ forcedColors: "active" });
  await onEveryPage(page, async (path) => {
    expect([path, await axeFaults(page)]).toEqual([path, []]);
  });
});

it("forced colours show selections and progress", async () => {
  const { page } = await app.visit("/more", undefined, { account: user.account });
  await page.emulateMedia({ forcedColors: "active" });
  const colours = (selector: string, property: string): Promise<string[]> =>
    page.evaluate(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => getComputedStyle(one)[${JSON.stringify(property)}])`,
    );
  const differ = async (chosen: string, other: string, property: string): Promise<void> => {
    const [colour] = await colours(chosen, property);
    expect(colour).toBeDefined();
    const others = await colours(other, property);
    expect(others.length).toBeGreaterThan(0);
    expect(others).not.toContain(colour);
  };
  await openPage(page, "/");
  await differ("[aria-selected=true]", "[role=tab]:not([aria-selected=true])", "borderBottomColor");
  await openPage(page, "/stats");
  await differ(
    ".stats-toggle label:has(:checked)",
    ".stats-toggle label:not(:has(:checked))",
    "backgroundColor",
  );
  await openPage(page, "/add");
  await differ(".chip:has(:checked)", ".chip:not(:has(:checked))", "backgroundColor");
  const { book } = await user.library.add({
    title: "Half of It",
    authors: ["Oren Vale"],
    pageCount: 200,
    status: "reading",
  });
  await user.library.addProgress(book.isbn, { page: 100 });
  await openPage(page, `/book/${book.isbn}`);
  await page.locator("progress").first().waitFor();
  expect(await colours("progress", "outlineStyle")).toEqual(["solid"]);
  // Without its system colour, the bar would have the colour of its track.
  expect(await colours("progress", "forcedColorAdjust")).toEqual(["none"]);
});

/**
 * The visible controls: the shorter side of each, and a description. The label of a choice is part
 * of it.
 */
const TARGETS = `[...document.querySelectorAll("button, summary, input, select, textarea, [role=tab], a.button, .places a")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .map((one) => (one.matches("[type=checkbox], [type=radio], [type=file]") ? (one.labels[0] ?? one) : one))
  .map((one) => {
    const { width, height } = one.getBoundingClientRect();
    return [Math.round(Math.min(width, height)), one.outerHTML];
  })`;

/** Edges of names that are written from right to left. */
const EDGES = `[...document.querySelectorAll("[dir=auto]:not(input, textarea), bdi")]
  .map((one) => getComputedStyle(one))
  .filter(({ direction }) => direction === "rtl")
  .map(({ textAlign }) => textAlign)`;

/** The longest transition or animation of anything on the page, in seconds. */
const LONGEST_MOTION = `Math.max(0, ...[...document.querySelectorAll("*")].flatMap((one) => {
  const { transitionDuration, animationDuration, animationName } = getComputedStyle(one);
  const moving = animationName === "none" ? [transitionDuration] : [transitionDuration, animationDuration];
  return moving.flatMap((times) => times.split(",").map(parseFloat));
}))`;
