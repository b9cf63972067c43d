import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { requireIsbn } from "../../src/catalogue/module.ts";
import { addBook, changeBook, type ShelfDeps } from "../../src/library/domain/shelf.ts";
import { removeBook } from "../../src/library/domain/trash.ts";
import { listShelf } from "../../src/library/domain/shelf-page.ts";
import { d1ShelfPages } from "../../src/library/storage/shelf-pages.ts";
import { d1Shelves } from "../../src/library/storage/shelves.ts";
import { yearPeriod } from "../../src/library/domain/period.ts";
import { d1LibraryNumbers } from "../../src/library/storage/stats.ts";
import { countedDb } from "../support/counted-db.ts";
import { memoryLog } from "../support/fakes.ts";
import { inCatalogue, isbnOf } from "../support/library.ts";

const BOOKS = 120;
const USER = "reader";
const counted = countedDb(env.DB);
const log = memoryLog();
const pages = d1ShelfPages(counted.db, log);
const numbers = d1LibraryNumbers(counted.db, log);
const deps: ShelfDeps = {
  shelves: d1Shelves(counted.db, () => crypto.randomUUID(), log),
  lookupBook: async () => ({ kind: "absent", source: "external_api", providersChecked: [] }),
  keepBook: async () => undefined,
  sha256: async (text) => text,
  now: () => Date.UTC(2026, 0, 1),
};
const caller = { key: USER, account: true };

const add = (number: number, status: "reading" | "completed") =>
  addBook(
    { userId: USER, caller, book: { isbn: requireIsbn(isbnOf(700 + number)) }, change: { status } },
    deps,
  );

beforeAll(async () => {
  for (let number = 0; number <= BOOKS; number += 1) {
    await inCatalogue({ isbn: isbnOf(700 + number), title: `Title ${number}` });
    if (number < BOOKS) await add(number, "completed");
  }
});

const IN_2026 = { year: 2026, period: yearPeriod(2026) };
const UTC = { timeZone: "UTC" };

describe("rows that D1 counts", () => {
  it.each([
    { filter: {}, key: "added" as const },
    { filter: { statuses: ["completed" as const] }, key: "added" as const },
    { filter: { statuses: ["completed" as const] }, key: "title" as const },
    { filter: { statuses: ["completed" as const, "none" as const] }, key: "added" as const },
    { filter: { statuses: ["completed" as const, "reading" as const] }, key: "title" as const },
  ])("for a page of 50 are at most 120 read: %j", async ({ filter, key }) => {
    counted.take();
    const order = { key, descending: key === "added" };
    const page = await listShelf({ userId: USER, filter, sort: order, limit: 50 }, { pages });
    expect(page).toMatchObject({ kind: "page", total: BOOKS });
    const { read, written } = counted.take();
    expect(read).toBeLessThanOrEqual(120);
    expect(written).toBe(0);
  });

  it("for a new entry are at most 12 written, and for a rating of it at most 6", async () => {
    counted.take();
    expect(await add(BOOKS, "reading")).toMatchObject({ kind: "shelved", added: true });
    expect(counted.take().written).toBeLessThanOrEqual(12);
    const isbn = isbnOf(700 + BOOKS);
    await changeBook({ userId: USER, isbn, change: { rating: 4 } }, deps);
    expect(counted.take().written).toBeLessThanOrEqual(6);
    await changeBook({ userId: USER, isbn, change: { notes: "A note" } }, deps);
    expect(counted.take().written).toBeLessThanOrEqual(5);
    await removeBook({ userId: USER, isbn }, deps);
    expect(counted.take().written).toBeLessThanOrEqual(9);
  });

  it("for statistics are the shelf once, and afterwards only what has changed", async () => {
    await numbers.stats(USER, IN_2026, UTC, 0);
    counted.take();
    await numbers.stats(USER, IN_2026, UTC, 0);
    expect(counted.take()).toEqual({ read: 1, written: 0 });
    await numbers.state(USER);
    expect(counted.take()).toEqual({ read: 1, written: 0 });
  });
});
