import { cpSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { mixedKeys } from "../support/mixed-keys.ts";
import { watchLocalD1, withLocalD1 } from "../tools/local-d1.ts";
import { spawnService, startService, type StartingService } from "../tools/service.ts";
import { admin, ADMIN_TOKEN, script, seed } from "./migration-support.ts";
import { temporaryState } from "./support.ts";
import { randomOfThisRun } from "../support/properties.ts";

const KILLS = 5;
/** The last kill happens before this fraction of the keys, so that the run has not ended yet. */
const LAST_SHARE = 0.8;
const random = randomOfThisRun();
const LONG_MS = 1_200_000;
const mix = mixedKeys(5_000);
const calm = temporaryState();
const disturbed = temporaryState();
const running: StartingService[] = [];

/** The row of a run. */
interface RunRow {
  run_id: string;
  status: string;
  listed: number;
  started_at: number;
}

/** The committed row of the migration, read from the database even if the service is down. */
function runIn(db: DatabaseSync): RunRow {
  const sql = "SELECT run_id, status, listed, started_at FROM MigrationRuns WHERE kind = ?";
  const rows = db.prepare(sql).all("migration");
  expect(rows).toHaveLength(1);
  return rows[0] as unknown as RunRow;
}

/** Everything that a run has written, except its id and the times of writing. */
function endState(db: DatabaseSync) {
  const { run_id: runId, started_at: startedAt } = runIn(db);
  const all = (sql: string, parameter: string | number) => db.prepare(sql).all(parameter);
  return {
    books: all(
      `SELECT isbn, title, authors, publisher, publication_year, page_count, language, categories, description,
         cover_url, canonical_metadata, version, fresh_until - ? AS fresh_for FROM Books ORDER BY isbn`,
      startedAt,
    ),
    keys: all(
      `SELECT key, isbn, content_hash, dated_at, is_isbn13, fields, run_id = ? AS ours
       FROM MigratedKeys ORDER BY key`,
      runId,
    ),
    errors: all(
      "SELECT key, reason, run_id = ? AS ours FROM MigrationErrors ORDER BY key, id",
      runId,
    ),
    counts: all(
      `SELECT status, step, listed, migrated, unchanged, skipped, failed, shapes, reasons
       FROM MigrationRuns WHERE run_id = ?`,
      runId,
    ),
  };
}

function spawned(stateDir: string): StartingService {
  const service = spawnService({ stateDir, env: { ADMIN_TOKEN } });
  // The process may be killed before it serves.
  service.ready.catch(() => {});
  running.push(service);
  return service;
}

/** Waits until a run has listed this many keys. @throws Error after four minutes */
async function progressed(db: DatabaseSync, listed: number): Promise<void> {
  const deadline = Date.now() + 240_000;
  while (runIn(db).listed < listed) {
    if (Date.now() > deadline)
      throw new Error(`The run made no progress: ${JSON.stringify(runIn(db))}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}

beforeAll(async () => {
  await seed(calm.path, mix.values);
  cpSync(calm.path, disturbed.path, { recursive: true });
  const service = await startService({ stateDir: calm.path, env: { ADMIN_TOKEN } });
  const run = await script("migrate-kv", ["--url", service.url]);
  await service.stop();
  if (run.code !== 0) throw new Error(run.output);
}, LONG_MS);
afterAll(async () => {
  for (const service of running) await service.kill9();
  calm.remove();
  disturbed.remove();
});

it(
  "a run killed with -9 at five random moments ends like an undisturbed one",
  async () => {
    const { listed: total } = mix.expected;
    let service = spawned(disturbed.path);
    expect((await admin(await service.ready, "POST", "migrate-kv-to-d1")).status).toBe(202);
    const db = watchLocalD1(disturbed.path);
    const kills: number[] = [];
    for (let left = KILLS; left > 0; left -= 1) {
      const before = kills.at(-1) ?? 0;
      const due = before + 1 + random() * ((total * LAST_SHARE - before) / left);
      // The run resumes automatically as soon as the runtime is up, before the service reports that it is ready.
      await progressed(db, due);
      await service.kill9();
      const { status, listed } = runIn(db);
      expect(status).toBe("running");
      expect(listed).toBeGreaterThan(before);
      expect(listed).toBeLessThan(total);
      kills.push(listed);
      service = spawned(disturbed.path);
    }
    expect(kills).toHaveLength(KILLS);
    const watched = await script("migrate-kv", ["--watch", "--url", await service.ready]);
    expect(watched.code).toBe(0);
    await service.kill9();

    const end = endState(db);
    db.close();
    expect(end.counts).toMatchObject([{ status: "completed", ...mix.expected, unchanged: 0 }]);
    expect(end.books).toHaveLength(mix.books);
    expect(end).toEqual(withLocalD1(calm.path, endState));
  },
  LONG_MS,
);
