import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { keepEntries } from "../../src/library/storage/shelf-upkeep.ts";
import { emptyStorage } from "../support/empty-storage.ts";

const upTo = (number: number) =>
  env.TEST_MIGRATIONS.filter(({ name }) => Number(name.slice(0, 4)) <= number);

const rowsOf = async (sql: string): Promise<unknown[]> => (await env.DB.prepare(sql).all()).results;

/** Empties the database, which the setup has already migrated. */
beforeEach(emptyStorage);

const BOOKS = [
  ["9780441172719", "Dune", '["Frank Herbert"]', 1965],
  ["9780140449136", "Ödipus", "not json", null],
] as const;

const ENTRIES = [
  {
    id: 3,
    user: "a",
    isbn: BOOKS[0][0],
    status: "completed",
    rating: 5,
    review: "Spice",
    added: 1_600_000_000,
    started: 1_590_000_000,
    completed: 1_595_000_000,
  },
  {
    id: 7,
    user: "a",
    isbn: BOOKS[1][0],
    status: "reading",
    rating: null,
    review: null,
    added: 1_600_000_001,
    started: 1_600_000_001,
    completed: null,
  },
  {
    id: 9,
    user: "b",
    isbn: BOOKS[0][0],
    status: null,
    rating: 1,
    review: "",
    added: 5,
    started: null,
    completed: null,
  },
];

async function fill(): Promise<void> {
  await env.DB.batch([
    ...BOOKS.map((book) =>
      env.DB.prepare(
        `INSERT INTO Books (isbn, title, authors, publication_year, canonical_metadata)
         VALUES (?1, ?2, ?3, ?4, 'not json either')`,
      ).bind(...book),
    ),
    ...ENTRIES.map(({ id, user, isbn, status, rating, review, added, started, completed }) =>
      env.DB.prepare(
        `INSERT INTO UserLibrary (id, user_id, isbn, status, rating, review, added_at, started_at, completed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
      ).bind(id, user, isbn, status, rating, review, added, started, completed),
    ),
  ]);
}

it("keeps every row of the original tables and converts their dates to readings", async () => {
  await applyD1Migrations(env.DB, upTo(3));
  await fill();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);

  const kept = await rowsOf(
    `SELECT id, user_id AS user, isbn, status, rating, review, added_at AS added FROM UserLibrary ORDER BY id`,
  );
  expect(kept).toEqual(
    ENTRIES.map(({ started: _started, completed: _completed, ...entry }) => entry),
  );
  expect(
    await rowsOf(
      "SELECT user_id, isbn, position, started_at, finished_at FROM Readings ORDER BY user_id, isbn DESC",
    ),
  ).toEqual([
    {
      user_id: "a",
      isbn: BOOKS[0][0],
      position: 0,
      started_at: "2020-05-20",
      finished_at: "2020-07-17",
    },
    { user_id: "a", isbn: BOOKS[1][0], position: 0, started_at: "2020-09-13", finished_at: null },
  ]);
  expect(await rowsOf("SELECT isbn, title FROM Books ORDER BY title")).toHaveLength(2);
  expect(await rowsOf("SELECT isbn FROM ShelfRefreshes")).toHaveLength(2);
});

it("reads instants in seconds and milliseconds", async () => {
  await applyD1Migrations(env.DB, upTo(3));
  const instants = [
    [1_600_000_000, 1_590_000_000, 1_595_000_000],
    [1_600_000_000_000, 1_590_000_000_000, 1_595_000_000_999],
    [1_600_000_000_000, null, 1_595_000_000],
    [-1_000_000_000, -1_000_000_000, null],
  ];
  await env.DB.batch([
    env.DB.prepare(
      "INSERT INTO Books (isbn, title, authors, canonical_metadata) VALUES ('x', 'X', '[]', '{}')",
    ),
    ...instants.map((row, index) =>
      env.DB.prepare(
        `INSERT INTO UserLibrary (user_id, isbn, added_at, started_at, completed_at)
         VALUES (?1, 'x', ?2, ?3, ?4)`,
      ).bind(String(index), ...row),
    ),
  ]);
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);

  const kept = await rowsOf(`
    SELECT added_at AS added, updated_at AS updated, started_at AS started, finished_at AS finished, last_finished AS last
    FROM UserLibrary JOIN Readings USING (user_id, isbn) ORDER BY user_id`);
  const added = 1_600_000_000;
  const read = { started: "2020-05-20", finished: "2020-07-17", last: "2020-07-17" };
  expect(kept).toEqual([
    { added, updated: added, ...read },
    { added, updated: added, ...read },
    { added, updated: added, ...read, started: null },
    {
      added: -1_000_000_000,
      updated: -1_000_000_000,
      started: "1938-04-24",
      finished: null,
      last: null,
    },
  ]);
});

it("continues the ids, so that none is assigned twice", async () => {
  await applyD1Migrations(env.DB, upTo(3));
  await fill();
  await env.DB.prepare("DELETE FROM UserLibrary WHERE id = 9").run();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await env.DB.prepare("INSERT INTO UserLibrary (user_id, isbn) VALUES ('c', 'x')").run();
  expect(await rowsOf("SELECT id FROM UserLibrary WHERE user_id = 'c'")).toEqual([{ id: 8 }]);
});

it("keeps entries when a catalogue book is deleted, and deletes readings with their entry", async () => {
  await applyD1Migrations(env.DB, upTo(3));
  await fill();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await env.DB.prepare("DELETE FROM Books").run();
  expect(await rowsOf("SELECT id FROM UserLibrary")).toHaveLength(3);
  await env.DB.prepare("DELETE FROM UserLibrary WHERE user_id = 'a'").run();
  expect(await rowsOf("SELECT * FROM Readings")).toEqual([]);
});

it("accepts quarter stars and no other ratings", async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  const rate = (rating: number) =>
    env.DB.prepare("INSERT INTO UserLibrary (user_id, isbn, rating) VALUES ('a', ?1, ?1)")
      .bind(rating)
      .run();
  for (const rating of [0.25, 3.5, 4.75, 5]) await rate(rating);
  for (const rating of [0, 0.3, 5.25, -1]) await expect(rate(rating)).rejects.toThrow("CHECK");
  expect(await rowsOf("SELECT id FROM UserLibrary")).toHaveLength(4);
});

it("sets the date of addition of rows in the review queue from their import", async () => {
  await applyD1Migrations(env.DB, upTo(12));
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO ImportJobs (job_id, user_id, state, mode, ticket_key, created_at, updated_at)
       VALUES ('j', 'a', 'completed', 'merge', 'key', 1, 1)`,
    ),
    env.DB.prepare(
      `INSERT INTO ImportRows (job_id, row, chunk, line, row_hash, verdict, filed) VALUES
         ('j', 2, 0, 2, 'dated', 'match', '{"book":{},"entry":{},"addedAt":1558051200}'),
         ('j', 3, 0, 3, 'undated', 'match', '{"book":{},"entry":{}}')`,
    ),
    env.DB.prepare(
      `INSERT INTO ReviewQueue (id, user_id, row_hash, job_id, row, reason, created_at) VALUES
         ('1', 'a', 'dated', 'j', 2, '{}', 1), ('2', 'a', 'undated', 'j', 3, '{}', 1),
         ('3', 'a', 'swept', 'long ago', 2, '{}', 1)`,
    ),
  ]);
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect(await rowsOf("SELECT id, added_at FROM ReviewQueue ORDER BY id")).toEqual([
    { id: "1", added_at: 1_558_051_200 },
    { id: "2", added_at: null },
    { id: "3", added_at: null },
  ]);
});

describe("from release 0.1.0", () => {
  const LAST_OLD = 14;
  const ENTRIES_EACH = 700;

  /** Shelves as written by release 0.1.0: three users, with readings, tags and own descriptions. */
  async function fillShelves(): Promise<void> {
    const numbered = JSON.stringify(Array.from({ length: ENTRIES_EACH }, (_, index) => index));
    const of = (sql: string) => env.DB.prepare(sql).bind(numbered);
    const users = `json_each('["a","b","c"]') AS user`;
    await env.DB.batch([
      of(`INSERT INTO UserLibrary (user_id, isbn, status, rating, added_at, updated_at, version, book_version, sort_title)
          SELECT user.value, 'local-' || n.value, iif(n.value % 3, 'completed', NULL), iif(n.value % 2, 4, NULL),
            n.value, n.value, 1700000000000, 0, 'title' FROM json_each(?1) AS n, ${users}`),
      of(`INSERT INTO Readings (user_id, isbn, position, finished_at)
          SELECT user.value, 'local-' || n.value, 0, '2020' FROM json_each(?1) AS n, ${users} WHERE n.value % 5 = 0`),
      of(`INSERT INTO Tags (user_id, isbn, folded, tag, position)
          SELECT user.value, 'local-' || n.value, 'sf', 'SF', 0 FROM json_each(?1) AS n, ${users} WHERE n.value % 7 = 0`),
      of(`INSERT INTO UserBooks (user_id, isbn, details)
          SELECT user.value, 'local-' || n.value, '{"title":"T","authors":[]}' FROM json_each(?1) AS n, ${users} WHERE n.value % 11 = 0`),
    ]);
  }

  const shelfOf = (userId: string) =>
    rowsOf(
      `SELECT isbn, status, rating,
         (SELECT count(*) FROM Readings WHERE user_id = entry.user_id AND isbn = entry.isbn) AS readings,
         (SELECT count(*) FROM Tags WHERE user_id = entry.user_id AND isbn = entry.isbn) AS tags,
         (SELECT count(*) FROM UserBooks WHERE user_id = entry.user_id AND isbn = entry.isbn) AS own
       FROM UserLibrary AS entry WHERE user_id = '${userId}' ORDER BY id`,
    );

  const later = Array.from(
    { length: env.TEST_MIGRATIONS.length - LAST_OLD },
    (_, n) => LAST_OLD + n,
  );

  it.each(later)("continues after a stop at file %i, and loses nothing", async (stop) => {
    await applyD1Migrations(env.DB, upTo(LAST_OLD));
    await fillShelves();
    const before = await shelfOf("b");
    await applyD1Migrations(env.DB, upTo(stop));
    // Release 0.1.0 still writes.
    await env.DB.prepare(
      "UPDATE UserLibrary SET rating = 5, version = version + 1 WHERE user_id = 'a' AND isbn = 'local-1'",
    ).run();
    await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
    expect(await shelfOf("b")).toEqual(before);

    // Migrated in bounded steps, one per run.
    expect(await keepEntries(env.DB)).toBe(2000);
    expect(await keepEntries(env.DB)).toBe(3 * ENTRIES_EACH - 2000);
    expect(await keepEntries(env.DB)).toBe(0);
    expect(await shelfOf("b")).toEqual(before);
    expect(
      await rowsOf(
        "SELECT readings, tags, has_own FROM UserLibrary WHERE user_id = 'c' AND isbn = 'local-0'",
      ),
    ).toEqual([{ readings: '[["r0",null,"2020"]]', tags: '["SF"]', has_own: 1 }]);
    const none = Math.ceil(ENTRIES_EACH / 3);
    expect(
      await rowsOf("SELECT completed, no_status, reading FROM Shelves ORDER BY user_id"),
    ).toEqual(
      Array.from({ length: 3 }, () => ({
        completed: ENTRIES_EACH - none,
        no_status: none,
        reading: 0,
      })),
    );
  });
});
