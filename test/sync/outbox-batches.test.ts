import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { OutboxResult } from "../../contract/sync.ts";
import { CHANGED_STATEMENTS } from "../../src/library/storage/changed-entries.ts";
import { createService } from "../../src/app.ts";
import { bearer } from "../support/accounts.ts";
import { countedDb } from "../support/counted-db.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";
import { testPlatform } from "../support/platform.ts";
import { runs } from "../support/properties.ts";
import { quotaService } from "../support/quotas.ts";
import { pageOf, send } from "../support/sync.ts";

const ISBNS = Array.from({ length: 10 }, (_, index) => isbnOf(8700 + index));
const [FIRST = "", SECOND = "", THIRD = ""] = ISBNS;

beforeAll(async () => {
  for (const isbn of ISBNS) await inCatalogue({ isbn, title: `Title ${isbn}` });
});

async function withBooks(count: number): Promise<Reader> {
  const reader = await newReader();
  for (const isbn of ISBNS.slice(0, count)) await reader.add({ isbn, status: "reading" });
  return reader;
}

async function versionsOf(reader: Reader): Promise<Map<string, number>> {
  const { items } = await pageOf(reader);
  return new Map(
    items.flatMap(({ kind, isbn, version }) => (kind === "book" ? [[isbn, version]] : [])),
  );
}

/** A service with a given database. */
function serviceOver(db: D1Database) {
  const app = createService(testPlatform({ env: { ...env, DB: db } })).app();
  return (reader: Reader, changes: readonly object[]): Promise<Response> =>
    Promise.resolve(
      app.fetch(
        new Request(`http://bookstrack.test/v1/library/${reader.userId}/changes`, {
          method: "POST",
          headers: { ...bearer(reader.token), "Content-Type": "application/json" },
          body: JSON.stringify({ changes }),
        }),
        env,
        createExecutionContext(),
      ),
    );
}

async function resultsOf(response: Response): Promise<OutboxResult[]> {
  expect(response.status).toBe(200);
  return (await response.json<{ data: { results: OutboxResult[] } }>()).data.results;
}

/** A database that runs a hook before each batch, or loses its response. */
function hooked(hooks: { before?(): Promise<void>; after?(): Promise<void> }): D1Database {
  return {
    prepare: (sql: string) => env.DB.prepare(sql),
    async batch<Row>(statements: D1PreparedStatement[]) {
      await hooks.before?.();
      const results = await env.DB.batch<Row>(statements);
      await hooks.after?.();
      return results;
    },
  } as Partial<D1Database> as D1Database;
}

const edit = (isbn: string, ifVersion: number | undefined, body: object, key: string) => ({
  op: "change",
  key,
  isbn,
  ...(ifVersion === undefined ? {} : { ifVersion }),
  body,
});

describe("changes of several books in one request", () => {
  it("read at most 40 rows for ten of them, including lists, the token and the quota, and write them in one batch", async () => {
    const counted = countedDb(env.DB);
    let batches = 0;
    const db = {
      prepare: (sql: string) => counted.db.prepare(sql),
      batch(statements: D1PreparedStatement[]) {
        batches += 1;
        return counted.db.batch(statements);
      },
    } as unknown as D1Database;
    const { call, account } = quotaService({
      quotas: { changes: 100 },
      parts: { env: { ...env, DB: db } },
    });
    const user = await account();
    const post = (path: string, body: object): Promise<Response> =>
      call(`/v1/library/${user.userId}${path}`, {
        method: "POST",
        headers: { ...bearer(user.token), "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
    for (const isbn of ISBNS) await post("/books", { isbn });
    const changes = ISBNS.map((isbn, index) =>
      edit(
        isbn,
        undefined,
        {
          notes: `Note ${index}`,
          rating: 4,
          status: "completed",
          addTags: ["one", "two"],
          addReadings: [{ id: `reading-${index}`, startedAt: "2020-01", finishedAt: "2020-02" }],
        },
        `ten-${index}`,
      ),
    );
    counted.take();
    batches = 0;
    const results = await resultsOf(await post("/changes", { changes }));
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(10).fill("applied"));
    expect(counted.take().read).toBeLessThanOrEqual(40);
    expect(batches).toBe(1);
    // This also reads the keys of the first request and the deleted rows.
    const later = results.map((result, index) =>
      edit(
        ISBNS[index] ?? "",
        result.outcome === "applied" ? result.version : undefined,
        { removeTags: ["one"], addTags: ["three"], readings: [] },
        `later-${index}`,
      ),
    );
    const changed = await resultsOf(await post("/changes", { changes: later }));
    expect(changed.map(({ outcome }) => outcome)).toEqual(Array(10).fill("applied"));
    expect(counted.take().read).toBeLessThanOrEqual(84);
    expect(batches).toBe(2);
    const tables = await env.DB.batch<{ isbn: string }>(
      [
        "SELECT isbn, tag, position FROM Tags WHERE user_id = ?1",
        "SELECT isbn FROM Readings WHERE user_id = ?1",
      ].map((sql) => env.DB.prepare(sql).bind(user.userId)),
    );
    const left = ISBNS.flatMap((isbn) => [
      { isbn, tag: "three", position: 1 },
      { isbn, tag: "two", position: 0 },
    ]);
    expect(tables[0]?.results).toEqual(expect.arrayContaining(left));
    expect(tables.map(({ results: { length } }) => length)).toEqual([left.length, 0]);
  });

  it("are each applied once if another device writes between the read and the write", async () => {
    const reader = await withBooks(3);
    const versions = await versionsOf(reader);
    let isFirst = true;
    const before = async (): Promise<void> => {
      if (!isFirst) return;
      isFirst = false;
      await reader.call("PATCH", `/books/${SECOND}`, { notes: "theirs" });
    };
    const changes = [FIRST, SECOND, THIRD].map((isbn, index) =>
      edit(isbn, versions.get(isbn), { notes: "mine" }, `between-${index}`),
    );
    const response = await serviceOver(hooked({ before }))(reader, changes);
    const results = await resultsOf(response);
    expect(results.map(({ outcome }) => outcome)).toEqual(["applied", "conflict", "applied"]);
    const { books } = await reader.list("?sort=added&order=asc");
    expect(books.map(({ notes }) => notes)).toEqual(["mine", "theirs", "mine"]);
    const after = await versionsOf(reader);
    expect([FIRST, SECOND, THIRD].map((isbn) => after.get(isbn))).toEqual(
      [FIRST, SECOND, THIRD].map((isbn) => (versions.get(isbn) ?? 0) + 1),
    );
  });

  it("are applied once if the same request is applied between the read and the write", async () => {
    const reader = await withBooks(2);
    const versions = await versionsOf(reader);
    const changes = [FIRST, SECOND].map((isbn, index) =>
      edit(isbn, versions.get(isbn), { rating: 3 }, `twice-${index}`),
    );
    let isFirst = true;
    const before = async (): Promise<void> => {
      if (!isFirst) return;
      isFirst = false;
      await send(reader, ...changes);
    };
    const results = await resultsOf(await serviceOver(hooked({ before }))(reader, changes));
    // Existing rows are not written again.
    for (const { outcome } of results) expect(["applied", "replayed"]).toContain(outcome);
    const again = await send(reader, ...changes);
    expect(again.map(({ outcome }) => outcome)).toEqual(["replayed", "replayed"]);
    const after = await versionsOf(reader);
    expect(after.get(FIRST)).toBe((versions.get(FIRST) ?? 0) + 1);
  });

  it("update counts, lists and statistics like single changes", async () => {
    const [one, other] = [await withBooks(4), await withBooks(4)];
    const bodies = [
      { status: "completed", rating: 4.5, addTags: ["b", "a"] },
      { removeTags: ["x"], notes: "n", addReadings: [{ id: "one", startedAt: "2020-01-02" }] },
      { status: null, tags: ["only"] },
      { ownSeries: [{ name: "S", position: "1" }], location: "Attic" },
    ];
    const changes = bodies.map((body, index) =>
      edit(ISBNS[index] ?? "", undefined, body, `same-${index}`),
    );
    for (const reader of [one, other]) await reader.call("GET", "/stats");
    const together = await send(one, ...changes);
    const alone: OutboxResult[] = [];
    for (const change of changes) alone.push(...(await send(other, change)));
    for (const results of [together, alone]) {
      expect(results.map(({ outcome }) => outcome)).toEqual(bodies.map(() => "applied"));
    }
    const shapeOf = async (reader: Reader): Promise<unknown> => {
      const { books } = await reader.list("?sort=added&order=asc");
      const stats = await (await reader.call("GET", "/stats")).json<{ data: object }>();
      const shown = books.map(({ addedAt: _added, updatedAt: _updated, readings, ...book }) => ({
        ...book,
        readings: readings.map(({ id: _id, ...dates }) => dates),
      }));
      const tables = await env.DB.batch(
        [
          "SELECT want_to_read, reading, completed, no_status FROM Shelves",
          "SELECT isbn, folded, position FROM Tags",
          "SELECT isbn, position, started_at, finished_at FROM Readings",
        ].map((sql) =>
          env.DB.prepare(`${sql} WHERE user_id = ?1 ORDER BY 1, 2, 3`).bind(reader.userId),
        ),
      );
      return {
        shown,
        stats: stats.data,
        tables: tables.map(({ results }) => results),
      };
    };
    expect(await shapeOf(one)).toEqual(await shapeOf(other));
  });

  it("use indexes", async () => {
    for (const [name, sql] of Object.entries(CHANGED_STATEMENTS)) {
      const count = Math.max(...[...sql.matchAll(/\?(\d)/g)].map(([, number]) => Number(number)));
      const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...Array.from({ length: count }, () => "[]"))
        .all<{ detail: string }>();
      const scans = results
        .map(({ detail }) => detail)
        .filter((detail) =>
          /^SCAN (?!json_each|written|wanted|shelf|value|\d+-ROW|\d* ?CONSTANT|\(subquery)/.test(
            detail,
          ),
        );
      expect([name, scans]).toEqual([name, []]);
    }
  });
});

/**
 * Edits of an offline device: at most one change of each field of a book, and progress and goals.
 */
const FIELDS = {
  notes: { notes: "mine" },
  rating: { rating: 2.5 },
  location: { location: "here" },
  tag: { addTags: ["mine"] },
} as const;
type FieldName = keyof typeof FIELDS;

const delivery = fc.record({
  /** Changes to send, as indexes in the outbox, in this order. */
  places: fc.array(fc.nat({ max: 13 }), { minLength: 1, maxLength: 14 }),
  /**
   * The number of calls until the service is killed, and whether the last one reaches the database.
   */
  killedAfter: fc.option(fc.record({ calls: fc.nat({ max: 9 }), isWritten: fc.boolean() }), {
    nil: undefined,
    freq: 2,
  }),
});

/** A database that fails after some calls. */
function killed({ calls, isWritten }: { calls: number; isWritten: boolean }): D1Database {
  let left = calls;
  const call = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    left -= 1;
    if (left >= 0) return work();
    if (left === -1 && isWritten) await work();
    throw new Error("killed");
  };
  const inner = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const wrapped = (statement: D1PreparedStatement): D1PreparedStatement => {
    const outer = {
      bind: (...values: unknown[]) => wrapped(statement.bind(...values)),
      first: (column?: string) =>
        call(() => (column === undefined ? statement.first() : statement.first(column))),
      run: () => call(() => statement.run()),
      all: () => call(() => statement.all()),
    } as unknown as D1PreparedStatement;
    inner.set(outer, statement);
    return outer;
  };
  return {
    prepare: (sql: string) => wrapped(env.DB.prepare(sql)),
    batch: (statements: D1PreparedStatement[]) =>
      call(() => env.DB.batch(statements.map((one) => inner.get(one) ?? one))),
  } as unknown as D1Database;
}

it("applies each change of an outbox once, even if it is sent twice, in parts, in another order, or with kills in between", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(delivery, { maxLength: 4 }),
      fc.uniqueArray(
        fc.tuple(fc.nat({ max: 2 }), fc.constantFrom<FieldName>("notes", "rating", "location")),
        {
          selector: ([book, field]) => `${book} ${field}`,
          maxLength: 4,
        },
      ),
      async (deliveries, theirs) => {
        const reader = await withBooks(3);
        const books = [FIRST, SECOND, THIRD];
        const versions = await versionsOf(reader);
        const outbox = [
          ...books.flatMap((isbn, book) =>
            (Object.keys(FIELDS) as FieldName[]).map((field) =>
              edit(isbn, versions.get(isbn), FIELDS[field], `${book}-${field}`),
            ),
          ),
          { op: "progress", key: "progress", isbn: FIRST, body: { page: 12 } },
          { op: "goal", key: "goal", body: { year: 2026, books: 7 } },
        ];
        // Another device has written these fields since.
        const their = { notes: "theirs", rating: 5, location: "there" };
        for (const [book, field] of theirs) {
          await reader.call("PATCH", `/books/${books[book]}`, {
            [field]: their[field as keyof typeof their],
          });
        }
        for (const { places, killedAfter } of deliveries) {
          const part = places.flatMap((place) => outbox[place] ?? []);
          const response = await serviceOver(killedAfter ? killed(killedAfter) : env.DB)(
            reader,
            part,
          );
          expect([200, 503]).toContain(response.status);
          await response.text();
        }
        const results = await resultsOf(await serviceOver(env.DB)(reader, outbox));
        const isTheirs = new Set(theirs.map(([book, field]) => `${book}-${field}`));
        const unexpected = results.filter(({ key, outcome }) =>
          isTheirs.has(key)
            ? outcome !== "conflict"
            : outcome !== "applied" && outcome !== "replayed",
        );
        expect(unexpected).toEqual([]);
        const again = await resultsOf(await serviceOver(env.DB)(reader, outbox));
        expect(again.map(({ key, outcome }) => [key, outcome])).toEqual(
          results.map(({ key, outcome }) => [key, outcome === "conflict" ? outcome : "replayed"]),
        );
        const shelf = new Map((await reader.list()).books.map((book) => [book.isbn, book]));
        const after = await versionsOf(reader);
        for (const [book, isbn] of books.entries()) {
          const expected = Object.fromEntries(
            (["notes", "rating", "location"] as const).map((field) => [
              field,
              isTheirs.has(`${book}-${field}`)
                ? their[field]
                : Object.values(FIELDS[field] as object)[0],
            ]),
          );
          expect(shelf.get(isbn)).toMatchObject({ ...expected, tags: ["mine"] });
          // Each write increments the version: those of the other device, the four edits except
          // conflicting ones, and the reading opened by the progress.
          const writes = isbn === FIRST ? 5 : 4;
          expect(after.get(isbn)).toBe((versions.get(isbn) ?? 0) + writes);
        }
        const progress = await reader.call("GET", `/books/${FIRST}/progress`);
        const { data } = await progress.json<{ data: { items: { id: string }[] } }>();
        expect(data.items.map(({ id }) => id)).toEqual(["progress"]);
      },
    ),
    { numRuns: runs(20) },
  );
});
