import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { UNKNOWN_ISBN } from "../tools/stand-in/well-known-books.ts";
import { goOffline, startApp, PATIENT, VIEWS, WIDTHS, type OwnApp } from "./support/app.ts";
import { hold } from "./support/hold.ts";
import { axeFaults, scrollsSideways, shoot, tabTo, themedAxeFaults } from "./support/look.ts";
import { visitWith } from "./support/seed.ts";

const LOST = /ERR_(INTERNET_DISCONNECTED|FAILED)/;
const REFUSED = /status of (400|404|422|503)/;

let app: OwnApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => app.closeVisits());
afterAll(() => app.end());

describe.each(WIDTHS)("at $width px", (view) => {
  it("finds books by words, and adds one with one tap", async () => {
    const { page, library } = await visitWith(
      app,
      "/add",
      async (own) => {
        for (const isbn of ["9780261102217", "9780547928227", "9780618640157"]) {
          await own.add({ isbn, status: "completed" });
        }
      },
      view,
    );
    const box = page.getByLabel("Title, author or ISBN");
    await box.waitFor();
    await shoot(page, "add-empty", view);
    expect(await themedAxeFaults(page)).toEqual([]);
    await box.fill("tolkien");
    await box.press("Enter");
    await page.getByText("On your shelf").first().waitFor();
    await box.fill("9780441172719");
    await box.press("Enter");
    await page.getByRole("heading", { name: "Added just now" }).waitFor();
    await page.getByRole("combobox", { name: "Status of Dune" }).selectOption("reading");
    await shoot(page, "add-found", view);
    expect(await themedAxeFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await scrollsSideways(page)).toBe(false);
    await vi.waitFor(
      async () => expect(await library.get("9780441172719")).toMatchObject({ status: "reading" }),
      PATIENT,
    );
  });
});

describe("the input box", () => {
  it("accepts consecutive scans as a new user, and undoes one", async () => {
    const { page } = await app.visit("/add");
    await page.getByLabel("Title, author or ISBN").waitFor();
    await page.locator("input:focus").waitFor();
    for (const [isbn, title] of [
      ["9780441172719", "Dune"],
      ["0261102214", "The Hobbit"],
      ["9780451524935", "1984"],
    ] as const) {
      await page.keyboard.type(isbn);
      await page.keyboard.press("Enter");
      await page.getByRole("link", { name: title, exact: true }).waitFor();
      await page.locator("input:focus").waitFor();
    }
    await page.getByRole("button", { name: "Take The Hobbit back" }).click();
    await page.getByRole("link", { name: "The Hobbit" }).waitFor({ state: "detached" });
    expect(await axeFaults(page)).toEqual([]);
  });

  it("accepts scans faster than they are looked up, each once, and keeps every failure", async () => {
    const { page, context, watch } = await app.visit("/add");
    watch.allow(REFUSED);
    const release = await hold(context, /\/api\/v2\/books\/enrich$/);
    await page.locator("input:focus").waitFor();
    for (const code of ["9780441172719", UNKNOWN_ISBN, "9780261102217", "9780441172719"]) {
      await page.keyboard.type(code);
      await page.keyboard.press("Enter");
    }
    await page.getByText("Adding 3 books …").waitFor();
    release();
    for (const title of ["Dune", "The Hobbit"]) {
      await page.getByRole("link", { name: title, exact: true }).waitFor();
    }
    const failure = page.getByRole("alert").filter({ hasText: UNKNOWN_ISBN });
    await failure.getByText("No catalogue knows this book.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    // The next scan replaces the failed code, but its failure stays visible.
    await page.keyboard.type("9780451524935");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "1984", exact: true }).waitFor();
    await page.getByRole("button", { name: `Dismiss ${UNKNOWN_ISBN}` }).click();
    await failure.waitFor({ state: "detached" });
  });

  it("is usable by keyboard alone", async () => {
    const { page } = await app.visit("/add", VIEWS[2]);
    await page.getByLabel("Title, author or ISBN").waitFor();
    await tabTo(page, "Title, author or ISBN");
    await page.keyboard.type("dune herbert");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Add Dune: Want to read" }).waitFor();
    await tabTo(page, "Want to read");
    await page.keyboard.press("ArrowRight");
    await tabTo(page, "Add Dune: Reading");
    await page.keyboard.press("Enter");
    await page.getByRole("combobox", { name: "Status of Dune" }).waitFor();
  });

  it("suggests corrections of a mistyped ISBN", async () => {
    const { page, watch } = await app.visit("/add");
    watch.allow(REFUSED);
    const box = page.getByLabel("Title, author or ISBN");
    await box.fill("9780441172710");
    await box.press("Enter");
    await page.getByRole("alert").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "9780441172719" }).click();
    await page.getByRole("link", { name: "Dune", exact: true }).waitFor();
  });

  it("explains a barcode that does not belong to a book", async () => {
    const { page, watch } = await app.visit("/add");
    watch.allow(REFUSED);
    const box = page.getByLabel("Title, author or ISBN");
    await box.fill("9771144875007");
    await box.press("Enter");
    await page.getByText("This barcode belongs to a magazine.").waitFor();
  });

  it("lets the user describe a book that no catalogue has, also in German", async () => {
    const { page, watch } = await app.visit("/add", undefined, { locale: "de" });
    watch.allow(REFUSED);
    const box = page.getByLabel("Titel, Autor oder ISBN");
    await box.fill(UNKNOWN_ISBN);
    await box.press("Enter");
    await page.getByRole("alert").getByRole("link", { name: "Selbst eintragen" }).click();
    await page.getByRole("heading", { name: "Buch beschreiben" }).waitFor();
    expect(await page.getByLabel("ISBN", { exact: true }).inputValue()).toBe(UNKNOWN_ISBN);
    await page.getByRole("button", { name: "Hinzufügen", exact: true }).click();
    await page.getByRole("alert").getByText("Gib einen Titel ein.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByLabel("Titel", { exact: true }).fill("Omas Kochbuch");
    await page.getByRole("button", { name: "Hinzufügen", exact: true }).click();
    await page.getByRole("link", { name: "Omas Kochbuch" }).waitFor();
  });
});

describe("a list of ISBNs", () => {
  it("shows the outcome of each, and suggests corrections of invalid ones", async () => {
    const { page, watch, library } = await visitWith(app, "/add", (own) =>
      own.add({ isbn: "9780441172719" }),
    );
    watch.allow(REFUSED);
    await page.getByRole("button", { name: "List of ISBNs" }).click();
    const list = ["9780441172719", "9780261102217", UNKNOWN_ISBN, "9780451524930"];
    await page.getByLabel("ISBNs", { exact: true }).fill(list.join("\n"));
    await page.getByRole("button", { name: "Add all" }).click();
    await page.getByText("Already there: Dune").waitFor();
    await page.getByText("Added: The Hobbit").waitFor();
    await page.getByText("No catalogue knows this book.").first().waitFor();
    await shoot(page, "add-list", { width: 390, theme: "light" });
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "9780451524935" }).click();
    await page.getByText("Added: 1984").waitFor();
    await vi.waitFor(async () => expect((await library.page()).total).toBe(3), PATIENT);
  });
});

describe("bad days", () => {
  it("queues an ISBN without a connection, and looks it up later", async () => {
    const { page, context, watch } = await app.visit("/add", undefined, { serviceWorker: true });
    watch.allow(LOST);
    const box = page.getByLabel("Title, author or ISBN");
    await box.waitFor();
    await goOffline(page);
    await box.fill("9780441172719");
    await box.press("Enter");
    await page.getByText("Waiting for a connection").waitFor();
    await box.fill("dune");
    await box.press("Enter");
    await page.getByRole("heading", { name: "You are offline" }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await context.setOffline(false);
    await page.getByRole("link", { name: "Dune", exact: true }).first().waitFor();
  });

  it("offers to look up a book later while the catalogues are unavailable", async () => {
    const { page, watch } = await app.visit("/add");
    watch.allow(REFUSED);
    const outage = { faults: [{ fault: { kind: "server-error" as const, status: 503 } }] };
    app.standIn.openlibrary.behave(outage);
    app.standIn["google-books"].behave(outage);
    const box = page.getByLabel("Title, author or ISBN");
    await box.fill("9780743273565");
    await box.press("Enter");
    await page.getByText("The book catalogues do not answer at the moment.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Add it, look it up later" }).click();
    await page.getByText("Being looked up").waitFor();
    app.standIn.openlibrary.behave();
    app.standIn["google-books"].behave();
  });
});
