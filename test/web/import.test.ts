import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { generatedBooks } from "../tools/stand-in/generated-books.ts";
import { goOffline, startApp, VERY_PATIENT, VIEWS, WIDTHS, type App } from "./support/app.ts";
import { goodreadsFile } from "./support/goodreads-file.ts";
import { axeFaults, scrollsSideways, shoot, tabTo, themedAxeFaults } from "./support/look.ts";

let app: App;
beforeAll(async () => {
  app = await startApp({ books: generatedBooks(1000) });
});
afterEach(() => app.closeVisits());
afterAll(() => app.end());

const LOST = /ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|FAILED|NETWORK_CHANGED)/;

const fileOf = (text: string, name = "goodreads_library_export.csv") => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(text),
});

const heading = (page: Page, name: string | RegExp) =>
  page.getByRole("heading", { level: 1, name });

/** Chooses a file and waits for its preview. */
async function preview(page: Page, text: string, name?: string): Promise<void> {
  await heading(page, "Import books").waitFor();
  await page.locator("input[type=file]").setInputFiles(fileOf(text, name));
  await heading(page, "Preview of the import").waitFor();
}

const countOf = (page: Page, name: string) =>
  page.locator(".job-count", { hasText: name }).locator("dd").textContent();

describe("an import of 1,000 books", () => {
  it("is previewed, committed, watched through a lost connection, found again, and undone", async () => {
    const { page, context, watch } = await app.visit("/import", undefined, {
      serviceWorker: true,
    });
    watch.allow(LOST);
    await preview(page, goodreadsFile(1000, { withoutIsbn: 4 }));
    await page.getByText("Goodreads, 100% certain: 1,000 rows").waitFor();
    expect([await countOf(page, "New"), await countOf(page, "To review")]).toEqual(["996", "4"]);
    await page.getByText("Nothing has been written yet.").waitFor();
    expect(await page.getByLabel("did-not-finish").inputValue()).toBe("abandoned");
    await shoot(page, "import-preview", VIEWS[0]);
    await page.getByRole("button", { name: "Import 1,000 rows" }).click();
    await heading(page, "Import is running").waitFor();
    await shoot(page, "import-running", VIEWS[0]);
    await goOffline(page);
    await page.getByText("You are offline.").waitFor();
    const address = page.url();
    await context.setOffline(false);
    await page.close();
    const next = await context.newPage();
    await next.goto("/more");
    await next.getByText(/^An? import is (running|finished)|^The import is finished/).waitFor();
    await next.getByRole("link", { name: "Show it" }).click();
    await heading(next, "Import is done").waitFor(VERY_PATIENT);
    expect(next.url()).toBe(address);
    expect(await countOf(next, "New")).toBe("996");
    expect(await axeFaults(next)).toEqual([]);
    await next.getByRole("link", { name: "Show the shelf" }).click();
    await next.getByText("996 books").waitFor();
    await next.goBack();
    await next.getByRole("button", { name: "Undo the import" }).click();
    expect(await axeFaults(next)).toEqual([]);
    await next.getByRole("button", { name: "Undo it" }).click();
    await heading(next, "Import was undone").waitFor();
    await next.getByText("Every row was reverted").waitFor();
    await next.getByRole("link", { name: "Show the shelf" }).click();
    await next.getByText("Your shelf is empty").waitFor();
  });
});

describe.each(WIDTHS)("at $width px", (view) => {
  it("shows every state of an import without an accessibility fault, and fits", async () => {
    const { page, watch } = await app.visit("/import", view);
    // The table of unknown columns.
    watch.allow(/status of 400/);
    await heading(page, "Import books").waitFor();
    const look = async (name: string): Promise<void> => {
      await shoot(page, `import-${name}`, view);
      expect([name, await themedAxeFaults(page), await scrollsSideways(page)]).toEqual([
        name,
        [],
        false,
      ]);
    };
    await look("start");
    const unknown =
      "Wie es heißt;Wer;Sterne;Kommentar\nDune;Frank Herbert;5;gut\nEmma;Jane Austen;4;sehr gut\n";
    await page.locator("input[type=file]").setInputFiles(fileOf(unknown, "Liste von früher.csv"));
    await page.getByRole("heading", { name: "What is in the columns?" }).waitFor();
    await look("columns");
    await page.getByRole("button", { name: "Preview with these columns" }).click();
    await page.getByRole("heading", { name: "There is a problem" }).waitFor();
    await page.getByLabel("Wie es heißt").selectOption("title");
    await page.getByLabel("Wer").selectOption("authors");
    await page.getByRole("button", { name: "Preview with these columns" }).click();
    await heading(page, "Preview of the import").waitFor();
    await look("preview-columns");
    await page.goto("/import");
    await preview(page, goodreadsFile(60, { withoutIsbn: 3, from: view.width }));
    await page.getByText("Row 59").waitFor();
    await look("preview");
    await page.getByLabel("did-not-finish").selectOption("paused");
    await page.getByLabel("Shelve rows without an ISBN immediately").check();
    await look("preview-changed");
    await page.getByRole("button", { name: "Preview with these choices" }).click();
    await page.locator(".job-count", { hasText: "To review" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Import 60 rows" }).click();
    await heading(page, "Import is done").waitFor(VERY_PATIENT);
    await page.getByText("Row 2", { exact: true }).waitFor();
    await look("done");
    await page.getByRole("link", { name: "All imports" }).click();
    await page.getByText("Preview", { exact: true }).first().waitFor();
    await look("history");
  });
});

describe("an import", () => {
  it("is usable by keyboard alone", async () => {
    const { page } = await app.visit("/import");
    await heading(page, "Import books").waitFor();
    const choose = async (): Promise<void> => {
      await tabTo(page, "Choose a file");
      await page.keyboard.press("Enter");
    };
    // The event must be awaited well before the key press, because the browser receives both in an
    // undefined order.
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), choose()]);
    await chooser.setFiles(fileOf(goodreadsFile(5, { from: 700 })));
    await page.locator("h1:focus", { hasText: "Preview of the import" }).waitFor();
    await tabTo(page, "Import 5 rows");
    await page.keyboard.press("Enter");
    await heading(page, "Import is done").waitFor(VERY_PATIENT);
    await tabTo(page, "Undo the import");
    await page.keyboard.press("Enter");
    await tabTo(page, "Undo it");
    await page.keyboard.press("Enter");
    await heading(page, "Import was undone").waitFor();
  });

  it("starts with a file dropped on any page, and reports if the same file is already being imported", async () => {
    const { page } = await app.visit("/stats");
    await heading(page, "Statistics").waitFor();
    const drop = `(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([${JSON.stringify(goodreadsFile(5, { from: 800 }))}], "mine.csv"));
      for (const type of ["dragenter", "dragover", "drop"]) {
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
      }
    })()`;
    await page.evaluate(drop);
    await heading(page, "Preview of the import").waitFor();
    const address = page.url();
    await page.goto("/import");
    await heading(page, "Import books").waitFor();
    await page.evaluate(drop);
    await page.getByText("mine.csv already has a preview that waits for you.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole("link", { name: "Show it" }).click();
    await heading(page, "Preview of the import").waitFor();
    expect(page.url()).toBe(address);
    // Reopened without the file, so its rows cannot be previewed with other options.
    await page.reload();
    await page.getByText("To change this, choose the file again.").waitFor();
    await page.getByLabel("did-not-finish").selectOption("paused");
    await page.getByText("Your choices take effect when you import.").waitFor();
    await page.getByRole("button", { name: "Import with these choices" }).click();
    await heading(page, "Import is done").waitFor(VERY_PATIENT);
    await page.getByRole("link", { name: "Show the shelf" }).click();
    await page.getByText("5 books").waitFor();
  });

  it("can be discarded at its preview, which writes nothing", async () => {
    const { page } = await app.visit("/import");
    await preview(page, goodreadsFile(3, { from: 700 }));
    await page.getByRole("button", { name: "Discard the preview" }).click();
    await page.getByText("The preview was discarded. Nothing was written.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.goto("/");
    await page.getByRole("link", { name: "Import my books" }).waitFor();
  });

  it("resends the file when the connection breaks or the service is busy, with a countdown", async () => {
    const { page, watch } = await app.visit("/import");
    watch.allow(/ERR_FAILED|status of 503/);
    let calls = 0;
    await page.route("**/api/v2/imports", async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      calls += 1;
      if (calls === 1) return route.abort();
      if (calls > 2) return route.continue();
      return route.fulfill({
        status: 503,
        headers: { "Retry-After": "30", "Content-Type": "application/problem+json" },
        body: JSON.stringify({ code: "DATABASE_UNAVAILABLE", detail: "Down.", retryable: true }),
      });
    });
    await heading(page, "Import books").waitFor();
    await page.locator("input[type=file]").setInputFiles(fileOf(goodreadsFile(5, { from: 900 })));
    await page.getByText("The service cannot be reached.").waitFor();
    await page.getByText("The service has a problem at the moment.").waitFor();
    await page.getByText(/Trying again in \d+ seconds?\./).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Try now" }).click();
    await heading(page, "Preview of the import").waitFor();
    expect(calls).toBe(3);
  });

  it("is committed once even if the response was lost", async () => {
    const { page, watch } = await app.visit("/import");
    watch.allow(LOST);
    const keys: (string | undefined)[] = [];
    await page.route("**/api/v2/imports/*/commit", async (route) => {
      keys.push(route.request().headers()["idempotency-key"]);
      if (keys.length > 1) return route.continue();
      await route.fetch();
      return route.abort();
    });
    await preview(page, goodreadsFile(5, { from: 980 }));
    await page.getByRole("button", { name: "Import 5 rows" }).click();
    await page.getByText("The service cannot be reached.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await heading(page, "Import is done").waitFor(VERY_PATIENT);
    expect(await countOf(page, "New")).toBe("5");
    expect(new Set(keys).size).toBe(1);
  });

  it("offers failed rows as a file, and retries the rest", async () => {
    const { page } = await app.visit("/import");
    await preview(page, goodreadsFile(6, { withoutIsbn: 2, from: 920 }));
    await page.getByRole("button", { name: "Import 6 rows" }).click();
    await heading(page, "Import is done").waitFor(VERY_PATIENT);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download failed.csv" }).click(),
    ]);
    const lines = readFileSync(await download.path(), "utf8")
      .trim()
      .split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain("Title");
    expect(lines[1]).toContain("Handwritten Notebook");
    const retried = page.waitForResponse(/\/retry$/);
    await page.getByRole("button", { name: "Retry the rest" }).click();
    expect((await retried).status()).toBe(202);
    await heading(page, "Import is done").waitFor(VERY_PATIENT);
    expect([await countOf(page, "New"), await countOf(page, "To review")]).toEqual(["4", "2"]);
    expect(await axeFaults(page)).toEqual([]);
  });

  it("is followed by polling if streams are blocked", async () => {
    const { page, watch } = await app.visit("/import");
    watch.allow(/ERR_FAILED/);
    await page.route("**/stream?*", (route) => route.abort());
    await page.route("**/api/v2/imports/*/stream", (route) => route.abort());
    await preview(page, goodreadsFile(5, { from: 940 }));
    await page.getByRole("button", { name: "Import 5 rows" }).click();
    await heading(page, "Import is done").waitFor(VERY_PATIENT);
    expect(await countOf(page, "New")).toBe("5");
  });

  it("explains an unreadable file, and keeps its file and waits for a sign-in after the token was revoked", async () => {
    const { page, watch } = await app.visit("/import");
    watch.allow(/status of 40[01]/);
    await heading(page, "Import books").waitFor();
    const input = page.locator("input[type=file]");
    await input.setInputFiles(fileOf("", "empty.csv"));
    await page.getByText("empty.csv is empty.").waitFor();
    await input.setInputFiles(fileOf("%PDF-1.7 not a table", "book.pdf"));
    await page.getByText("This file cannot be read as a table of books.").waitFor();
    await page.getByText("a PDF document").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Choose another file" }).click();
    await page.evaluate(`(() => {
      const key = "bookstrack.account";
      const account = JSON.parse(localStorage.getItem(key));
      localStorage.setItem(key, JSON.stringify({ ...account, token: account.token.replace(/.$/, "#") }));
    })()`);
    await page.reload();
    await heading(page, "Import books").waitFor();
    await input.setInputFiles(fileOf(goodreadsFile(5, { from: 950 })));
    await page.getByText("You are signed out on this device.").first().waitFor();
  });

  it("shows a lost connection, an unknown import, and no imports without an account", async () => {
    const { page, watch } = await app.visit("/import/no-such-job", undefined, {
      serviceWorker: true,
    });
    watch.allow(LOST);
    watch.allow(/status of 404/);
    await page.getByText("There are no imports on this device").waitFor();
    await page.goto("/import");
    await preview(page, goodreadsFile(5, { from: 960 }));
    await page.goto("/import/no-such-job");
    await page.getByText("This no longer exists.").waitFor();
    await page.goto("/import");
    await heading(page, "Import books").waitFor();
    await goOffline(page);
    await page.reload();
    await page.getByText("You are offline.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
  });

  it("speaks German", async () => {
    const { page } = await app.visit("/import", undefined, { locale: "de-DE" });
    await page
      .locator("input[type=file]")
      .setInputFiles(fileOf(goodreadsFile(8, { withoutIsbn: 1, from: 970 })));
    await heading(page, "Vorschau des Imports").waitFor();
    await page.getByText("Goodreads, zu 100 % sicher: 8 Zeilen").waitFor();
    await page
      .getByText("Es gibt keine ISBN, und Titel und Autor bestimmen keine Ausgabe eindeutig.")
      .waitFor();
    expect(await axeFaults(page)).toEqual([]);
  });
});
