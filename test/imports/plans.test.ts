import { archiveSql } from "../../src/library/storage/archive-writes.ts";
import { ARCHIVE_STATEMENTS } from "../../src/library/storage/export-archive.ts";
import { ACCOUNT_STATE_STATEMENTS } from "../../src/imports/storage/account-states.ts";
import { ACCOUNT_UNDO_STATEMENTS } from "../../src/imports/storage/undo-account.ts";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { EntryWrite } from "../../src/library/domain/entry-write.ts";
import type { WorkedJob } from "../../src/imports/domain/job/transitions.ts";
import { readJob } from "../../src/imports/storage/advance.ts";
import { DEFERRED_STATEMENTS } from "../../src/imports/storage/deferred.ts";
import { d1ImportBooks } from "../../src/imports/storage/enrichment.ts";
import { d1WaitingRows } from "../../src/imports/storage/matching.ts";
import { placesOf, rowsInStep } from "../../src/imports/storage/places.ts";
import { commitShelving, nextRows } from "../../src/imports/storage/shelving.ts";
import { commitUndoStep, nextWritten } from "../../src/imports/storage/undo.ts";
import { PURGE_STATEMENTS } from "../../src/accounts/storage/user-data.ts";
import { MOVE_STATEMENTS } from "../../src/imports/storage/moves.ts";
import { RESTAGING_STATEMENTS } from "../../src/imports/storage/restaging.ts";
import { ROW_PAGE_STATEMENTS } from "../../src/imports/storage/row-pages.ts";
import { SWEEP_STATEMENTS } from "../../src/imports/storage/sweeps.ts";
import { SETTLING_STATEMENTS } from "../../src/imports/storage/undo-settling.ts";
import { memoryLog } from "../support/fakes.ts";
import { staged } from "../support/imports.ts";
import { newReader } from "../support/library.ts";

/** A database that records the prepared statements and writes nothing. */
function recordingDb(): { db: D1Database; prepared: Set<string> } {
  const prepared = new Set<string>();
  const db = {
    prepare(sql: string) {
      prepared.add(sql);
      return env.DB.prepare(sql);
    },
    batch: async (list: unknown[]) => list.map(() => ({ results: [], meta: { changes: 1 } })),
  };
  return { db: db as unknown as D1Database, prepared };
}

const WRITE: EntryWrite = {
  entry: {
    isbn: "local-1",
    version: 1,
    tags: ["t"],
    readings: [{ finishedAt: "2020" }],
    addedAt: 1,
    updatedAt: 1,
  },
  isNew: false,
  statusBefore: undefined,
  wasRemoved: false,
  hasOwn: true,
  own: { title: "T", authors: [] },
  keys: { sortTitle: "t", searchText: "t" },
  bookVersion: 0,
};

/** Returns every statement of shelving, enrichment, matching and undo steps. */
async function statements(job: WorkedJob): Promise<string[]> {
  const { db, prepared } = recordingDb();
  const step = { job, next: job, token: "token" };
  const due = (await nextRows(db, job, 1)) ?? { chunks: [] };
  await rowsInStep(db, job.userId, []);
  await placesOf(db, job, ["local-1"]);
  await commitShelving(
    db,
    step,
    {
      rows: [{ row: 2, outcome: "created", isbn: "local-1" }],
      writes: [WRITE, { ...WRITE, own: null }],
      account: [],
      reviews: [2],
      resolved: [{ id: "item", isbn: "local-1" }],
      refreshed: [{ id: "item", row: 2, isOfService: true, known: {} }],
      added: { entries: 1, waitingRows: 1 },
      outcomes: job.outcomes,
      enrichment: job.enrichment,
    },
    due,
  );
  await d1ImportBooks(db, memoryLog()).settle(
    { jobId: job.jobId, userId: job.userId, attempt: job.attempt, owner: "owner", books: [] },
    { findings: [{ row: 2, said: "done" }], restUntil: 1, at: 1, token: "token" },
  );
  await d1WaitingRows(db, () => "token", memoryLog()).read(
    { jobId: job.jobId, userId: job.userId, owner: "owner", rows: [] },
    { row: 2, rowHash: "hash", parsed: { book: {}, identifiers: {}, entry: {} } },
    undefined,
  );
  await env.DB.prepare(
    `INSERT INTO ImportResults (job_id, row, line, row_hash, isbn, outcome, entry_id, entry_version)
     VALUES (?1, 2, 2, 'hash', 'local-1', 'created', 1, 1)`,
  )
    .bind(job.jobId)
    .run();
  const undo = await nextWritten(db, job);
  if (!undo) throw new Error("There is nothing to undo.");
  await commitUndoStep(db, step, undo, {
    writes: [],
    removed: [{ isbn: "local-1", version: 1 }],
    marks: [{ isbn: "local-1", undo: "reverted" }],
  });
  return [...prepared];
}

async function planOf(sql: string): Promise<string[]> {
  const numbers = [...sql.matchAll(/\?(\d+)/g)].map(([, number]) => Number(number));
  const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...Array.from({ length: Math.max(0, ...numbers) }, () => null))
    .all<{ detail: string }>();
  return plan.results.map(({ detail }) => detail);
}

it("finds each row of a list by an index, without reading a whole job or shelf per item", async () => {
  const { userId } = await newReader();
  const job = await readJob(env.DB, await staged({ userId, rows: [{ isbn: "local-1" }] }));
  if (!job) throw new Error("The job no longer exists.");
  const offences: string[] = [];
  for (const sql of await statements(job)) {
    for (const detail of await planOf(sql)) {
      // Uses an index on the job or the user only, or no index at all.
      const reads =
        /^(?:SEARCH|SCAN) (due|held|written|entry|own|chunk|ImportResults|ImportChunks|UserLibrary|Books)\b.*/;
      const isWhole =
        !detail.includes("(") || /\((?:job_id|user_id)=\?(?: AND outcome=\?)?\)/.test(detail);
      if (reads.test(detail) && isWhole && !detail.includes("VIRTUAL")) offences.push(detail);
    }
  }
  expect(offences).toEqual([
    // Finds the next chunks, of which a file has about fifty.
    "SEARCH ImportChunks USING PRIMARY KEY (job_id=?)",
    // Counts the entries of a shelf whose counts are unknown, for the limit of entries.
    "SEARCH held USING COVERING INDEX idx_user_library_seq (user_id=?)",
    // Checks whether the shelf is empty; stops at the first entry.
    "SEARCH UserLibrary USING COVERING INDEX idx_user_library_added (user_id=?)",
    // Checks whether anything is pending; stops at the first one.
    "SEARCH ImportResults USING COVERING INDEX idx_import_results_pending (job_id=?)",
    "SCAN due",
  ]);
});

/** With a condition that names the parameters that not all statements use. */
const ARCHIVE_WRITES = archiveSql(
  "?1 IS NOT NULL AND ?2 IS NOT NULL AND ?3 IS NOT NULL AND ?4 IS NOT NULL",
);

describe("statements over whole jobs", () => {
  const all = {
    ...MOVE_STATEMENTS,
    ...SETTLING_STATEMENTS,
    ...ACCOUNT_STATE_STATEMENTS,
    ...ACCOUNT_UNDO_STATEMENTS,
    ...ARCHIVE_STATEMENTS,
    ...ARCHIVE_WRITES,
    ...ROW_PAGE_STATEMENTS,
    ...SWEEP_STATEMENTS,
    ...DEFERRED_STATEMENTS,
    ...RESTAGING_STATEMENTS,
    ...Object.fromEntries(PURGE_STATEMENTS.map((sql) => [sql, sql])),
  };

  it.each(Object.entries(all))("read no table from end to end: %s", async (_name, sql) => {
    const scans = (await planOf(sql)).filter((step) => step.startsWith("SCAN"));
    const isList = /VIRTUAL TABLE|^SCAN (\(subquery|CONSTANT|returned$|walk$)/;
    // Checks whether any row of release 0.1.0 is left; stops at the first one.
    const first = "SCAN ImportRows EXISTS USING COVERING INDEX idx_import_rows_chunk";
    expect(scans.filter((step) => !isList.test(step) && step !== first)).toEqual([]);
  });

  /** Steps that end after a batch, or after the first row. */
  const LIMITED: Readonly<Record<string, number>> = { FORGET_OTHERS: 1, NEXT_CHUNK: 2 };
  it.each(Object.entries({ ...MOVE_STATEMENTS, ...SETTLING_STATEMENTS, ...ROW_PAGE_STATEMENTS }))(
    "read the results of one chunk or page only: %s",
    async (name, sql) => {
      const whole =
        /^SEARCH (ImportResults|result|twin|review|ReviewQueue)\b.*\((job_id|user_id)=\?\)/;
      const steps = (await planOf(sql)).filter((step) => whole.test(step));
      expect(steps).toHaveLength(LIMITED[name] ?? 0);
    },
  );

  it("end after a batch of 1,000 rows or after the first row if they read results of any chunk", () => {
    expect(Object.keys(LIMITED)).toEqual(["FORGET_OTHERS", "NEXT_CHUNK"]);
    expect(MOVE_STATEMENTS.FORGET_OTHERS).toMatch(/ORDER BY row LIMIT 1000\)/);
    expect(MOVE_STATEMENTS.NEXT_CHUNK.match(/FROM ImportResults/g)).toHaveLength(2);
    expect(MOVE_STATEMENTS.NEXT_CHUNK.match(/EXISTS \(SELECT 1 FROM ImportResults/g)).toHaveLength(
      2,
    );
  });
});
