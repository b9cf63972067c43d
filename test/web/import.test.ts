import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { generatedBooks } from "../tools/stand-in/generated-books.ts";
import { startApp, VIEWS, type App } from "./support/app.ts";
import { goodreadsFile } from "./support/goodreads-file.ts";
import { axeFaults, scrollsSideways, shoot, tabTo } from "./support/look.ts";

let app: App;
beforeAll(async () => {
  app = await startApp({ books: generatedBooks(1000) });
});
afterEach(() => app.closeVisits());
afterAll(() => app.end());

const LOST = /ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|FAILED|NETWORK_CHANGED)/;

/** A thousand lookups take their time on a busy machine. */
const PATIENT = { timeout: 600_000 };

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
    const { page, context, watch } = await app.visit("/import");
    watch.allow(LOST);
    await preview(page, goodreadsFile(1000, { withoutIsbn: 12 }));
    await page.getByText("Goodreads, 100% sure: 1,000 rows").waitFor();
    expect([await countOf(page, "New"), await countOf(page, "Need you")]).toEqual(["988", "12"]);
    await page.getByText("Nothing has been written yet.").waitFor();
    expect(await page.getByLabel("did-not-finish").inputValue()).toBe("abandoned");
    await shoot(page, "import-preview", VIEWS[0]!);
    await page.getByRole("button", { name: "Import 1,000 rows" }).click();
    await heading(page, "Import is running").waitFor();
    await shoot(page, "import-running", VIEWS[0]!);
    await context.setOffline(true);
    await page.getByText("You are offline.").waitFor();
    const address = page.url();
    await context.setOffline(false);
    await page.close();
    const next = await context.newPage();
    await next.goto("/more");
    await next.getByText(/^An? import is (running|finished)|^The import is finished/).waitFor();
    await next.getByRole("link", { name: "Show it" }).click();
    await heading(next, "Import is done").waitFor(PATIENT);
    expect(next.url()).toBe(address);
    expect(await countOf(next, "New")).toBe("988");
    expect(await axeFaults(next)).toEqual([]);
    await next.getByRole("link", { name: "Show the shelf" }).click();
    await next.getByText("988 books").waitFor();
    await next.goBack();
    await next.getByRole("button", { name: "Undo the import" }).click();
    expect(await axeFaults(next)).toEqual([]);
    await next.getByRole("button", { name: "Undo it" }).click();
    await heading(next, "Import was undone").waitFor();
    await next.getByText("Every row was taken back").waitFor();
    await next.getByRole("link", { name: "Show the shelf" }).click();
    await next.getByText("Your shelf is empty").waitFor();
  });
});
