import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Page } from "playwright-core";
import { UNKNOWN_ISBN, WELL_KNOWN_BOOKS } from "../tools/stand-in/well-known-books.ts";
import { goOffline, openApp, VERY_PATIENT, WIDTHS, type App } from "./support/app.ts";
import { barcodePhoto, barcodeVideo, type BarcodeVideo } from "./support/barcode-video.ts";
import { axeFaults, scrollsSideways, shoot, tabTo, themedAxeFaults } from "./support/look.ts";

/** An old paperback: its UPC and add-on are those of Ender's Game. */
const ENDERS_GAME = { isbn: "9780812550702", upc: "0371450059", addOn: "55070" };
const BOOKS = WELL_KNOWN_BOOKS.filter(({ isbn13 }) => isbn13 !== ENDERS_GAME.isbn).slice(0, 29);
const PLAIN_HTTP = "plain-http.test";

let video: BarcodeVideo;
let app: App;
beforeAll(async () => {
  video = barcodeVideo([
    ...BOOKS.map(({ isbn13 }, index) => ({
      bcid: "ean13" as const,
      text: index % 3 === 0 ? `${isbn13} 51995` : isbn13,
    })),
    { bcid: "upca", text: `${upcA(`${ENDERS_GAME.upc}9`)} ${ENDERS_GAME.addOn}` },
  ]);
  app = await openApp({
    flags: [...video.flags, `--host-resolver-rules=MAP ${PLAIN_HTTP} 127.0.0.1`],
  });
});
afterEach(() => app.closeVisits());
afterAll(async () => {
  await app.end();
  video.remove();
});

describe("the camera", () => {
  it("reads thirty books in a row without a tap, each once, and puts them on the shelf", async () => {
    const { page } = await app.visit("/more");
    // Chosen on an earlier visit, because the first book is in view before a choice is possible.
    const chosen = JSON.stringify({ status: "completed", tags: ["attic", "box 3"] });
    await page.evaluate(`localStorage.setItem("bookstrack.scan", ${JSON.stringify(chosen)})`);
    await page.goto("/scan");
    await page.getByText("30 books added").waitFor(VERY_PATIENT);
    expect(await hitTitles(page)).toEqual(
      [...BOOKS.map(({ title }) => title), "Ender's Game"].toSorted(),
    );
    // The service has a book before it has the choices for it.
    await vi.waitUntil(async () => {
      const books = await shelfOf(page);
      const done = books.filter(({ status, tags }) => status === "completed" && tags.length === 2);
      return books.length === 30 && done.length === 30;
    }, VERY_PATIENT);
    const isbns = (await shelfOf(page)).map(({ isbn }) => isbn);
    expect(isbns).toContain(ENDERS_GAME.isbn);
  });

  it("keeps scans without a connection, and sends them later", async () => {
    const { page, context, watch } = await app.visit("/scan", undefined, { serviceWorker: true });
    watch.allow(/ERR_INTERNET_DISCONNECTED/);
    await page.getByText(/books? added/).waitFor();
    await goOffline(page);
    await page
      .getByText("Its title follows when there is a connection.")
      .first()
      .waitFor(VERY_PATIENT);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("The camera is paused.").waitFor();
    const count = await page.locator(".scan-hit").count();
    await context.setOffline(false);
    await vi.waitUntil(async () => (await shelfOf(page)).length === count, VERY_PATIENT);
    await vi.waitUntil(
      // One of the titles is "1984".
      async () => !(await hitTitles(page)).some((title) => /^\d{8,}$/.test(title)),
      VERY_PATIENT,
    );
  });

  it("uses the browser's barcode reader if available, without the wasm", async () => {
    const { page, context } = await app.visit("/more");
    await context.addInitScript(`globalThis.BarcodeDetector = class {
      static getSupportedFormats() { return Promise.resolve(["ean_13", "qr_code"]); }
      detect() { return Promise.resolve([{ rawValue: "9780441172719" }]); }
    }`);
    const requested: string[] = [];
    page.on("request", (request) => requested.push(request.url()));
    await page.goto("/scan");
    await page.getByText("1 book added").waitFor();
    expect(requested.filter((url) => /wasm|scan-worker/.test(url))).toEqual([]);
  });
});

describe.each(WIDTHS)("at $width px", (view) => {
  it("has no accessibility fault while scanning, and fits", async () => {
    const { page } = await app.visit("/scan", view);
    await page.getByText(/[3-9] books added/).waitFor(VERY_PATIENT);
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await number(page, "9780441172710");
    await page.getByText("The check digit is wrong").first().waitFor();
    await shoot(page, "scan", view);
    expect(await themedAxeFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
  });
});

describe("without a camera", () => {
  it.each([
    ["NotAllowedError", "The camera is not allowed"],
    ["NotFoundError", "There is no camera"],
    ["NotReadableError", "The camera is in use"],
  ])("after %s it says why, and offers the other ways", async (name, title) => {
    const { page, context } = await app.visit("/more");
    await context.addInitScript(
      `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "${name}"))`,
    );
    await page.goto("/scan");
    await page.getByRole("heading", { name: title }).waitFor();
    await page.getByRole("button", { name: "Start the camera" }).waitFor();
    await shoot(page, `scan-${name}`, { width: 390, theme: "light" });
    expect(await axeFaults(page)).toEqual([]);
    await number(page, "9780441172719");
    await page.getByText("1 book added").waitFor();
  });

  it("over plain HTTP it gives the reason, and reads photos", async () => {
    const { page, watch } = await app.visit("/more");
    watch.allow(/another origin: http:\/\/plain-http\.test/);
    const { port } = new URL(app.url);
    await page.goto(`http://${PLAIN_HTTP}:${port}/scan`);
    await page.getByRole("heading", { name: "The camera needs a secure connection" }).waitFor();
    expect(await page.getByRole("button", { name: "Start the camera" }).count()).toBe(0);
    await photo(page, await barcodePhoto({ bcid: "ean13", text: "9780261102217" }));
    await page.getByText("1 book added").waitFor();
    await photo(page, await barcodePhoto({ bcid: "ean13", text: "4006381333931" }));
    await page.getByText("This barcode does not belong to a book.").first().waitFor();
    await photo(page, Buffer.from("not an image"));
    await page.getByText("This file is not an image that the browser can read.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
  });

  it("a barcode reader adds one book after another, and everything is usable by keyboard", async () => {
    const { page, context, watch } = await app.visit("/more");
    // The responses to an invalid number and an unknown book.
    watch.allow(/status of 40[04].*\/books\/enrich/);
    await context.addInitScript("delete Navigator.prototype.mediaDevices");
    await page.goto("/scan");
    await tabTo(page, "Number or barcode reader");
    for (const { isbn13 } of BOOKS.slice(0, 3)) {
      await page.keyboard.type(isbn13);
      await page.keyboard.press("Enter");
    }
    await page.getByText("3 books added").waitFor();
    await page.keyboard.type("4006381333930");
    await page.keyboard.press("Enter");
    await page
      .getByText(/not a valid ISBN/)
      .first()
      .waitFor();
    await page.keyboard.type(UNKNOWN_ISBN);
    await page.keyboard.press("Enter");
    await page.getByText("No catalogue knows this book.").first().waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await tabTo(page, /^Undo: /);
    await page.keyboard.press("Enter");
    await page.getByText("2 books added").waitFor();
    await page.keyboard.press("z");
    await page.getByText("1 book added").waitFor();
    await page.locator('[role="status"]', { hasText: "Undone" }).first().waitFor();
    expect(await axeFaults(page)).toEqual([]);
  });

  it("a book that is on the shelf can get the chosen status", async () => {
    const { page, context } = await app.visit("/more");
    await context.addInitScript("delete Navigator.prototype.mediaDevices");
    await page.goto("/scan");
    await number(page, "9780441172719");
    await page.getByText("1 book added").waitFor();
    await page.reload();
    await page.getByText("For every book").click();
    await page.getByLabel("Status").selectOption("reading");
    await number(page, "9780441172719");
    await page.getByRole("button", { name: "Change as chosen: Dune" }).click();
    await page.getByText("Changed as chosen").first().waitFor();
    await vi.waitUntil(async () => (await shelfOf(page))[0]?.status === "reading", VERY_PATIENT);
  });
});

it("speaks German", async () => {
  const { page } = await app.visit("/scan", undefined, { locale: "de-DE" });
  await page.getByText(/(Buch|Bücher) hinzugefügt/).waitFor();
  expect(await axeFaults(page)).toEqual([]);
});

/** Appends the check digit. */
function upcA(eleven: string): string {
  const sum = eleven
    .split("")
    .reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
  return `${eleven}${(10 - (sum % 10)) % 10}`;
}

async function hitTitles(page: Page): Promise<string[]> {
  return (await page.locator(".scan-hit-title").allTextContents()).toSorted();
}

async function number(page: Page, text: string): Promise<void> {
  await page.getByLabel("Number or barcode reader").fill(text);
  await page.keyboard.press("Enter");
}

async function photo(page: Page, buffer: Buffer): Promise<void> {
  await page
    .getByLabel("Photo of a barcode")
    .setInputFiles({ name: "photo.png", mimeType: "image/png", buffer });
}

interface ShelvedBook {
  isbn: string;
  status?: string;
  tags: string[];
}

/** The shelf as stored by the service. */
async function shelfOf(page: Page): Promise<ShelvedBook[]> {
  const stored = await page.evaluate<string | null>("localStorage.getItem('bookstrack.account')");
  if (stored === null) return [];
  const { userId, token } = JSON.parse(stored) as { userId: string; token: string };
  const response = await fetch(`${app.url}/v1/library/${userId}?limit=200`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  return ((await response.json()) as { data: { books: ShelvedBook[] } }).data.books;
}
