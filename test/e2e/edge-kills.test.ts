import type { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { LAST_WRITES_MS } from "../../src/accounts/domain/delete-user.ts";
import { mixedKeys } from "../support/mixed-keys.ts";
import { untilCommitted, watchLocalD1, withLocalD1 } from "../tools/local-d1.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { ask, importsOf, newReader, type Reader } from "./import-support.ts";
import { admin, ADMIN_TOKEN, migrationStatus, seed } from "./migration-support.ts";
import { eventually, temporaryState } from "./support.ts";

const LONG_MS = 1_200_000;
/** Enough for a purge in several batches. */
const ENTRIES = 15_000;
const mix = mixedKeys(2_000);
const state = temporaryState();
let service: ServiceProcess;
let leaver: Reader;
let bystander: Reader;
let shelfBefore: string;

const start = async (): Promise<void> => {
  service = await startService({ stateDir: state.path, env: { ...NO_LIMITS, ADMIN_TOKEN } });
};

const shelf = async (): Promise<string> => {
  const path = `/v1/library/${bystander.userId}/export?format=ndjson`;
  return (await ask(service.url, bystander, path)).text();
};

const readingsLeft = (db: DatabaseSync): number =>
  Number(
    db.prepare("SELECT count(*) AS n FROM Readings WHERE user_id = ?").get(leaver.userId)?.["n"],
  );

/** Every table with a column for the user. */
function tablesOfUsers(db: DatabaseSync): string[] {
  const rows = db
    .prepare(
      `SELECT master.name FROM sqlite_master AS master, pragma_table_info(master.name) AS info
       WHERE master.type = 'table' AND info.name = 'user_id'`,
    )
    .all();
  expect(rows.length).toBeGreaterThan(5);
  return rows.map(({ name }) => String(name));
}

/**
 * Waits until some readings of the deleted user are gone, and kills the service.
 * @returns how many were left
 */
async function killedWhileDeleting(db: DatabaseSync, before: number): Promise<number> {
  await untilCommitted(db, "a deletion", () => readingsLeft(db) !== before);
  await service.kill9();
  return readingsLeft(db);
}

beforeAll(async () => {
  await seed(state.path, mix.values);
  await start();
  leaver = await newReader(service.url);
  bystander = await newReader(service.url);
  const books = `/v1/library/${bystander.userId}/books`;
  for (const title of ["Mine", "Mine too"]) {
    const response = await fetch(service.url + books, {
      method: "POST",
      headers: { Authorization: `Bearer ${bystander.token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ title, authors: ["Ann"], rating: 4, readings: [{}] }),
    });
    if (response.status !== 201) throw new Error(await response.text());
  }
  shelfBefore = await shelf();
  await service.stop();
  const ids = JSON.stringify(Array.from({ length: ENTRIES }, (_, index) => `local-${index}`));
  withLocalD1(state.path, (db) => {
    db.prepare("INSERT INTO UserLibrary (user_id, isbn) SELECT ?, value FROM json_each(?)").run(
      leaver.userId,
      ids,
    );
    db.prepare(
      `INSERT INTO Readings (user_id, isbn, position)
       SELECT ?, isbn.value, position.value FROM json_each(?) AS isbn, json_each('[0, 1, 2]') AS position`,
    ).run(leaver.userId, ids);
  });
  await start();
}, LONG_MS);
afterAll(async () => {
  await service.kill9();
  state.remove();
});

it(
  "a deletion killed twice, the second time during its purge, ends like an undisturbed one",
  async () => {
    const db = watchLocalD1(state.path);
    const all = 3 * ENTRIES;
    const path = `/v1/library/${leaver.userId}`;
    const answer = ask(service.url, leaver, path, { method: "DELETE" }).catch(() => undefined);
    const afterDeletion = await killedWhileDeleting(db, all);
    await answer;
    expect(afterDeletion).toBeGreaterThan(0);
    // The tombstone was written first.
    withLocalD1(state.path, (own) => {
      const shifted = own
        .prepare("UPDATE DeletedUsers SET deleted_at = deleted_at - ? WHERE user_id = ?")
        .run(LAST_WRITES_MS, leaver.userId);
      expect(shifted.changes).toBe(1);
    });

    await start();
    expect((await ask(service.url, leaver, path)).status).toBe(401);
    const afterPurge = await killedWhileDeleting(db, afterDeletion);
    expect(afterPurge).toBeLessThan(afterDeletion);

    await start();
    const purgedAt = db.prepare("SELECT purged_at FROM DeletedUsers WHERE user_id = ?");
    await eventually(
      async () => purgedAt.get(leaver.userId)?.["purged_at"],
      (at) => typeof at === "number",
    );
    for (const table of tablesOfUsers(db)) {
      const left = db.prepare(`SELECT count(*) AS n FROM ${table} WHERE user_id = ?`);
      const due = table === "DeletedUsers" ? 1 : 0;
      expect([table, left.get(leaver.userId)?.["n"]]).toEqual([table, due]);
    }
    db.close();
    expect(await shelf()).toBe(shelfBefore);
  },
  LONG_MS,
);

it(
  "a migration that is killed when it is paused and when it is resumed loses no key",
  async () => {
    expect((await admin(service.url, "POST", "migrate-kv-to-d1")).status).toBe(202);
    expect((await admin(service.url, "POST", "migration/pause")).status).toBe(202);
    await service.kill9();
    await start();
    const paused = await migrationStatus(service.url);
    expect(paused.status).toBe("paused");
    expect(paused.listed).toBeLessThan(mix.expected.listed);

    expect((await admin(service.url, "POST", "migrate-kv-to-d1?resume=true")).status).toBe(202);
    await service.kill9();
    await start();
    const ended = await eventually(
      () => migrationStatus(service.url),
      ({ status }) => status !== "running",
    );
    expect(ended).toMatchObject({ status: "completed", ...mix.expected, unchanged: 0 });
  },
  LONG_MS,
);

it(
  "uploads that are killed leave nothing behind, and do not hold their account's slots",
  async () => {
    const encoder = new TextEncoder();
    const rows = `Some book,${"A".repeat(500)}\n`.repeat(2500);
    /** A file that never ends, starting with more than two chunks of rows. */
    const endless = (title: string) => {
      let isFirst = true;
      return new ReadableStream<Uint8Array>({
        async pull(controller) {
          controller.enqueue(
            encoder.encode(isFirst ? `Title,Author\n${title},Ann\n${rows}` : "Another,Ann\n"),
          );
          if (!isFirst) await new Promise((done) => setTimeout(done, 50));
          isFirst = false;
        },
      });
    };
    const send = (body: string | ReadableStream<Uint8Array>) =>
      fetch(`${service.url}/api/v2/imports`, {
        method: "POST",
        headers: { Authorization: `Bearer ${bystander.token}`, "Content-Type": "text/csv" },
        body,
        duplex: "half",
      });
    const db = watchLocalD1(state.path);
    const stored = () =>
      db
        .prepare(
          `SELECT count(DISTINCT job.job_id) AS jobs, count(chunk.chunk) AS chunks, (
             SELECT coalesce(sum(used), 0) FROM QuotaUses WHERE user_id = ?1 AND quota = 'importRows'
           ) AS charged
           FROM ImportJobs AS job LEFT JOIN ImportChunks AS chunk ON chunk.job_id = job.job_id
           WHERE job.user_id = ?1 AND job.state = 'uploading'`,
        )
        .get(bystander.userId);
    const charged = Number(stored()?.["charged"]);
    const cut = Promise.allSettled([send(endless("One")), send(endless("Two"))]);
    await eventually(
      async () => stored(),
      (found) => found?.["jobs"] === 2 && Number(found["chunks"]) >= 4,
    );
    expect((await send("Title\nThird")).status).toBe(429);
    expect(Number(stored()?.["charged"])).toBeGreaterThan(charged);
    const before = (await importsOf(service.url, bystander)).length;
    await service.kill9();
    await cut;
    // Simulates an hour without data.
    withLocalD1(state.path, (own) => {
      own
        .prepare("UPDATE ImportJobs SET updated_at = 1 WHERE user_id = ? AND state = 'uploading'")
        .run(bystander.userId);
    });
    await start();
    await eventually(
      async () => stored(),
      (found) => found?.["jobs"] === 0,
    );
    expect(stored()).toEqual({ jobs: 0, chunks: 0, charged });
    db.close();
    expect(await importsOf(service.url, bystander)).toHaveLength(before);
    const again = await eventually(
      () => send("Title,Author\nDune,Frank Herbert"),
      ({ status }) => status !== 429,
    );
    expect(again.status).toBe(202);
  },
  LONG_MS,
);
