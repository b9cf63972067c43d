import { globSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrationFiles } from "../../scripts/local/migrations.ts";
import { prepareState } from "../../scripts/local/prepare.ts";
import { randomOfThisRun } from "../support/properties.ts";
import { D1_FILES, watchLocalD1, withLocalD1 } from "../tools/local-d1.ts";
import { spawnService, startService, type StartingService } from "../tools/service.ts";
import { RELEASES } from "./releases.ts";
import { temporaryState } from "./support.ts";

/** `UPGRADE_SIZE=100` is a hundred thousand entries and twenty thousand waiting rows. */
const SIZE = Number(process.env["UPGRADE_SIZE"] ?? "2");
const ENTRIES = 1000 * SIZE;
const WAITING = 200 * SIZE;
const IMPORTED = 1500;
const KILLS = 4;
const LONG_MS = 1_200_000;

const random = randomOfThisRun();
const files = migrationFiles("migrations");

const numbers = (count: number): string =>
  `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1})`;

/**
 * Data of a release, from 0.1.0 on: ten shelves, rows in the review queue, an import that is half
 * done and a waiting one.
 */
const FILL = `
  ${numbers(500)} INSERT INTO Books (isbn, title, authors, canonical_metadata)
    SELECT printf('978%010d', i), 'Title ' || i, '["An Author"]', json_object('isbn', i, 'title', 'Title ' || i) FROM n;
  ${numbers(ENTRIES)} INSERT INTO UserLibrary (user_id, isbn, status, rating, review, added_at, updated_at, version, sort_title, search_text)
    SELECT 'user-' || (i % 10), printf('978%010d', i / 10), iif(i % 3, 'completed', NULL), iif(i % 2, 3.5, NULL), 'Review ' || i,
      i, i, 1700000000000 + i, 'title ' || i, 'title ' || i FROM n;
  INSERT INTO Readings (user_id, isbn, position, finished_at) SELECT user_id, isbn, 0, '2020' FROM UserLibrary WHERE id % 3 = 0;
  INSERT INTO Tags (user_id, isbn, folded, tag, position) SELECT user_id, isbn, 'sf', 'SF', 0 FROM UserLibrary WHERE id % 4 = 0;
  INSERT INTO UserBooks (user_id, isbn, details)
    SELECT user_id, isbn, '{"title":"Own","authors":[]}' FROM UserLibrary WHERE id % 11 = 0;
  ${numbers(WAITING)} INSERT INTO ReviewQueue (id, user_id, row_hash, job_id, row, title, raw, reason, created_at)
    SELECT 'w-' || i, 'user-' || (i % 10), 'hash-' || i, 'gone', i, 'Waiting ' || i, '{"Title":"Waiting"}', '{"code":"NO_ISBN","text":"x"}', ${Date.now()} + i FROM n;
  INSERT INTO ImportJobs (job_id, user_id, state, mode, enrich, chunks, total_rows, ticket_key, created_at, updated_at, seq, created)
    VALUES ('begun', 'importer-1', 'processing', 'merge', 0, 2, ${IMPORTED}, 'key', 1, 1, 2, 1000),
      ('queued', 'importer-2', 'queued', 'merge', 0, 2, ${IMPORTED}, 'key', 1, 1, 1, 0);
  INSERT INTO ImportEvents (job_id, seq, attempt, type, data, at) VALUES ('begun', 2, 1, 'progress', '{}', 1);
  ${numbers(IMPORTED)} INSERT INTO ImportRows (job_id, row, chunk, line, row_hash, verdict, isbn, title, filed)
    SELECT job_id, i + 2, i / 1000, i + 2, 'hash-' || i, 'shelve', 'local-' || i, 'Row ' || i,
      json_object('book', json_object('title', 'Row ' || i), 'entry', json('{"status":"completed"}'), 'identifiers', json('{}'))
    FROM n, ImportJobs;
  INSERT INTO UserLibrary (user_id, isbn, status, version) SELECT 'importer-1', isbn, 'completed', 5 FROM ImportRows
    WHERE job_id = 'begun' AND chunk = 0;
  UPDATE ImportRows SET outcome = 'created', filed = NULL, entry_version = 5,
    entry_id = (SELECT id FROM UserLibrary WHERE user_id = 'importer-1' AND isbn = ImportRows.isbn)
    WHERE job_id = 'begun' AND chunk = 0;`;

/** All user data from before the upgrade, without what the upgrade adds. */
const contents = (db: DatabaseSync): unknown[] =>
  [
    "SELECT id, user_id, isbn, status, rating, review, added_at, version FROM UserLibrary WHERE user_id LIKE 'user-%' ORDER BY id",
    "SELECT user_id, isbn, position, started_at, finished_at FROM Readings ORDER BY user_id, isbn",
    "SELECT * FROM Tags ORDER BY user_id, isbn",
    "SELECT * FROM UserBooks WHERE user_id LIKE 'user-%' ORDER BY user_id, isbn",
    "SELECT id, user_id, row_hash, state, title, raw FROM ReviewQueue ORDER BY id",
    "SELECT isbn, title FROM Books ORDER BY isbn",
  ].map((sql) => db.prepare(sql).all());

const applied = (db: DatabaseSync): number =>
  Number(db.prepare("SELECT count(*) AS n FROM d1_migrations").get()?.["n"]);

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 600_000;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`Timed out waiting for ${what}`);
    await new Promise((done) => setTimeout(done, 2));
  }
}

describe.each(RELEASES)("from release $version", ({ lastMigration }) => {
  const state = temporaryState();
  const running: StartingService[] = [];
  let before: unknown[];

  beforeAll(async () => {
    const { runtime } = await prepareState({ stateDir: state.path, env: {} });
    await runtime.stop();
    const [file = ""] = globSync("*/*.sqlite", { cwd: join(state.path, D1_FILES) }).filter(
      (name) => !name.endsWith("metadata.sqlite"),
    );
    const path = join(state.path, D1_FILES, file);
    for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
    const db = new DatabaseSync(path);
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
    db.exec(
      "CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)",
    );
    for (const name of files.slice(0, files.indexOf(lastMigration) + 1)) {
      db.exec(readFileSync(join("migrations", name), "utf8"));
      db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").run(name);
    }
    db.exec(`BEGIN; ${FILL} COMMIT`);
    before = contents(db);
    db.close();
  }, LONG_MS);

  afterAll(async () => {
    for (const service of running) await service.kill9();
    state.remove();
  });

  it(
    "an upgrade that is killed with -9 loses nothing, and its imports continue",
    async () => {
      const watched = watchLocalD1(state.path);
      for (let kill = 0; kill < KILLS; kill += 1) {
        const done = applied(watched);
        const service = spawnService({ stateDir: state.path });
        running.push(service);
        let isReady = false;
        const ready = () => {
          isReady = true;
        };
        service.ready.then(ready, () => {});
        // After the next file, and at some point in the following ones.
        await until("a migration", () => isReady || applied(watched) > done);
        await new Promise((next) => setTimeout(next, random() * SIZE));
        await service.kill9();
      }
      const service = await startService({ stateDir: state.path });
      running.push({ ...service, ready: Promise.resolve(service.url) });
      expect(applied(watched)).toBe(files.length);
      const open = watched.prepare(
        "SELECT count(*) AS n FROM ImportJobs WHERE completed_at IS NULL",
      );
      await until("the imports", () => Number(open.get()?.["n"]) === 0);
      await service.kill9();
      watched.close();
      withLocalD1(state.path, (db) => {
        expect(contents(db)).toEqual(before);
        expect(db.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
        expect(db.prepare("PRAGMA foreign_key_check").all()).toEqual([]);
        expect(
          db
            .prepare("SELECT job_id, state, total_rows, created FROM ImportJobs ORDER BY job_id")
            .all(),
        ).toMatchObject(
          ["begun", "queued"].map((job_id) => ({
            job_id,
            state: "completed",
            total_rows: IMPORTED,
            created: IMPORTED,
          })),
        );
        const shelved = "SELECT count(*) AS n FROM UserLibrary WHERE user_id LIKE 'importer-%'";
        expect(db.prepare(shelved).get()).toEqual({ n: 2 * IMPORTED });
      });
    },
    LONG_MS,
  );
});
