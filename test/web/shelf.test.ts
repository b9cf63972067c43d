import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openApp, VIEWS, WIDTHS, type App, type View } from "./support/app.ts";
import type { Page } from "playwright-core";
import { largeShelf, openWithShelf } from "./support/device-shelf.ts";
import { inventedShelf } from "./support/invented-shelf.ts";
import { axeFaults, scrollsSideways, shoot, tabTo, themedAxeFaults } from "./support/look.ts";

let app: App;
beforeAll(async () => {
  app = await openApp();
});
afterEach(() => app.closeVisits());
afterAll(() => app.end());

const UNREACHABLE = /ERR_FAILED/;

describe.each(WIDTHS)("at $width px", (view) => {
  it("shows books as rows and as covers, with every tool", async () => {
    const { page, watch } = await app.visit("/more", view);
    watch.allow(UNREACHABLE);
    await openWithShelf(page, "/", inventedShelf());
    await page.getByRole("link", { name: "The Cartographer’s Winter" }).waitFor();
    await shoot(page, "shelf", view);
    expect(await themedAxeFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
    for (const tool of ["Filter", "View", "Jump to"]) {
      await page.getByRole("button", { name: tool }).click();
      await page.getByRole("dialog").waitFor();
      await shoot(page, `shelf-${tool.toLowerCase().replaceAll(" ", "-")}`, view);
      expect(await themedAxeFaults(page)).toEqual([]);
      await page.keyboard.press("Escape");
    }
    await page.getByRole("button", { name: /^Edit The Cartographer/ }).click();
    await page.getByRole("dialog").waitFor();
    await shoot(page, "shelf-quick-edit", view);
    expect(await themedAxeFaults(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Select" }).click();
    await page.getByRole("checkbox", { name: "Select The Understudy" }).check();
    await page.getByRole("checkbox", { name: "Select Glass Orchard" }).check();
    await page.getByLabel("Search your shelf").fill("glass");
    await page.getByText("1 not visible").waitFor();
    await shoot(page, "shelf-selected", view);
    expect(await themedAxeFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Change", exact: true }).click();
    await page.getByRole("dialog").waitFor();
    await shoot(page, "shelf-bulk", view);
    expect(await themedAxeFaults(page)).toEqual([]);
    await page.goto("/?view=grid");
    await page.getByRole("link", { name: "The Cartographer’s Winter" }).waitFor();
    await shoot(page, "shelf-grid", view);
    expect(await themedAxeFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
  });
});

const MAX_ROWS = 200;
const bookOf = (page: Page, name: string) => page.getByRole("link", { name, exact: true });
const rowsOf = (page: Page): Promise<number> => page.locator(".shelf-list > [data-index]").count();

async function openInvented(view: View = VIEWS[2]): Promise<Page> {
  const { page, watch } = await app.visit("/more", view);
  watch.allow(UNREACHABLE);
  await openWithShelf(page, "/", inventedShelf());
  await bookOf(page, "The Cartographer’s Winter").waitFor();
  return page;
}

describe("20,000 books", () => {
  it("are in the document only while visible, as rows and covers, by keyboard, jump and search", async () => {
    const { page, watch } = await app.visit("/more", VIEWS[2]);
    watch.allow(UNREACHABLE);
    const books = largeShelf(20_000);
    await openWithShelf(page, "/?sort=title", books);
    await page.getByRole("status").filter({ hasText: "20,000 books" }).waitFor();
    const focused = page.locator(".shelf-book:focus");
    await page.locator(".shelf-book").first().focus();
    expect(await rowsOf(page)).toBeLessThanOrEqual(MAX_ROWS);
    await page.keyboard.press("End");
    await page.locator('[aria-posinset="20000"] .shelf-book:focus').waitFor();
    await page.keyboard.press("PageUp");
    await page.locator('[aria-posinset="20000"] .shelf-book:focus').waitFor({ state: "detached" });
    await focused.waitFor();
    expect(await rowsOf(page)).toBeLessThanOrEqual(MAX_ROWS);
    expect(await axeFaults(page)).toEqual([]);
    // The row with the focus stays in the document while the mouse scrolls away.
    await page.mouse.wheel(0, -2_000_000);
    await page.locator('[aria-posinset="1"]').waitFor();
    expect(await focused.count()).toBe(1);
    await page.getByRole("button", { name: "Jump to" }).click();
    await page.getByRole("dialog").getByRole("button").nth(3).click();
    await focused.waitFor();
    const numbers = await page.getByRole("tab").allTextContents();
    expect(numbers[0]).toBe("All 20,000");
    await page.getByLabel("Search your shelf").fill(books[4321]?.isbn ?? "");
    await page.getByRole("status").filter({ hasText: "1 book" }).waitFor();
    expect(await rowsOf(page)).toBe(1);
    await page.goto("/?view=grid");
    await page.getByRole("status").filter({ hasText: "20,000 books" }).waitFor();
    await page.locator(".shelf-tile").first().waitFor();
    expect(await rowsOf(page)).toBeLessThanOrEqual(MAX_ROWS);
    // A filter with thousands of authors shows some of them, and the others by search.
    await page.getByRole("button", { name: "Filter" }).click();
    expect(await page.getByRole("dialog").getByRole("checkbox").count()).toBeLessThan(MAX_ROWS);
    expect(await axeFaults(page)).toEqual([]);
    await page.goto("/year/2015");
    await page.getByRole("heading", { name: "Month by month" }).waitFor();
    await page.goto(`/book/${books[4321]?.isbn ?? ""}`);
    await page.getByRole("heading", { level: 1, name: books[4321]?.title ?? "" }).waitFor();
  });
});

describe("edits in place", () => {
  it("change status and stars by keyboard, and are undone by Ctrl+Z", async () => {
    const page = await openInvented();
    await tabTo(page, "The Cartographer’s Winter");
    await page.keyboard.press("ArrowDown");
    await page.locator(".shelf-book:focus", { hasText: "Salt, Smoke" }).waitFor();
    await tabTo(page, /^Rating of Salt/);
    await page.keyboard.press("ArrowRight");
    await page.getByText("Salt, Smoke and Other Inheritances: 4.5 stars of 5.").waitFor();
    const stars = page.getByRole("slider", { name: /^Rating of Salt/ });
    await page.keyboard.press("Control+z");
    await page.locator('[role="slider"][aria-valuenow="4.25"]').first().waitFor();
    expect(await stars.getAttribute("aria-valuetext")).toBe("4.25 stars of 5");
    await page.getByLabel("Status of Glass Orchard").selectOption("completed");
    await page.getByRole("tab", { name: "Read 9" }).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("tab", { name: "Read 8" }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
  });

  it("are stored on the device, and shown after a reload without a connection", async () => {
    const page = await openInvented(VIEWS[0]);
    await page.getByRole("button", { name: /^Edit Glass Orchard/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Status").selectOption("reading");
    const started = dialog.getByRole("group", { name: "Started" });
    // A started book has today's date.
    await expect.poll(() => started.getByLabel("Year").inputValue()).toMatch(/^\d{4}$/);
    await started.getByLabel("Year").fill("2019");
    await started.getByLabel("Month").fill("");
    await started.getByLabel("Day").fill("");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Edit Glass Orchard.*since 2019/ }).waitFor();
    await page.getByRole("tab", { name: "Reading 3" }).click();
    await bookOf(page, "Glass Orchard").waitFor();
    await expect.poll(() => page.url()).toContain("status=reading");
    await page.reload();
    await bookOf(page, "Glass Orchard").waitFor();
    await page.getByRole("tab", { name: "Reading 3", selected: true }).waitFor();
  });

  it("remove a book and restore it", async () => {
    const page = await openInvented(VIEWS[0]);
    await page.getByRole("button", { name: /^Edit The Understudy/ }).click();
    await page.getByRole("button", { name: "Remove from the shelf" }).click();
    await page.getByText("The Understudy was removed.").waitFor();
    expect(await bookOf(page, "The Understudy").count()).toBe(0);
    await page.getByRole("button", { name: "Undo" }).click();
    await bookOf(page, "The Understudy").waitFor();
  });
});

describe("filters", () => {
  it("are in the URL, are restored from it, and can be removed one by one", async () => {
    const page = await openInvented(VIEWS[0]);
    await page.getByRole("button", { name: "Filter" }).click();
    await page.getByRole("checkbox", { name: /^Edmund Sale/ }).check();
    await page.getByRole("button", { name: "Show 2 books" }).click();
    await page.getByRole("status").filter({ hasText: "2 books" }).waitFor();
    await page.getByLabel("Search your shelf").fill("RIVER kept");
    await page.getByRole("status").filter({ hasText: "1 book" }).waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.get("q")).toBe("RIVER kept");
    await page.reload();
    await bookOf(page, "What the River Kept").waitFor();
    expect(await page.locator(".shelf-book").count()).toBe(1);
    await page.getByRole("button", { name: "Remove the filter Edmund Sale" }).click();
    await page.getByRole("button", { name: "Clear the search" }).click();
    await page.getByRole("status").filter({ hasText: "16 books" }).waitFor();
    await page.getByLabel("Search your shelf").fill("no such book");
    await page.getByRole("heading", { name: "No matching books" }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Show all books" }).click();
    await page.getByRole("status").filter({ hasText: "16 books" }).waitFor();
  });
});

it("filters, selects, changes and undoes by keyboard alone", async () => {
  const page = await openInvented();
  const focused = page.locator(":focus");
  /** The focus is on the line with the new buttons, so that Tab leads to the first of them. */
  const line = page.locator(".shelf-head:focus");
  await tabTo(page, "Filter");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, /^Edmund Sale/);
  await page.keyboard.press("Space");
  await tabTo(page, "Show 2 books");
  await page.keyboard.press("Enter");
  await page
    .getByRole("button", { name: /^Filter/ })
    .and(focused)
    .waitFor();
  await tabTo(page, "Select");
  await page.keyboard.press("Enter");
  await line.waitFor();
  await tabTo(page, "Select all shown");
  await page.keyboard.press("Enter");
  await page.getByText("2 selected").waitFor();
  await tabTo(page, "Change");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, /^Add tags/);
  await page.keyboard.type("ferries");
  await tabTo(page, "Format, ownership and location");
  await page.keyboard.press("Enter");
  await tabTo(page, "Format");
  await page.keyboard.type("Hard");
  await tabTo(page, "Location");
  await page.keyboard.type("Attic");
  await tabTo(page, "Change 2 books");
  await page.keyboard.press("Enter");
  await page.getByText("2 books changed.").waitFor();
  await line.waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: "Undo" }).and(focused).waitFor();
  await tabTo(page, /^Search your shelf/);
  await page.keyboard.type("ferries");
  await page.getByRole("status").filter({ hasText: "2 books" }).waitFor({ state: "attached" });
  await tabTo(page, "Night Ferry to Harwich");
  await page.keyboard.press("Enter");
  await page.getByRole("complementary").getByText("Hardcover · Attic").waitFor();
  await page.keyboard.press("Escape");
  await tabTo(page, "Undo");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "No matching books" }).waitFor();
  await line.waitFor();
});

it("keeps the focus in place when a press removes or moves the focused row or control", async () => {
  const page = await openInvented();
  await tabTo(page, "The Cartographer’s Winter");
  await tabTo(page, /^Edit The Cartographer/);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, "Remove from the shelf");
  await page.keyboard.press("Enter");
  await bookOf(page, "The Cartographer’s Winter").waitFor({ state: "detached" });
  await page.locator(".shelf-book:focus", { hasText: "Salt, Smoke" }).waitFor();
  // A book that moves because of its new rating, together with its stars.
  await page.goto("/?sort=rating");
  const stars = page.getByRole("slider", { name: /^Rating of The Understudy/ });
  await stars.focus();
  for (const [rating, place] of [
    [3, 3],
    [2, 1],
  ]) {
    await page.keyboard.press(`Digit${rating}`);
    await page.locator(`[aria-posinset="${place}"]`, { hasText: "The Understudy" }).waitFor();
    await page.locator('[role=slider]:focus[tabindex="0"]').and(stars).waitFor();
  }
  // A book that leaves the list because of its new status.
  await page.goto("/?status=want_to_read");
  const status = page.getByLabel("Status of Glass Orchard");
  await status.focus();
  await status.selectOption("reading");
  await bookOf(page, "Glass Orchard").waitFor({ state: "detached" });
  await page.locator(".shelf-book:focus").waitFor();
  // Removing a filter.
  await page.goto("/?author=Edmund+Sale");
  await tabTo(page, "Remove the filter Edmund Sale");
  await page.keyboard.press("Enter");
  await page.locator(".shelf-head:focus").waitFor();
});

describe("a selection", () => {
  it("selects a range with Shift, and excludes hidden books unless they are included", async () => {
    const page = await openInvented();
    await bookOf(page, "Salt, Smoke and Other Inheritances").click({ modifiers: ["Shift"] });
    await bookOf(page, "Die Stille nach dem Regen").click({ modifiers: ["Shift"] });
    await page.getByText("4 selected").waitFor();
    await page.getByLabel("Search your shelf").fill("stille");
    await page.getByText("3 not visible").waitFor();
    await page.getByRole("button", { name: "Change", exact: true }).click();
    const tags = page.getByRole("combobox", { name: "Add tags" });
    await tags.fill("winter, his");
    await tags.press("ArrowDown");
    await page.getByRole("option", { name: "historical", selected: true }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await tags.press("Enter");
    expect(await tags.inputValue()).toBe("winter, historical, ");
    await page.getByText("3 selected books are not visible").waitFor();
    await page.getByRole("button", { name: "Change 1 book" }).click();
    await page.getByText("1 book changed.").waitFor();
    await page.getByLabel("Search your shelf").fill("winter");
    await page.getByRole("status").filter({ hasText: "1 book" }).waitFor({ state: "attached" });
    await bookOf(page, "Die Stille nach dem Regen").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await bookOf(page, "Die Stille nach dem Regen").waitFor({ state: "detached" });
  });

  it("starts with a long press and ends with Escape", async () => {
    const page = await openInvented(VIEWS[0]);
    const link = bookOf(page, "Glass Orchard");
    await link.scrollIntoViewIfNeeded();
    await link.dispatchEvent("pointerdown", { pointerType: "touch", bubbles: true });
    await page.getByText("1 selected").waitFor();
    await link.dispatchEvent("click", { bubbles: true });
    await page.getByText("1 selected").waitFor();
    await bookOf(page, "The Understudy").click();
    await page.getByText("2 selected").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("2 selected").waitFor({ state: "detached" });
  });
});

it("opens a book beside the list if there is room, and returns the focus", async () => {
  const page = await openInvented();
  await bookOf(page, "Glass Orchard").click();
  await page
    .getByRole("complementary")
    .getByRole("heading", { level: 2, name: "Glass Orchard" })
    .waitFor();
  await page.locator(".book-panel-title:focus").waitFor();
  await shoot(page, "shelf-beside", { width: 1280, theme: "light" });
  expect(await axeFaults(page)).toEqual([]);
  expect(await scrollsSideways(page)).toBe(false);
  await page.keyboard.press("Escape");
  await page.locator(".shelf-book:focus", { hasText: "Glass Orchard" }).waitFor();
  await page.getByRole("complementary").waitFor({ state: "detached" });
});

it("fits a window of 320 by 256 px, as at a zoom of 400 %", async () => {
  const page = await openInvented(VIEWS[0]);
  await page.setViewportSize({ width: 320, height: 256 });
  expect(await scrollsSideways(page)).toBe(false);
  expect(await axeFaults(page)).toEqual([]);
});
