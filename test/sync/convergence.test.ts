import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { statusSchema } from "../../contract/library-fields.ts";
import { requireIsbn } from "../../src/catalogue/module.ts";
import { libraryBook } from "../../src/library/domain/entry.ts";
import { recordProgress, removeProgress } from "../../src/library/domain/record-progress.ts";
import { addBook, changeBook, type ShelfDeps } from "../../src/library/domain/shelf.ts";
import { removeBook, restoreBook } from "../../src/library/domain/trash.ts";
import { d1Progress } from "../../src/library/storage/progress.ts";
import { refreshShelves } from "../../src/library/storage/shelf-refresh.ts";
import { keepEntries } from "../../src/library/storage/shelf-upkeep.ts";
import { d1Shelves } from "../../src/library/storage/shelves.ts";
import { openFeed, readFeed } from "../../src/sync/domain/read-feed.ts";
import { d1Feed } from "../../src/sync/storage/feed.ts";
import { memoryLog } from "../support/fakes.ts";
import { imported } from "../support/imports.ts";
import { inCatalogue, isbnOf } from "../support/library.ts";
import { runs } from "../support/properties.ts";
import { Device, type FedPage } from "../support/sync.ts";

const BOOKS = [0, 1, 2, 3, 4, 5].map((number) => isbnOf(8400 + number));
const NOW = Date.UTC(2026, 4, 1);
const newId = () => crypto.randomUUID();
const shelves = d1Shelves(env.DB, newId, memoryLog());
const feed = { feed: d1Feed(env.DB, memoryLog()), now: () => NOW };
const shelf: ShelfDeps = {
  shelves,
  lookupBook: async () => ({ kind: "absent", source: "external_api", providersChecked: [] }),
  keepBook: async () => undefined,
  sha256: async (text) => text,
  now: () => NOW,
};
const progress = { ...shelf, progress: d1Progress(env.DB, newId, memoryLog()), newId };

const isbn = fc.constantFrom(...BOOKS);
const of = <Kind extends string>(kind: Kind) => fc.record({ kind: fc.constant(kind), isbn });
const status = fc.constantFrom(...statusSchema.options);
const page = fc.record({
  kind: fc.constant("page" as const),
  device: fc.nat(2),
  limit: fc.integer({ min: 1, max: 4 }),
});

/** A write by any writer, or a page read by a device. */
const step = fc.oneof(
  { weight: 4, arbitrary: page },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("change" as const),
      isbn,
      change: fc.record({ status, rating: fc.constantFrom(2, 4.5), tags: fc.subarray(["a", "b"]) }),
    }),
  },
  { weight: 2, arbitrary: of("remove") },
  { weight: 1, arbitrary: of("restore") },
  { weight: 2, arbitrary: of("title") },
  { weight: 1, arbitrary: of("older") },
  { weight: 1, arbitrary: of("keep") },
  { weight: 2, arbitrary: of("progress") },
  { weight: 1, arbitrary: of("noProgress") },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("import" as const),
      rows: fc.array(fc.record({ isbn, status }), { minLength: 1, maxLength: 6 }),
    }),
  },
);
type Write = Exclude<typeof step extends fc.Arbitrary<infer One> ? One : never, { kind: "page" }>;

let titles = 0;

async function write(userId: string, one: Write): Promise<void> {
  switch (one.kind) {
    case "change": {
      const there = await shelves.find(userId, one.isbn);
      const caller = { key: userId, account: true };
      const book = { isbn: requireIsbn(one.isbn), own: { title: "Own", authors: [] } };
      const { change } = one;
      if (there.entry) await changeBook({ userId, isbn: one.isbn, change }, shelf);
      else await addBook({ userId, caller, book, change }, shelf);
      return;
    }
    case "remove":
      await removeBook({ userId, isbn: one.isbn }, shelf);
      return;
    case "restore":
      await restoreBook({ userId, isbn: one.isbn }, shelf);
      return;
    case "title":
      await inCatalogue({ isbn: one.isbn, title: `Title ${(titles += 1)}` });
      await refreshShelves(env.DB);
      return;
    case "older":
      return writeOlder(userId, one.isbn);
    case "keep":
      await keepEntries(env.DB);
      return;
    case "progress":
      await recordProgress(
        { userId, isbn: one.isbn, id: `${one.isbn}-p`, position: { minutes: 5 } },
        progress,
      );
      return;
    case "noProgress":
      await removeProgress({ userId, isbn: one.isbn, id: `${one.isbn}-p` }, progress);
      return;
    case "import":
      await imported({
        userId,
        mode: "overwrite",
        chunk: 2,
        rows: one.rows.map((row) => ({
          isbn: row.isbn,
          title: "T",
          entry: { status: row.status },
        })),
      });
  }
}

/** Writes an entry as release 0.1.0 did. */
async function writeOlder(userId: string, isbn: string): Promise<void> {
  const { removedVersion } = await shelves.find(userId, isbn);
  if (removedVersion !== undefined) return;
  await env.DB.prepare(
    `INSERT INTO UserLibrary (user_id, isbn, version, book_version) VALUES (?1, ?2, ?3, 0)
     ON CONFLICT(user_id, isbn) DO UPDATE SET version = version + 1, rating = 1`,
  )
    .bind(userId, isbn, NOW)
    .run();
}

const deviceOf = (userId: string): Device =>
  new Device(async (since, limit) => {
    const { head, start } = await openFeed({ userId, since }, feed);
    if (start.kind !== "start") throw new Error(`The token must be valid: ${since}`);
    return (await readFeed({ userId, head, token: start.token, limit }, feed)) as FedPage;
  });

/** The shelf, read one book at a time. */
async function storedShelf(userId: string): Promise<unknown[]> {
  const places = await Promise.all(BOOKS.map((book) => shelves.find(userId, book)));
  return places.flatMap((place) =>
    place.entry ? [[place.entry.isbn, libraryBook(place.entry, place)]] : [],
  );
}

async function storedProgress(userId: string): Promise<string[]> {
  const { results } = await env.DB.prepare(
    "SELECT id FROM Progress WHERE user_id = ?1 AND removed_at IS NULL ORDER BY id",
  )
    .bind(userId)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}

let users = 0;

describe("devices that read pages of a feed while it is written", () => {
  beforeAll(async () => {
    for (const book of BOOKS.slice(0, 4)) await inCatalogue({ isbn: book, title: "Known" });
  });

  it("have the server's state after the last page, regardless of page sizes and concurrent writes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
        const userId = `feed-${(users += 1)}`;
        const devices = [deviceOf(userId), deviceOf(userId), deviceOf(userId)] as const;
        for (const one of steps) {
          if (one.kind === "page") await devices[one.device as 0 | 1 | 2].step(one.limit);
          else await write(userId, one);
        }
        await keepEntries(env.DB);
        await refreshShelves(env.DB);
        const expected = await storedShelf(userId);
        for (const [limit, device] of devices.entries()) {
          await device.follow(limit + 1);
          expect(device.shelf()).toEqual(expected);
          expect([...device.progress.keys()].sort()).toEqual(await storedProgress(userId));
        }
      }),
      { numRuns: runs(25) },
    );
  });
});
