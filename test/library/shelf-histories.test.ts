import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { requireIsbn } from "../../src/catalogue/module.ts";
import { statusSchema } from "../../contract/library-fields.ts";
import { emptyEntry, withChange, type Place } from "../../src/library/domain/entry.ts";
import { addBook, changeBook, type ShelfDeps } from "../../src/library/domain/shelf.ts";
import { removeBook, restoreBook } from "../../src/library/domain/trash.ts";
import { yearPeriod } from "../../src/library/domain/period.ts";
import { openReadingOf } from "../../src/library/domain/progress.ts";
import type { ProgressDeps } from "../../src/library/domain/progress-ports.ts";
import { recordProgress, removeProgress } from "../../src/library/domain/record-progress.ts";
import { readingsOf } from "../../src/library/storage/entry-rows.ts";
import { d1Progress } from "../../src/library/storage/progress.ts";
import { d1LibraryNumbers } from "../../src/library/storage/stats.ts";
import { refreshShelves } from "../../src/library/storage/shelf-refresh.ts";
import { checkShelves, keepEntries } from "../../src/library/storage/shelf-upkeep.ts";
import { d1Shelves, writeStatements } from "../../src/library/storage/shelves.ts";
import { changeMany } from "../../src/library/domain/bulk-change.ts";
import { d1BulkShelf } from "../../src/library/storage/bulk-shelf.ts";
import { d1Trash } from "../../src/library/storage/trash.ts";
import { shelfKeys } from "../../src/library/domain/shelf-keys.ts";
import { written } from "../../src/library/domain/field-writes.ts";
import { atomicDb } from "../support/atomic-db.ts";
import { countedDb } from "../support/counted-db.ts";
import { memoryLog } from "../support/fakes.ts";
import { imported, undone } from "../support/imports.ts";
import { inCatalogue, isbnOf } from "../support/library.ts";
import { runs } from "../support/properties.ts";

const newId = () => crypto.randomUUID();
const shelves = d1Shelves(env.DB, newId, memoryLog());
const many = d1BulkShelf(env.DB, newId, memoryLog());
const trash = d1Trash(env.DB, memoryLog());
const numbers = d1LibraryNumbers(env.DB, memoryLog());
const NOW = Date.UTC(2026, 4, 1);
const IN_2020 = { year: 2020, period: yearPeriod(2020) };
const UTC = { timeZone: "UTC" };

const deps: ShelfDeps = {
  shelves,
  lookupBook: async () => ({ kind: "absent", source: "external_api", providersChecked: [] }),
  keepBook: async () => undefined,
  sha256: async (text) => text,
  now: () => NOW,
};

const progress: ProgressDeps = {
  shelves,
  progress: d1Progress(env.DB, newId, memoryLog()),
  newId,
  now: () => NOW,
};

const book = fc.integer({ min: 0, max: 4 }).map((number) => isbnOf(500 + number));
const status = fc.constantFrom(...statusSchema.options, undefined);
const readings = fc.array(
  fc.record({ finishedAt: fc.constantFrom("2019", "2020-05-01") }, { requiredKeys: [] }),
  { maxLength: 2 },
);
const change = fc.record(
  {
    status: fc.constantFrom(...statusSchema.options, null),
    rating: fc.constantFrom(3, 4.5, null),
    tags: fc.subarray(["one", "two"]),
    readings,
  },
  { requiredKeys: [] },
);

/** A write of this release, of release 0.1.0, or of the schedule. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("change" as const), isbn: book, change }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), isbn: book }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restore" as const), isbn: book }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("purge" as const), isbn: book }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("bulk" as const),
      isbns: fc.uniqueArray(book, { minLength: 1, maxLength: 5 }),
      change,
      isDelete: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("undo" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("progress" as const),
      isbn: book,
      position: fc.constantFrom({ page: 50 }, { page: 7 }, { percent: 40 }, { minutes: 9 }),
      day: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("unprogress" as const), isbn: book }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("stats" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("keep" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lost" as const), isbn: book, change }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("title" as const), isbn: book }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("older" as const),
      isbn: book,
      status,
      tag: fc.constantFrom("old", "older"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("import" as const),
      rows: fc.array(fc.record({ isbn: book, status, readings }), { minLength: 1, maxLength: 3 }),
      mode: fc.constantFrom("merge" as const, "overwrite" as const),
    }),
  },
);

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** Writes an entry as release 0.1.0 did. */
async function writeOlder(userId: string, isbn: string, to: string | null, tag: string) {
  const place = [userId, isbn] as const;
  await env.DB.batch([
    env.DB.prepare(
      "INSERT INTO UserLibrary (user_id, isbn, version, book_version) VALUES (?1, ?2, 0, 0) ON CONFLICT DO NOTHING",
    ).bind(...place),
    env.DB.prepare("DELETE FROM Readings WHERE user_id = ?1 AND isbn = ?2").bind(...place),
    env.DB.prepare(
      "INSERT INTO Readings (user_id, isbn, position, finished_at) VALUES (?1, ?2, 0, '2021')",
    ).bind(...place),
    env.DB.prepare("DELETE FROM Tags WHERE user_id = ?1 AND isbn = ?2").bind(...place),
    env.DB.prepare(
      "INSERT INTO Tags (user_id, isbn, folded, tag, position) VALUES (?1, ?2, ?3, ?3, 0)",
    ).bind(...place, tag),
    env.DB.prepare(
      `UPDATE UserLibrary SET status = ?3, version = max(version + 1, ?4), last_finished = '2021'
       WHERE user_id = ?1 AND isbn = ?2`,
    ).bind(...place, to, NOW),
  ]);
}

let titles = 0;

async function take(userId: string, one: Step): Promise<void> {
  const caller = { key: userId, account: true };
  switch (one.kind) {
    case "change": {
      const there = await shelves.find(userId, one.isbn);
      if (there.entry) await changeBook({ userId, isbn: one.isbn, change: one.change }, deps);
      else {
        const own = { title: "Own", authors: ["Me"], pageCount: 7 };
        const book = { isbn: requireIsbn(one.isbn), own };
        await addBook({ userId, caller, book, change: one.change }, deps);
      }
      return;
    }
    case "progress": {
      const { isbn, position, day } = one;
      await recordProgress({ userId, isbn, position, at: Date.UTC(2026, 0, day) }, progress);
      return;
    }
    case "unprogress": {
      const [latest] = await progress.progress.ofBook(userId, one.isbn, undefined, 1);
      if (latest) await removeProgress({ userId, isbn: one.isbn, id: latest.id }, progress);
      return;
    }
    case "remove":
      await removeBook({ userId, isbn: one.isbn }, deps);
      return;
    case "restore":
      await restoreBook({ userId, isbn: one.isbn }, deps);
      return;
    case "purge":
      await trash.purge(userId, one.isbn, NOW);
      return;
    case "bulk": {
      const edit = {
        change: one.change,
        addTags: ["bulk"],
        removeTags: [],
        isDelete: one.isDelete,
      };
      const progress = { left: one.isbns, results: [], remaining: 0 };
      const keepProgress = () => undefined;
      await changeMany({ userId, edit, progress, keepProgress }, { many, now: () => NOW });
      return;
    }
    case "undo": {
      const latest = env.DB.prepare(
        "SELECT job_id FROM ImportJobs WHERE user_id = ?1 AND state = 'completed' ORDER BY created_at DESC LIMIT 1",
      );
      const jobId = await latest.bind(userId).first<string>("job_id");
      if (jobId !== null) await undone(userId, jobId);
      return;
    }
    case "stats":
      await numbers.stats(userId, IN_2020, UTC, NOW);
      return;
    case "keep":
      await keepEntries(env.DB);
      return;
    case "lost":
      return writeAnOldState(userId, one.isbn, one.change);
    case "title":
      await inCatalogue({ isbn: one.isbn, title: `Title ${(titles += 1)}` });
      await refreshShelves(env.DB);
      return;
    case "older":
      return writeOlder(userId, one.isbn, one.status ?? null, one.tag);
    case "import":
      await imported({
        userId,
        mode: one.mode,
        rows: one.rows.map((row) => ({
          isbn: row.isbn,
          title: "T",
          entry: { ...(row.status ? { status: row.status } : {}), readings: row.readings },
        })),
      });
  }
}

/** A writer that read the shelf before another write; it must change nothing. */
async function writeAnOldState(
  userId: string,
  isbn: string,
  given: Parameters<typeof withChange>[1],
): Promise<void> {
  const now = await shelves.find(userId, isbn);
  const version = (now.entry?.version ?? NOW) - 1;
  const read = { ...(now.entry ?? { ...emptyEntry(isbn, 1) }), version };
  const before: Place = { ...now, entry: read };
  const entry = written(withChange(read, given, 1), read, { writer: "user", version: version + 1 });
  const write = { userId, entry, keys: shelfKeys(entry, {}), bookVersion: 0, before };
  const [taken] = await env.DB.batch(writeStatements(env.DB, write, newId()));
  expect(taken?.results).toEqual([]);
}

/** Checks all redundant data. @returns the sequence number of the latest write */
async function checkShelf(userId: string): Promise<number> {
  const { results } = await env.DB.prepare(
    `SELECT isbn, seq, kept_version = version AS is_kept, readings, tags, has_own,
       (SELECT json_group_array(json_array(id, started_at, finished_at)) FROM (
         SELECT * FROM Readings WHERE user_id = entry.user_id AND isbn = entry.isbn ORDER BY position)) AS tabled_readings,
       (SELECT json_group_array(tag) FROM (
         SELECT tag FROM Tags WHERE user_id = entry.user_id AND isbn = entry.isbn ORDER BY position)) AS tabled_tags,
       EXISTS (SELECT 1 FROM UserBooks WHERE user_id = entry.user_id AND isbn = entry.isbn) AS owned
     FROM UserLibrary AS entry WHERE user_id = ?1`,
  )
    .bind(userId)
    .all();
  const seq = (await numbers.state(userId)).seq;
  for (const row of results) {
    expect(row).toMatchObject({
      is_kept: 1,
      readings: row["tabled_readings"],
      tags: row["tabled_tags"],
      has_own: row["owned"],
    });
    expect(Number(row["seq"])).toBeLessThanOrEqual(seq);
  }
  const log = memoryLog();
  await env.DB.prepare("UPDATE Shelves SET checked_at = 0 WHERE user_id = ?1").bind(userId).run();
  expect(await checkShelves(env.DB, NOW, log)).toBe(0);
  const dead = await env.DB.prepare(
    "SELECT 1 FROM RemovedEntries JOIN UserLibrary USING (user_id, isbn) WHERE user_id = ?1",
  )
    .bind(userId)
    .first();
  expect(dead).toBeNull();
  const kept = await env.DB.prepare(
    `SELECT trash_entries, trash_bytes, count(image) AS images, coalesce(sum(octet_length(image)), 0) AS bytes
     FROM Shelves LEFT JOIN RemovedEntries USING (user_id) WHERE user_id = ?1`,
  )
    .bind(userId)
    .first();
  expect([kept?.["trash_entries"] ?? 0, kept?.["trash_bytes"] ?? 0]).toEqual([
    kept?.["images"] ?? 0,
    kept?.["bytes"] ?? 0,
  ]);
  return seq;
}

/** Checks the displayed progress of entries, and the count of progress records. */
async function checkProgress(userId: string): Promise<void> {
  const { results: entries } = await env.DB.prepare(
    "SELECT isbn, readings, progress FROM UserLibrary WHERE user_id = ?1",
  )
    .bind(userId)
    .all<{ isbn: string; readings: string; progress: string | null }>();
  let count = 0;
  for (const { isbn, readings: stored, progress: shown } of entries) {
    const all = await progress.progress.ofBook(userId, isbn, undefined, 1000);
    count += all.length;
    const open = openReadingOf(readingsOf(stored));
    const latest = all.find(({ readingId }) => readingId === open?.id);
    const { page = null, percent = null, minutes = null, at = null } = latest ?? {};
    expect(JSON.parse(shown ?? "null")).toEqual(latest ? { page, percent, minutes, at } : null);
  }
  const counted = env.DB.prepare("SELECT progress FROM Shelves WHERE user_id = ?1").bind(userId);
  expect((await counted.first("progress")) ?? 0).toBe(count);
}

/** Another release adds a book that this one has removed, without deleting its tombstone. */
const SHELVED_AGAIN: Step[] = [
  { kind: "change", isbn: isbnOf(500), change: { status: "want_to_read" } },
  { kind: "remove", isbn: isbnOf(500) },
  { kind: "older", isbn: isbnOf(500), status: "want_to_read", tag: "old" },
  { kind: "progress", isbn: isbnOf(500), position: { page: 50 }, day: 1 },
];

let user = 0;

describe("any history of writes to a shelf", () => {
  beforeAll(async () => {
    await inCatalogue({ isbn: isbnOf(500), title: "Known", pageCount: 100 });
    await inCatalogue({ isbn: isbnOf(501), title: "Also known" });
  });

  it("leaves exact counts, current sums, lists equal to their tables, and increasing sequence numbers", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const userId = `history-${(user += 1)}`;
        let seq = 0;
        for (const one of steps) {
          await take(userId, one);
          const now = (await numbers.state(userId)).seq;
          expect(now).toBeGreaterThanOrEqual(seq);
          seq = now;
        }
        await keepEntries(env.DB);
        await checkShelf(userId);
        await checkProgress(userId);
        const warm = await numbers.stats(userId, IN_2020, UTC, NOW);
        await env.DB.prepare("DELETE FROM ShelfSlices WHERE user_id = ?1").bind(userId).run();
        expect(warm).toEqual(await numbers.stats(userId, IN_2020, UTC, NOW));
      }),
      { numRuns: runs(20), examples: [[SHELVED_AGAIN]] },
    );
  });
});

it("leaves entries, counts and the sequence number unchanged when a batch fails in its last statement", async () => {
  const atomic = { ...deps, shelves: d1Shelves(atomicDb(), newId, memoryLog()) };
  const userId = "atomic";
  const caller = { key: userId, account: true };
  const isbn = isbnOf(570);
  const own = { title: "Own", authors: [] };
  await addBook(
    { userId, caller, book: { isbn: requireIsbn(isbn), own }, change: { status: "reading" } },
    atomic,
  );
  const change = { rating: 4, tags: ["one"], readings: [{ finishedAt: "2020" }] };
  await changeBook({ userId, isbn, change }, atomic);
  await removeBook({ userId, isbn }, atomic);
  expect((await numbers.state(userId)).seq).toBe(3);
});

it("recounts a shelf once a day, and immediately when its counts are unknown", async () => {
  const counted = countedDb(env.DB);
  const day = 86_400_000;
  const check = async (now: number): Promise<number> => {
    // Shelves of other tests; a run checks five.
    for (let run = 0; run < 100; run += 1) {
      counted.take();
      await checkShelves(counted.db, now, memoryLog());
      const { written } = counted.take();
      if (written === 0) break;
    }
    const checked = env.DB.prepare("SELECT checked_at FROM Shelves WHERE user_id = 'daily'");
    return (await checked.first<number>("checked_at")) ?? 0;
  };
  await imported({ userId: "daily", rows: [{ isbn: isbnOf(560), title: "T" }] });
  expect(await check(NOW)).toBe(NOW);
  expect(await check(NOW + day)).toBe(NOW);
  counted.take();
  await checkShelves(counted.db, NOW + day, memoryLog());
  expect(counted.take()).toEqual({ read: 1, written: 0 });
  expect(await check(NOW + day + 1)).toBe(NOW + day + 1);
  await writeOlder("daily", isbnOf(560), "reading", "old");
  await imported({
    userId: "daily",
    rows: [{ isbn: isbnOf(560), title: "T", entry: { status: "completed" } }],
    mode: "overwrite",
  });
  expect(await check(NOW + day + 2)).toBe(NOW + day + 2);
});

it("refreshes an entry that was written with keys of its book from before a refresh", async () => {
  const userId = "behind";
  const isbn = isbnOf(550);
  await inCatalogue({ isbn, title: "Before" });
  await writeEntry(userId, await shelves.find(userId, isbn), isbn, "reading");
  const read = await shelves.find(userId, isbn);
  await inCatalogue({ isbn, title: "After" });
  await refreshShelves(env.DB);
  await writeEntry(userId, read, isbn, "completed");
  await refreshShelves(env.DB);
  const entry = env.DB.prepare(
    "SELECT status, sort_title, search_text FROM UserLibrary WHERE user_id = ?1",
  );
  expect(await entry.bind(userId).first()).toEqual({
    status: "completed",
    sort_title: "after",
    search_text: expect.stringContaining("after"),
  });
});

async function writeEntry(
  userId: string,
  before: Place,
  isbn: string,
  to: "reading" | "completed",
) {
  const changed = withChange(before.entry ?? emptyEntry(isbn, 1), { status: to }, 1);
  const version = (before.entry?.version ?? 0) + 1;
  const entry = written(changed, before.entry, { writer: "user", version });
  const { bookVersion } = before;
  const write = { userId, entry, keys: shelfKeys(entry, before), bookVersion, before };
  expect(await shelves.save(write)).toBe("saved");
}
