import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { goOffline, openApp, PATIENT, WIDTHS, type App } from "./support/app.ts";
import { scrollsSideways, shoot, tabTo, themedAxeFaults } from "./support/look.ts";

let app: App;
beforeAll(async () => {
  app = await openApp();
});
afterEach(() => app.closeVisits());
afterAll(() => app.end());

const HEADER = "Title,Author,ISBN,My Rating,Notes";
const ROWS = [
  '"<b>Handwritten</b> cookbook","Grandmother",,5,"in the kitchen"',
  '"دفتر الملاحظات القديم","كاتب مجهول",,4,',
  '"A notebook with a title that is so long that it takes more than two lines on a small screen, and goes on after that","Ines Varga",,3,',
  '"Dune with my notes","Nobody Known",9780441172710,5,"wrong check digit"',
];

/** A book known only from a search has no cover. */
const NO_COVER = /status of 404.*\/v1\/covers\//;

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });

/** Imports rows for review, and opens the queue. */
async function openQueue(page: Page, rows: readonly string[] = ROWS): Promise<void> {
  await page.locator("input[type=file]").setInputFiles({
    name: "list.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`${HEADER}\n${rows.join("\n")}\n`),
  });
  await heading(page, "Preview of the import").waitFor();
  await page.getByRole("button", { name: /^Import \d+ rows?$/ }).click();
  await heading(page, "Import is done").waitFor(PATIENT);
  await page.getByRole("link", { name: /^Review \d+ rows?$/ }).click();
  await heading(page, "Review queue").waitFor();
  await page.locator("#review-name").waitFor();
}

const nameOf = (page: Page) => page.locator("#review-name").textContent();
const waitForName = (page: Page, name: string | RegExp) =>
  page.locator("#review-name", { hasText: name }).waitFor();

describe.each(WIDTHS)("at $width px", (view) => {
  it("shows a card, a search, a question and an empty queue without an accessibility fault", async () => {
    const { page, watch } = await app.visit("/import", view);
    watch.allow(NO_COVER);
    const look = async (name: string): Promise<void> => {
      await shoot(page, `review-${name}`, view);
      expect([name, await themedAxeFaults(page), await scrollsSideways(page)]).toEqual([
        name,
        [],
        false,
      ]);
    };
    await openQueue(page);
    await look("card");
    await page.getByRole("button", { name: /^Search/ }).click();
    await page.getByLabel("Title, author or ISBN").fill("Dune");
    await page.getByLabel("Title, author or ISBN").press("Enter");
    await page.getByText(/books? found/).waitFor();
    await look("search");
    await page.getByRole("button", { name: "Dismiss all" }).click();
    await page.getByRole("heading", { name: "Dismiss all 4 rows?" }).waitFor();
    await look("question");
    await page.getByRole("button", { name: "Dismiss all" }).last().click();
    await page.getByRole("heading", { name: "Nothing waits for you" }).waitFor();
    await look("empty");
  });
});

describe("the review queue", () => {
  it("is processed by keyboard alone, with undo, and its books are then on the shelf", async () => {
    const { page, watch } = await app.visit("/import", { width: 1280, theme: "light" });
    watch.allow(NO_COVER);
    await openQueue(page);
    expect(await nameOf(page)).toBe("<b>Handwritten</b> cookbook");
    await page.getByText("4 rows wait").waitFor();
    await page.keyboard.press("d");
    await waitForName(page, "دفتر");
    await page.locator("#review-name:focus").waitFor();
    await page.getByText("Dismissed: <b>Handwritten</b> cookbook").first().waitFor();
    await page.keyboard.press("z");
    await waitForName(page, "Handwritten");
    await page.keyboard.press("k");
    await waitForName(page, "دفتر");
    await page.keyboard.press("n");
    await waitForName(page, "A notebook");
    await page.keyboard.press("d");
    await waitForName(page, "Dune");
    await page.keyboard.press("s");
    await page.locator("input:focus").waitFor();
    // Letters are now text.
    await page.keyboard.type(" k");
    expect(await nameOf(page)).toBe("Dune with my notes");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("Dune");
    await page.keyboard.press("Enter");
    await page.getByText(/books? found/).waitFor();
    await tabTo(page, /^Dune/);
    await page.keyboard.press("Enter");
    await waitForName(page, "دفتر");
    await page.getByText("1 row waits").waitFor();
    await page.keyboard.press("k");
    await page.getByRole("heading", { name: "Nothing waits for you" }).waitFor();
    await tabTo(page, "Show the shelf");
    await page.keyboard.press("Enter");
    await page.getByText("3 books").waitFor();
    await page.getByText("دفتر الملاحظات القديم").first().waitFor();
  });

  it("selects an edition by its number, and keeps all other rows at once", async () => {
    const view = { width: 1280, theme: "light" } as const;
    const { page, watch } = await app.visit("/import", view);
    watch.allow(NO_COVER);
    await page.route("**/v1/covers/**", (route) => route.fulfill({ status: 404 }));
    await openQueue(page, ['"Dune","Herbert",,5,', ...ROWS.slice(0, 2)]);
    await page.getByRole("button", { name: "9780441172719" }).waitFor();
    // Without an image only the letter is shown.
    await page.locator(".review-candidate .cover").waitFor();
    await expect.poll(() => page.locator(".cover img").isVisible()).toBe(false);
    await shoot(page, "review-candidates", view);
    expect(await themedAxeFaults(page)).toEqual([]);
    // This candidate exists.
    await page.keyboard.press("2");
    expect(await nameOf(page)).toBe("Dune");
    await page.keyboard.press("1");
    await waitForName(page, "Handwritten");
    await tabTo(page, /^Keep all/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Keep all 2 rows?" }).waitFor();
    await tabTo(page, "Keep all");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Nothing waits for you" }).waitFor();
    await page.goto("/book/9780441172719");
    await page.getByLabel("Review").waitFor();
    await page.goto("/");
    await page.getByText("3 books").waitFor();
  });

  it("treats letters after the search key as text, not as commands", async () => {
    const { page, watch } = await app.visit("/import", { width: 1280, theme: "light" });
    watch.allow(NO_COVER);
    await openQueue(page);
    const name = await nameOf(page);
    await page.keyboard.type("skiss");
    expect(await page.getByLabel("Title, author or ISBN").inputValue()).toMatch(/kiss$/);
    expect(await nameOf(page)).toBe(name);
  });

  it("has no letter keys once they are disabled", async () => {
    const { page } = await app.visit("/import", { width: 1280, theme: "light" });
    await openQueue(page, ROWS.slice(0, 2));
    await page.getByText("Keys", { exact: true }).click();
    await page.getByLabel("Use single-letter keys").uncheck();
    await page.locator("h1").click();
    await page.keyboard.press("d");
    await page.getByRole("button", { name: "Keep as it is" }).click();
    await waitForName(page, "دفتر");
    await page.getByText("Kept: <b>Handwritten</b> cookbook").first().waitFor();
  });

  it("keeps decisions that are made without a connection, and sends them in the next visit", async () => {
    const { page, context, watch } = await app.visit("/import", undefined, {
      serviceWorker: true,
    });
    watch.allow(/ERR_(INTERNET_DISCONNECTED|FAILED|NETWORK_CHANGED)/);
    await openQueue(page, ROWS.slice(0, 3));
    await goOffline(page);
    await page.getByRole("button", { name: /^Keep as it is/ }).click();
    await waitForName(page, "دفتر");
    await page.getByRole("button", { name: "Dismiss", exact: true }).click();
    await waitForName(page, "A notebook");
    await page.close();
    await context.setOffline(false);
    const next = await context.newPage();
    await next.goto("/");
    await next.getByText("1 book").waitFor();
    await next.goto("/review");
    await waitForName(next, "A notebook");
    await next.getByText("1 row waits").waitFor();
  });
});
