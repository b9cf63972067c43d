import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  goOffline,
  openApp,
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

describe.each(WIDTHS)("at $width px", (view) => {
  it("shows the year, on paper too, without an accessibility fault, and fits", async () => {
    const { page } = await visit(`/year/${THIS_YEAR}`, view);
    await page.getByRole("heading", { name: "Best rated" }).waitFor();
    await shoot(page, "year", view, true);
    expect(await themedAxeFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
    await page.emulateMedia({ media: "print" });
    await shoot(page, "year-print", view, true);
    expect(await themedAxeFaults(page)).toEqual([]);
    expect(await page.getByRole("navigation").filter({ visible: true }).count()).toBe(0);
    expect(await page.getByRole("button").filter({ visible: true }).count()).toBe(0);
    // Paper is light, even if the device is dark.
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await page.evaluate("getComputedStyle(document.documentElement).colorScheme")).toBe(
      "light",
    );
  });
});

it("shows the numbers of the service", async () => {
  const { period } = await user.library.stats({ year: THIS_YEAR });
  const { page } = await visit(`/year/${THIS_YEAR}`);
  await page.locator(".year-numbers", { hasText: `${period.books} books` }).waitFor();
  const numbers = await page.locator(".year-numbers").innerText();
  expect(numbers).toContain(`${period.pages.toLocaleString("en")} pages`);
  expect(await page.locator(".year-covers > li").count()).toBe(period.books);
});

it("navigates by keyboard, skips years without books, and prints", async () => {
  const { page } = await visit(`/year/${THIS_YEAR}`);
  await page.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }");
  await page.getByRole("heading", { name: "Best rated" }).waitFor();
  await tabTo(page, "Print");
  await page.keyboard.press("Enter");
  await page.locator("body[data-printed='yes']").waitFor();
  for (const year of [THIS_YEAR - 1, THIS_YEAR - 2, THIS_YEAR - 4]) {
    await tabTo(page, String(year));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: `${year} in books` }).waitFor();
  }
  await page.goto(`/year/${THIS_YEAR - 3}`);
  await page.getByText(`No book was finished in ${THIS_YEAR - 3}`).waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await page.getByRole("link", { name: String(THIS_YEAR - 2) }).click();
  await page.getByText("Ashes of a Paper Moon").first().waitFor();
});

it("opens without a connection, in German too", async () => {
  const { page, watch } = await visit(`/year/${THIS_YEAR}`, undefined, {
    locale: "de",
    serviceWorker: true,
  });
  watch.allow(/ERR_(INTERNET_DISCONNECTED|FAILED)/);
  await page.getByRole("heading", { name: "Am besten bewertet" }).waitFor();
  await goOffline(page);
  await page.reload();
  await page.getByRole("heading", { name: "Monat für Monat" }).waitFor();
  expect(await axeFaults(page)).toEqual([]);
});

it("shows titles as text, and explains an invalid year", async () => {
  const { page } = await visit(`/year/${THIS_YEAR}`);
  await page.getByText("<img src=x onerror=alert(1)>").first().waitFor();
  expect(await page.locator('img[src="x"]').count()).toBe(0);
  await page.goto("/year/soon");
  await page.getByRole("heading", { level: 1, name: "This is not a year" }).waitFor();
  expect(await axeFaults(page)).toEqual([]);
});
