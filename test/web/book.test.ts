import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createClient, type Library } from "../../client/src/index.ts";
import { goOffline, openApp, PATIENT, VIEWS, WIDTHS, type App } from "./support/app.ts";
import { axeFaults, scrollsSideways, shoot, tabTo, themedAxeFaults } from "./support/look.ts";
import { visitWith } from "./support/seed.ts";

const DUNE = "9780441172719";
let app: App;
beforeAll(async () => {
  app = await openApp();
});
afterEach(() => app.closeVisits());
afterAll(() => app.end());

/** A book with every field that a user can set. */
async function fill(library: Library): Promise<void> {
  await library.add({
    isbn: DUNE,
    status: "reading",
    rating: 4.25,
    review: "The best book about sand.\n\nAnd about worms.",
    notes: "Lend to Paul next.",
    tags: ["science fiction", "desert", "صحراء"],
    readings: [{ startedAt: "2019", finishedAt: "2019-08" }, { startedAt: "2026-11-02" }],
    format: "paperback",
    owned: true,
    location: "Living room",
    loan: { to: "Anna", since: "2026-11-20" },
    ownSeries: [{ name: "Dune Chronicles", position: "1" }],
  });
  await library.add({ isbn: "9780261102217", tags: ["fantasy", "travel"], location: "Attic" });
}

describe.each(WIDTHS)("a book at $width px", (view) => {
  it("has its title, no accessibility fault, and fits, with everything open", async () => {
    const { page } = await visitWith(app, `/book/${DUNE}`, fill, view);
    await page.getByRole("heading", { level: 1, name: "Dune" }).waitFor();
    await page.getByText("Frank Herbert").waitFor();
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
    await page
      .locator(".book-cover img")
      .evaluate((image) => (image as unknown as { decode(): Promise<void> }).decode());
    await shoot(page, "book", view);
    expect(await themedAxeFaults(page)).toEqual([]);
    for (const name of ["Your copy", "Series", "Other editions", "Where this comes from"]) {
      await page.locator("summary", { hasText: name }).click();
    }
    await page.getByText("No other editions are known.").waitFor();
    expect(await themedAxeFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
    await page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)");
    await page.setViewportSize({ width: view.width, height: 3600 });
    await shoot(page, "book-open", view);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await scrollsSideways(page)).toBe(false);
  });
});

/** Waits until the service has the expected data of the book. */
const arrives = (library: Library, isbn: string, expected: object): Promise<void> =>
  vi.waitFor(async () => expect(await library.get(isbn)).toMatchObject(expected), {
    ...PATIENT,
    interval: 200,
  });

describe("a book on the shelf", () => {
  it("is changed field by field, and each change arrives", async () => {
    const { page, library } = await visitWith(app, `/book/${DUNE}`, fill);
    await page.getByRole("heading", { level: 1, name: "Dune" }).waitFor();
    await page.getByRole("slider", { name: "Rating" }).press("Digit5");
    await page.getByLabel("Review").fill("A masterpiece.");
    await page.getByText("Saved", { exact: true }).waitFor();
    await page.getByLabel("Notes").fill("Lend to Jessica next.");
    await page.getByText("Saved", { exact: true }).last().waitFor();
    await page.getByRole("combobox", { name: "Add a tag" }).fill("fan");
    await page.getByRole("option", { name: "fantasy" }).click();
    await page.getByRole("button", { name: "Remove the tag desert" }).click();
    await page.getByText("Tag desert removed.").first().waitFor();
    await page.getByRole("button", { name: "Remove the reading 2019 to August 2019" }).click();
    await page.getByRole("button", { name: "Undo" }).last().waitFor();
    await page.getByRole("button", { name: "Add a reading" }).click();
    const ended = page.getByRole("group", { name: "Finished" });
    await page.getByRole("group", { name: "Started" }).getByLabel("Year").fill("2021");
    await ended.getByLabel("Year").fill("2020");
    await page.getByRole("button", { name: "Save" }).last().click();
    await page.getByRole("alert").getByText("The end must not be before the start.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await ended.getByLabel("Month").fill("2");
    await ended.getByLabel("Year").fill("2021");
    await page.getByRole("button", { name: "Save" }).last().click();
    await page.getByText("2021 to February 2021").first().waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await arrives(library, DUNE, {
      rating: 5,
      review: "A masterpiece.",
      notes: "Lend to Jessica next.",
      tags: ["science fiction", "صحراء", "fantasy"],
      readings: [{ startedAt: "2026-11-02" }, { startedAt: "2021", finishedAt: "2021-02" }],
    });
  });

  it("records progress with one tap, ends the reading, and undoes both", async () => {
    const { page, library } = await visitWith(app, `/book/${DUNE}`, fill);
    await page.getByRole("button", { name: "+25 pages" }).click();
    await page.getByText("Page 25 of 535", { exact: true }).waitFor();
    await page.getByLabel("Now at").fill("600");
    await page.getByLabel("Now at").press("Enter");
    await page.getByText("The book has 535 pages.").waitFor();
    await page.getByLabel("Now at").fill("130");
    await page.getByLabel("Now at").press("Enter");
    await page.getByText("Page 130 of 535", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("Page 25 of 535", { exact: true }).waitFor();
    await page.getByText("1 entry", { exact: true }).click();
    await page.getByRole("button", { name: /^Change the note at page 25/i }).click();
    const entries = page.getByRole("listitem").filter({ hasText: "Page 25" });
    await entries.getByRole("textbox", { name: "Note" }).fill("The spice.");
    await entries.getByRole("button", { name: "Save" }).click();
    await entries.getByText("The spice.", { exact: true }).waitFor();
    await page.getByRole("radio", { name: "Read", exact: true }).check();
    await page.getByText("You finished Dune today.").first().waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("radio", { name: "Reading" }).and(page.locator(":checked")).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await arrives(library, DUNE, { status: "reading", progress: { page: 25 } });
    await vi.waitFor(async () => {
      const { readings } = await library.get(DUNE);
      expect(readings.at(-1)).not.toHaveProperty("finishedAt");
    }, PATIENT);
  });

  it("is lent, gets a format and a series, and keeps percent and minutes", async () => {
    const { page, library } = await visitWith(app, `/book/${DUNE}`, (own) =>
      own.add({ isbn: DUNE, status: "reading" }),
    );
    await page.locator("summary", { hasText: "Your copy" }).click();
    await page.getByLabel("Format").selectOption("audiobook");
    await page.getByRole("button", { name: "Lend" }).click();
    await page.getByRole("button", { name: "Save", exact: true }).last().click();
    await page.getByRole("alert").getByText("Enter to whom you lend it.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByLabel("To whom").fill("Anna");
    await page.getByLabel("To whom").press("Enter");
    await page.getByText("Lent to Anna").last().waitFor();
    await page.locator("summary", { hasText: "Series" }).click();
    await page.getByLabel("Name of the series").fill("Dune Chronicles");
    await page.getByLabel("Number", { exact: true }).fill("1");
    await page.getByLabel("Number", { exact: true }).press("Enter");
    await page.getByRole("button", { name: "Remove Dune Chronicles #1" }).waitFor();
    await arrives(library, DUNE, {
      format: "audiobook",
      loan: { to: "Anna" },
      ownSeries: [{ name: "Dune Chronicles", position: "1" }],
    });
    for (const [unit, value, expected] of [
      ["Percent", "40", { percent: 40 }],
      ["Minutes", "95", { minutes: 95 }],
    ] as const) {
      await page.getByLabel("Unit").selectOption(unit);
      await page.getByLabel("Now at").fill(value);
      await page.getByLabel("Now at").press("Enter");
      await arrives(library, DUNE, { progress: expected });
    }
  });

  it("treats a double click as one", async () => {
    const { page } = await visitWith(app, `/book/${DUNE}`, fill);
    const twice = (element: unknown): void => {
      const button = element as { click(): void };
      button.click();
      button.click();
    };
    await page.getByRole("button", { name: "+25 pages" }).evaluate(twice);
    await page.getByText("Page 25 of 535", { exact: true }).waitFor();
    await page.getByText("1 entry", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Add a reading" }).click();
    const readings = page.getByRole("button", { name: /^Change the reading/ });
    const before = await readings.count();
    await page
      .locator("form", { hasText: "Started" })
      .getByRole("button", { name: "Save" })
      .evaluate(twice);
    await vi.waitFor(async () => expect(await readings.count()).toBe(before + 1), PATIENT);
  });

  it("counts two quick presses of a key, and does not jump back while it saves", async () => {
    const { page, library } = await visitWith(app, `/book/${DUNE}`, fill);
    const seen = await page.getByRole("slider", { name: "Rating" }).evaluate(async (element) => {
      const slider = element as unknown as {
        dispatchEvent(event: unknown): void;
        getAttribute(name: string): string | null;
      };
      const { KeyboardEvent } = globalThis as unknown as {
        KeyboardEvent: new (type: string, init: object) => unknown;
      };
      const values: (string | null)[] = [];
      for (let press = 0; press < 2; press += 1) {
        slider.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
        // Enough for the page to be drawn again, and too little for a save to end.
        for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
        values.push(slider.getAttribute("aria-valuenow"));
      }
      return values;
    });
    expect(seen).toEqual(["4.5", "4.75"]);
    await arrives(library, DUNE, { rating: 4.75 });
  });

  it("adds only the accepted tag when the focus leaves the field at once", async () => {
    const { page, library } = await visitWith(app, `/book/${DUNE}`, fill);
    await page.getByRole("combobox", { name: "Add a tag" }).fill("fan");
    await page.getByRole("option", { name: "fantasy" }).evaluate((element) => {
      const option = element as unknown as {
        click(): void;
        ownerDocument: { activeElement: { blur(): void } };
      };
      option.click();
      option.ownerDocument.activeElement.blur();
    });
    await page.getByRole("combobox", { name: "Add a tag" }).fill("classic, ");
    await page.getByRole("button", { name: "Remove the tag classic" }).waitFor();
    const tags = ["science fiction", "desert", "صحراء", "fantasy", "classic"];
    await arrives(library, DUNE, { tags });
  });

  it("is usable by keyboard alone", async () => {
    const { page, library } = await visitWith(app, `/book/${DUNE}`, fill, VIEWS[2]);
    await page.getByRole("heading", { level: 1, name: "Dune" }).waitFor();
    await tabTo(page, "Reading");
    await page.keyboard.press("ArrowRight");
    await tabTo(page, "Rating");
    await page.keyboard.press("ArrowLeft");
    await tabTo(page, "Add a tag");
    await page.keyboard.type("trav");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await tabTo(page, /^Your copy/);
    await page.keyboard.press("Enter");
    await tabTo(page, "Returned");
    await page.keyboard.press("Enter");
    await page.getByText("Anna has returned it.").first().waitFor();
    await arrives(library, DUNE, {
      status: "completed",
      rating: 4,
      tags: expect.arrayContaining(["travel"]),
    });
    await vi.waitFor(
      async () => expect(await library.get(DUNE)).not.toHaveProperty("loan"),
      PATIENT,
    );
  });

  it("is removed and restored", async () => {
    const { page, library } = await visitWith(app, `/book/${DUNE}`, fill);
    await page.getByRole("button", { name: "Remove from the shelf" }).click();
    await page.getByText("It stays in the trash for 30 days.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await vi.waitFor(async () => expect((await library.page()).total).toBe(1), PATIENT);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByLabel("Review").waitFor();
    await arrives(library, DUNE, { rating: 4.25 });
  });

  it("moves to another edition with everything, unless the shelf has that one", async () => {
    const { page, watch, library } = await visitWith(app, `/book/${DUNE}`, fill);
    watch.allow(/status of 409/);
    await page.locator("summary", { hasText: "Other editions" }).click();
    await page.getByLabel("ISBN of your edition").fill("9780261102217");
    await page.getByRole("button", { name: "Move to this edition" }).click();
    await page.getByText("Two entries are never merged.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByLabel("ISBN of your edition").fill("9780547928227");
    await page.getByRole("button", { name: "Move to this edition" }).click();
    await page.getByRole("heading", { level: 1, name: "The Hobbit" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/book/9780547928227");
    expect(await library.get("9780547928227")).toMatchObject({ rating: 4.25 });
  });
});

it("is refreshed from the catalogues, and shows the result", async () => {
  const { page } = await visitWith(app, `/book/${DUNE}`, fill);
  const sent = page.waitForRequest(/enrich$/);
  await page.getByRole("button", { name: "Refresh from the catalogues" }).click();
  await page
    .getByText(/^(The book was refreshed from|The catalogues have nothing newer)/)
    .first()
    .waitFor();
  expect((await sent).postDataJSON()).toEqual({ barcode: DUNE, refresh: true });
  expect(await axeFaults(page)).toEqual([]);
});

it("shows the columns of an imported file that have no field of their own", async () => {
  const file = `Title,Author,ISBN,Bought at,متجر\nDune,Frank Herbert,${DUNE},"Corner <b>shop</b>, 2019",الركن\n`;
  const account = await createClient({ baseUrl: app.url }).accounts.create();
  const { imports } = createClient({ baseUrl: app.url, token: account.token });
  const { jobId } = await imports.start(file, { name: "list.csv" });
  await vi.waitFor(
    async () => expect((await imports.get(jobId)).status).toBe("completed"),
    PATIENT,
  );
  const { page } = await app.visit(`/book/${DUNE}`, undefined, { account });
  await page.locator("summary", { hasText: "From your file" }).click();
  await page.getByText("An import has added this book.").waitFor();
  const facts = page.locator(".book-facts > div");
  await facts.filter({ hasText: /^Bought at ?Corner <b>shop<\/b>, 2019$/ }).waitFor();
  await facts.filter({ hasText: /^متجر ?الركن$/ }).waitFor();
  await shoot(page, "book-from-file", VIEWS[0]);
  expect(await themedAxeFaults(page)).toEqual([]);
  expect(await scrollsSideways(page)).toBe(false);
});

describe("bad days of a book", () => {
  it("keeps input without a connection, and sends it later", async () => {
    const { page, context, watch, library } = await visitWith(
      app,
      `/book/${DUNE}`,
      fill,
      undefined,
      { serviceWorker: true },
    );
    watch.allow(/ERR_(INTERNET_DISCONNECTED|FAILED)/);
    await page.getByLabel("Review").waitFor();
    await goOffline(page);
    await page.getByLabel("Review").fill("Written on a train.");
    await page.getByText("Saved on this device").waitFor();
    await page.locator("summary", { hasText: "Other editions" }).click();
    await page.getByText("This needs a connection.").first().waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.goto(`/book/${DUNE}`);
    const review = page.getByLabel("Review");
    await review.waitFor();
    expect(await review.inputValue()).toBe("Written on a train.");
    await page.getByText("Lent to Anna").first().waitFor();
    await context.setOffline(false);
    await arrives(library, DUNE, { review: "Written on a train." });
  });

  it("shows both values when another device has changed the same field", async () => {
    const { page, context, watch, library } = await visitWith(
      app,
      `/book/${DUNE}`,
      fill,
      undefined,
      { serviceWorker: true },
    );
    watch.allow(/ERR_(INTERNET_DISCONNECTED|FAILED)/);
    const stars = page.getByRole("slider", { name: "Rating" });
    await stars.waitFor();
    await goOffline(page);
    await stars.press("Digit2");
    await library.change(DUNE, { rating: 5 });
    await context.setOffline(false);
    await page.getByText("Changed on another device too.").waitFor();
    await page.getByRole("cell", { name: "2 stars of 5" }).waitFor();
    await page.getByRole("cell", { name: "5 stars of 5" }).waitFor();
    await shoot(page, "book-conflict", { width: 390, theme: "light" });
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Keep mine" }).click();
    await arrives(library, DUNE, { rating: 2 });
  });

  it("shows a title with HTML, of great length, or from right to left unchanged", async () => {
    const title = `<img src=x onerror=alert(1)> ${"على الطريق ".repeat(20)}`;
    const { page, library } = await visitWith(app, "/more", (own) =>
      own.add({ title, status: "reading" }),
    );
    const [book] = (await library.page()).books;
    await page.goto(`/book/${book?.isbn ?? ""}`);
    await page.getByRole("heading", { level: 1, name: "<img src=x" }).waitFor();
    expect(await scrollsSideways(page)).toBe(false);
    await page.locator("summary", { hasText: "Describe the book" }).click();
    await page.getByLabel("Title", { exact: true }).fill("On the road");
    await page.getByLabel("Pages", { exact: true }).fill("0");
    await page.getByLabel("Description", { exact: true }).press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("Enter the number of pages").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByLabel("Pages", { exact: true }).fill("320");
    await page.getByLabel("Pages", { exact: true }).press("Enter");
    await page.getByRole("heading", { level: 1, name: "On the road" }).waitFor();
    await arrives(library, book?.isbn ?? "", { title: "On the road", pageCount: 320 });
  });
});

describe("a book that is not on the shelf", () => {
  it("is shown with its catalogue data, and added with one tap", async () => {
    const { page } = await app.visit(`/book/${DUNE}`);
    await page.getByRole("heading", { level: 1, name: "Dune" }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Reading", exact: true }).click();
    await page.getByRole("radio", { name: "Reading" }).and(page.locator(":checked")).waitFor();
  });

  it("reports that no catalogue has it either, in German", async () => {
    const { page } = await app.visit("/book/9783161484100", undefined, { locale: "de" });
    await page.getByText("Auch kein Katalog kennt seine ISBN.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
  });
});
