import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  goOffline,
  openApp,
  VIEWS,
  WIDTHS,
  type App,
  type View,
  type VisitOptions,
} from "./support/app.ts";
import { axeFaults, scrollsSideways, shoot, tabTo, themedAxeFaults } from "./support/look.ts";
import { reader, THIS_YEAR, type Reader } from "./support/read-books.ts";

let app: App;
let user: Reader;
beforeAll(async () => {
  app = await openApp();
  user = await reader(app.url);
});
afterEach(() => app.closeVisits());
afterAll(() => app.end());

const visit = (path: string, view?: View, options?: VisitOptions) =>
  app.visit(path, view, { ...options, account: user.account });

/** Opens the table of a chart, and reads its last column keyed by the first. */
async function tableOf(page: Page, title: string | RegExp): Promise<Record<string, string>> {
  const card = page.getByRole("region", { name: title });
  await card.waitFor();
  const summary = card.getByText("As a table");
  if ((await summary.count()) > 0) await summary.click();
  const rows = await card.locator("tbody tr, tfoot tr").all();
  return Object.fromEntries(
    await Promise.all(
      rows.map(async (row) => [
        (await row.locator("th").innerText()).trim(),
        await row.locator("td").innerText(),
      ]),
    ),
  ) as Record<string, string>;
}

describe.each(WIDTHS)("at $width px", (view) => {
  it("shows numbers and charts without an accessibility fault, and fits", async () => {
    const { page } = await visit("/stats", view);
    await page.getByRole("region", { name: "The whole shelf" }).waitFor();
    await shoot(page, "stats", view, true);
    expect(await themedAxeFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
    await page.getByText("As a table").first().click();
    await page.getByRole("button", { name: "Set a goal" }).click();
    await page.getByRole("textbox", { name: "Books" }).waitFor();
    expect(await themedAxeFaults(page)).toEqual([]);
  });
});

it("fits on 320 px, and in high contrast", async () => {
  const { page } = await visit("/stats");
  await page.setViewportSize({ width: 320, height: 640 });
  await page.emulateMedia({ contrast: "more" });
  await page.getByRole("region", { name: "The whole shelf" }).waitFor();
  await shoot(page, "stats-320", VIEWS[0], true);
  expect(await scrollsSideways(page)).toBe(false);
  expect(await axeFaults(page)).toEqual([]);
});

describe("the numbers", () => {
  it("equal those of the service, and every table adds up", async () => {
    const stats = await user.library.stats({ year: THIS_YEAR });
    const { page } = await visit("/stats");
    const months = await tableOf(page, /^Readings by month/);
    const ofYear = stats.byYear.find(({ year }) => year === THIS_YEAR);
    expect(months["Total"]).toBe(String(ofYear?.readings));
    expect(months["February"]).toBe(String(stats.byMonth[1]?.readings));
    const years = await tableOf(page, "Readings by year");
    expect(years["Total"]).toBe(String(stats.readings));
    expect(years[String(THIS_YEAR - 3)]).toBe("0");
    const ratings = await tableOf(page, "Ratings");
    expect(ratings["Total"]).toBe(String(stats.books));
    const formats = Object.values(await tableOf(page, "Formats"));
    expect(formats.reduce((sum, value) => sum + Number(value), 0)).toBe(stats.books);
    const languages = await tableOf(page, "Languages");
    expect(languages["German"]).toBe("3");
    const { period } = stats;
    await page.getByText(`${period.books}`, { exact: true }).first().waitFor();
    await page.getByText("Longest book").waitFor();
    expect(await page.locator(".stats-book").first().innerText()).toContain("The Orchard");
  });

  it("count pages instead of readings if chosen, and list readings with only a year", async () => {
    const { page } = await visit(`/stats?year=${THIS_YEAR - 1}`);
    await page.getByRole("radio", { name: "Pages" }).check({ force: true });
    const stats = await user.library.stats({ year: THIS_YEAR - 1 });
    const months = await tableOf(page, /^Readings by month/);
    expect(months["Only the year is known"]).toBe("150");
    const ofYear = stats.byYear.find(({ year }) => year === THIS_YEAR - 1);
    expect(months["Total"]).toBe(ofYear?.pages.toLocaleString("en"));
    const perDay = await tableOf(page, "Pages per day from progress");
    expect(perDay["Total"]).toBe("150");
    expect(Object.values(perDay)).toEqual(["40", "55", "0", "55", "150"]);
  });

  it("are those of the period in the URL, which the user can choose", async () => {
    const { page } = await visit("/stats");
    await page.getByLabel("Period", { exact: true }).selectOption("days");
    await page.getByLabel("From").fill(`${THIS_YEAR}-02`);
    await page.getByLabel("To").fill(`${THIS_YEAR - 1}`);
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.getByRole("link", { name: "The last day is before the first one." }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByLabel("To").fill(`${THIS_YEAR}-03`);
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.waitForURL(`**/stats?from=${THIS_YEAR}-02-01&to=${THIS_YEAR}-03-31`);
    await page
      .getByText(`1 Feb ${THIS_YEAR} – 31 Mar ${THIS_YEAR}`)
      .or(page.getByText(`Feb 1, ${THIS_YEAR} – Mar 31, ${THIS_YEAR}`))
      .waitFor();
    const tile = page.locator(".stats-tile", { hasText: "Books finished" });
    await tile.getByText("3", { exact: true }).waitFor();
    await page.getByLabel("Period", { exact: true }).selectOption("all");
    await page.waitForURL("**/stats?period=all");
    await tile.getByText("20", { exact: true }).waitFor();
    await page.reload();
    await tile.getByText("20", { exact: true }).waitFor();
  });

  it("link to the books that they count, by keyboard alone", async () => {
    const { page } = await visit("/stats");
    await tabTo(page, "As a table");
    await tabTo(page, "As a table");
    await page.keyboard.press("Enter");
    await tabTo(page, String(THIS_YEAR - 1));
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/?year=${THIS_YEAR - 1}`);
    const finished = (await user.library.page({ limit: 200 })).books.filter(({ readings }) =>
      readings.some(({ finishedAt }) => finishedAt?.startsWith(String(THIS_YEAR - 1))),
    );
    await page.getByRole("tab", { name: `All ${finished.length}` }).waitFor();
    await page.goBack();
    await page.getByRole("link", { name: "German", exact: true }).click();
    await page.getByRole("tab", { name: "All 3" }).waitFor();
    await page.goBack();
    await page.locator(".stats-book a").first().click();
    await page.getByRole("heading", { level: 1, name: "The Orchard" }).waitFor();
  });

  it.each([
    ["Readings by month", "month"],
    ["Readings by year", "year"],
    ["Ratings", "stars"],
    ["Status", "status"],
    ["Authors", "author"],
    ["Formats", "format"],
    ["Languages", "language"],
    ["Decades of publication", "decade"],
    ["Tags", "tag"],
    ["Subjects", "category"],
  ])("of %s lead to as many books", async (title, filter) => {
    const { page } = await visit("/stats");
    const card = page.getByRole("region", { name: new RegExp(`^${title}`) });
    await card.waitFor();
    const table = card.getByText("As a table");
    if ((await table.count()) > 0) await table.click();
    const row = card
      .getByRole("row")
      .filter({ has: page.getByRole("link") })
      .last();
    const count = await row.getByRole("cell").last().innerText();
    await row.getByRole("link").click();
    await page.waitForURL(new RegExp(`[?]${filter}=`));
    const status = filter === "status" ? page.getByRole("tab", { selected: true }) : undefined;
    await (status ?? page.getByRole("tab", { name: `All ${count}` })).waitFor();
    await page
      .getByRole("status")
      .filter({ hasText: new RegExp(`^${count} books?$`) })
      .waitFor();
    if (filter === "status") return;
    // The filter is shown, and removed like any other.
    await page
      .getByRole("button", { name: /^Remove/ })
      .first()
      .click();
    await page.getByRole("tab", { name: "All 23" }).waitFor();
  });

  it("are German in German", async () => {
    const { page } = await visit("/stats", undefined, { locale: "de" });
    await page.getByRole("region", { name: "Das ganze Regal" }).waitFor();
    await page.getByText("Deutsch", { exact: true }).waitFor();
    await page.getByRole("heading", { name: "Lektüren nach Jahr" }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
  });
});

describe("the goal", () => {
  it("is set, changed and removed by keyboard alone", async () => {
    const { page } = await visit("/stats");
    await page.getByRole("region", { name: "The whole shelf" }).waitFor();
    await tabTo(page, "Set a goal");
    await page.keyboard.press("Enter");
    await page.locator("input:focus").waitFor();
    await page.keyboard.type("many");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Enter a whole number from 1 to 10,000." }).waitFor();
    await page.locator(".error-summary:focus").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await tabTo(page, "Enter a whole number from 1 to 10,000.");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("40");
    await page.keyboard.press("Enter");
    const goal = page.getByRole("region", { name: `Goal for ${THIS_YEAR}` });
    await goal.getByText("of 40 books").waitFor();
    await goal.getByText(/(ahead|behind); [\d.]+ expected by today/).waitFor();
    await page.getByText("The goal is saved.").waitFor();
    await page
      .getByRole("button", { name: "Change the goal" })
      .and(page.locator(":focus"))
      .waitFor();
    await expect
      .poll(async () => (await user.library.goals()).find(({ year }) => year === THIS_YEAR)?.target)
      .toEqual({ books: 40 });
    await shoot(page, "stats-goal", VIEWS[0]);
    expect(await axeFaults(page)).toEqual([]);
    await tabTo(page, "Remove the goal");
    await page.keyboard.press("Enter");
    await goal.getByText("How much do you want to read?").waitFor();
    await expect.poll(() => user.library.goals()).toEqual([]);
  });
});

describe("without a connection", () => {
  it("shows the last numbers with their time, and a goal that is sent later", async () => {
    const { page, context, watch } = await visit("/stats", undefined, { serviceWorker: true });
    watch.allow(/ERR_(INTERNET_DISCONNECTED|FAILED)/);
    await page.getByRole("region", { name: "The whole shelf" }).waitFor();
    await goOffline(page);
    await page.reload();
    await page.getByText(/As of .*\d/).waitFor();
    await page.getByRole("region", { name: "The whole shelf" }).waitFor();
    await page.getByRole("button", { name: "Set a goal" }).click();
    await page.getByRole("textbox", { name: "Pages" }).fill("9,000");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("of 9,000 pages").waitFor();
    await page.getByText("1 change on this device is not in these numbers yet.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByLabel("Period", { exact: true }).selectOption(String(THIS_YEAR - 4));
    await page.getByText("The service computes these numbers.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await context.setOffline(false);
    await page.getByRole("region", { name: "The whole shelf" }).waitFor();
    await expect.poll(async () => (await user.library.goals())[0]?.target).toEqual({ pages: 9000 });
    await page.getByText(/As of/).waitFor({ state: "detached" });
    await user.library.removeGoal(THIS_YEAR);
  });
});

describe("on a bad day", () => {
  it("shows the waiting time after too many requests, and an unknown failure with its id", async () => {
    const { page, watch } = await visit("/more");
    watch.allow(/status of (429|418)/);
    const answer = { status: 429, code: "RATE_LIMIT_EXCEEDED", wait: "90" };
    await page.route("**/stats?*", async (route) => {
      // Until the user retries: the page also sends requests automatically whenever the shelf has
      // changed.
      const hasClicked = page.evaluate("globalThis.hasClicked === true");
      // It cannot be read during a navigation.
      if (await hasClicked.catch(() => false)) return route.continue();
      return route.fulfill({
        status: answer.status,
        headers: { "Retry-After": answer.wait, "X-Request-Id": "request-7" },
        contentType: "application/problem+json",
        body: JSON.stringify({ code: answer.code, detail: "The kettle is on." }),
      });
    });
    await page.goto("/stats");
    await page.getByText(/Too many requests in a short time\. Try again in \d+ seconds/).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    Object.assign(answer, { status: 418, code: "TEAPOT", wait: "0" });
    await page.reload();
    await page.getByText("The kettle is on.").waitFor();
    await page.getByText("request-7").waitFor();
    await page.evaluate("addEventListener('click', () => (globalThis.hasClicked = true), true)");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("region", { name: "The whole shelf" }).waitFor();
  });

  it("shows a title that is HTML as text", async () => {
    const { page } = await visit("/stats");
    await page.getByText("<img src=x onerror=alert(1)>").first().waitFor();
    expect(await page.locator('img[src="x"]').count()).toBe(0);
  });
});

it("shows a new user the first steps, and lets them set a goal", async () => {
  const { page } = await app.visit("/stats");
  await page.getByRole("heading", { name: "No numbers yet" }).waitFor();
  await page.getByRole("link", { name: "Add a book" }).waitFor();
  await shoot(page, "stats-empty", VIEWS[0]);
  await page.getByRole("button", { name: "Set a goal" }).click();
  await page.getByRole("textbox", { name: "Books" }).fill("12");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("of 12 books").waitFor();
  expect(await axeFaults(page)).toEqual([]);
});
