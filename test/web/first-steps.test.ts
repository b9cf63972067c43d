import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { UNKNOWN_ISBN } from "../tools/stand-in/well-known-books.ts";
import { goOffline, openApp, VIEWS, WIDTHS, type App } from "./support/app.ts";
import { hold } from "./support/hold.ts";
import { axeFaults, scrollsSideways, shoot, tabTo, themedAxeFaults } from "./support/look.ts";

const DUNE = "9780441172719";
const LOST = /ERR_(INTERNET_DISCONNECTED|FAILED)/;

let app: App;
beforeAll(async () => {
  app = await openApp();
});
afterEach(() => app.closeVisits());
afterAll(() => app.end());

const bookOf = (page: Page, name: string) => page.getByRole("link", { name, exact: true });
const accountOf = (page: Page): Promise<string | null> =>
  page.evaluate("localStorage.getItem('bookstrack.account')");

describe.each(WIDTHS)("at $width px", (view) => {
  it("starts with an input box, the camera and the import", async () => {
    const { page } = await app.visit("/", view);
    await page.getByLabel("Title, author or ISBN").waitFor();
    await shoot(page, "start", view);
    expect(await themedAxeFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
    for (const way of ["Scan a barcode", "Import my books"]) {
      expect(await page.getByRole("link", { name: way }).count()).toBe(1);
    }
  });
});

describe("the first book", () => {
  it("is on the shelf after a scanner has typed it, without a touch", async () => {
    const { page } = await app.visit("/");
    await page.locator("input:focus").waitFor();
    await page.keyboard.type(DUNE);
    await page.keyboard.press("Enter");
    await bookOf(page, "Dune").waitFor();
    await page.getByText("Keep your recovery code").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    // The next one is scanned into the search of the shelf.
    await page.getByLabel("Search your shelf").focus();
    await page.keyboard.type("9780547928227");
    await page.keyboard.press("Enter");
    await bookOf(page, "The Hobbit").waitFor();
    await page.getByRole("status").filter({ hasText: "2 books" }).waitFor();
  });

  it("can be followed by scans of others before it has arrived", async () => {
    const { page, context } = await app.visit("/");
    const release = await hold(context, /\/v1\/search\/isbn/);
    await page.locator("input:focus").waitFor();
    for (const code of [DUNE, "9780547928227"]) {
      await page.keyboard.type(code);
      await page.keyboard.press("Enter");
    }
    await page.getByText("Adding 2 books …").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    release();
    await bookOf(page, "Dune").waitFor();
    await bookOf(page, "The Hobbit").waitFor();
    // The search of the shelf has the focus, for the next scan.
    await page.locator("#shelf-q:focus").waitFor();
  });

  it("is found by its title, and added with three taps in all", async () => {
    const { page } = await app.visit("/");
    await page.getByLabel("Title, author or ISBN").fill("hobbit tolkien");
    await page.getByRole("button", { name: "Find" }).click();
    const add = page.getByRole("button", { name: "Add The Hobbit" }).first();
    await add.waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await add.click();
    await bookOf(page, "The Hobbit").waitFor();
    await page.reload();
    await bookOf(page, "The Hobbit").waitFor();
  });

  it("is kept without a connection, even after a reload, and gets its account and title later", async () => {
    const { page, context, watch } = await app.visit("/", undefined, { serviceWorker: true });
    watch.allow(LOST);
    await page.evaluate("navigator.serviceWorker.ready");
    await page.reload();
    await page.locator("input:focus").waitFor();
    await goOffline(page);
    await page.keyboard.type(DUNE);
    await page.keyboard.press("Enter");
    await bookOf(page, DUNE).waitFor();
    await page.getByText("1 change is waiting to be sent.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.reload();
    await bookOf(page, DUNE).waitFor();
    expect(await accountOf(page)).toBeNull();
    await context.setOffline(false);
    await bookOf(page, "Dune").waitFor();
    await page.getByText("Keep your recovery code").waitFor();
    expect(await accountOf(page)).not.toBeNull();
    await page.getByText("You are offline.").waitFor({ state: "detached" });
  });

  it("is added on a machine without a network that also runs the service", async () => {
    const { page, context } = await app.visit("/");
    await context.addInitScript("Object.defineProperty(navigator, 'onLine', { get: () => false })");
    await page.reload();
    await page.locator("input:focus").waitFor();
    await page.keyboard.type(DUNE);
    await page.keyboard.press("Enter");
    await bookOf(page, "Dune").waitFor();
    await page.getByText("Keep your recovery code").waitFor();
    expect(await page.getByText("You are offline.").count()).toBe(0);
  });

  it("is not added when no catalogue has it, or nothing was entered", async () => {
    const { page, watch } = await app.visit("/");
    watch.allow(/status of 40\d/);
    await page.getByRole("button", { name: "Find" }).click();
    await page.getByText("Enter a title, an author or an ISBN.").waitFor();
    await page.getByLabel("Title, author or ISBN").fill(UNKNOWN_ISBN);
    await page.keyboard.press("Enter");
    await page.getByText(`No catalogue knows ${UNKNOWN_ISBN}.`).waitFor();
    await page.getByLabel("Title, author or ISBN").fill("9780441172718");
    await page.keyboard.press("Enter");
    await page.locator(".error", { hasText: "ISBN" }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    expect(await accountOf(page)).toBeNull();
  });
});

it("offers the recovery code to copy, print and save until its end is confirmed, by keyboard alone", async () => {
  const { page } = await app.visit("/", VIEWS[1]);
  await page.locator("input:focus").waitFor();
  await page.keyboard.type(DUNE);
  await page.keyboard.press("Enter");
  await bookOf(page, "Dune").waitFor();
  await tabTo(page, "Show the code");
  await page.keyboard.press("Enter");
  const code = await page.getByLabel("Account and code").inputValue();
  expect(code).toMatch(/^[0-9a-z]{26} [0-9A-Z-]{9,}$/);
  await shoot(page, "recovery", { width: 390, theme: "dark" });
  expect(await axeFaults(page)).toEqual([]);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await tabTo(page, "Copy");
  await page.keyboard.press("Enter");
  await page.getByText("Copied.").waitFor();
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe(code);
  await page.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }");
  await tabTo(page, "Print");
  await page.keyboard.press("Enter");
  await page.locator("body[data-printed='yes']").waitFor();
  await page.emulateMedia({ media: "print" });
  await page.locator(".recovery-printed", { hasText: code }).waitFor();
  await page.emulateMedia({ media: "screen" });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Save as a file" }).click(),
  ]);
  expect(readFileSync(await download.path(), "utf8")).toContain(code);
  await tabTo(page, /^Last four characters/);
  await page.keyboard.type("0000");
  await page.keyboard.press("Enter");
  await page.getByText("These are not the last four characters").waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await page.getByLabel("Last four characters").fill(code.slice(-4).toLowerCase());
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByText("Keep your recovery code").waitFor({ state: "detached" });
  expect(JSON.stringify(await page.evaluate("({ ...localStorage })"))).not.toContain(
    code.slice(-9),
  );
});

it("speaks German", async () => {
  const { page } = await app.visit("/", undefined, { locale: "de-DE" });
  await page.getByLabel("Titel, Autor oder ISBN").fill(DUNE);
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: "Alle 1" }).waitFor();
  await page.getByText("Bewahre deinen Wiederherstellungscode auf").waitFor();
  expect(await axeFaults(page)).toEqual([]);
  expect(await scrollsSideways(page)).toBe(false);
});
