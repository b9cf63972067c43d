import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { reason } from "../../src/imports/domain/job/reasons.ts";
import { readJob } from "../../src/imports/storage/advance.ts";
import { importUploads } from "../../src/imports/uploads.ts";
import { quotasModule } from "../../src/quotas/module.ts";
import { archiveOf, comparable } from "../support/archives.ts";
import { crashesAt, toTheEnd, workDeps } from "../support/crashes.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";
import { testPlatform } from "../support/platform.ts";
import { runs } from "../support/properties.ts";
import { queueRow } from "../support/review-queue.ts";
import { bearer } from "../support/accounts.ts";
import { call } from "../support/http.ts";

const ISBNS = Array.from({ length: 12 }, (_, number) => isbnOf(9200 + number));
const SEQUENCES = Array.from({ length: runs(20) }, (_, index) => ({ index, nth: 4 + (index % 4) }));

/** An account with data of every kind. */
async function fullAccount(): Promise<Reader> {
  const reader = await newReader();
  for (const [number, isbn] of ISBNS.entries()) {
    await reader.add({
      isbn,
      title: `Book ${number}`,
      status: "reading",
      tags: [`t${number % 3}`],
    });
    for (const page of [10, 20]) await reader.call("POST", `/books/${isbn}/progress`, { page });
  }
  for (const isbn of ISBNS.slice(0, 2)) await reader.call("DELETE", `/books/${isbn}`);
  for (const year of [2024, 2025]) await reader.call("PUT", `/goals/${year}`, { books: 12 });
  await call("/api/v2/users/me", {
    method: "PATCH",
    headers: { ...bearer(reader.token), "Content-Type": "application/json" },
    body: JSON.stringify({ timeZone: "Asia/Tokyo" }),
  });
  await env.DB.prepare("INSERT INTO EditionMoves (user_id, isbn, moved_to) VALUES (?1, ?2, ?3)")
    .bind(reader.userId, isbnOf(9290), ISBNS[5])
    .run();
  await queueRow(reader.userId, { id: `waits-${reader.userId}`, title: "Waits" });
  await env.DB.prepare("UPDATE ReviewQueue SET row_hash = ?2, reason = ?3 WHERE user_id = ?1")
    .bind(reader.userId, "0123456789abcdef".repeat(2), JSON.stringify(reason("AMBIGUOUS")))
    .run();
  return reader;
}

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(file);
}

/** Uploads a file without any Durable Object that would process it. */
async function uploaded(userId: string, file: string): Promise<string> {
  const platform = testPlatform({
    env: { ...env, IMPORT_JOBS: undefined } as unknown as Env,
    defer: () => undefined,
  });
  const outcome = await importUploads(platform, quotasModule(platform)).acceptUpload({
    userId,
    network: undefined,
    options: { dryRun: false, mode: "merge", enrich: false, withoutIsbn: "review" },
    bytes: bytesOf(file),
    fileHash: async () => "hash",
  });
  if (outcome.kind !== "accepted") throw new Error(JSON.stringify(outcome));
  // Small chunks: a step takes a few rows.
  const { jobId } = outcome.accepted;
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO ImportChunks (job_id, chunk, first_row, last_row, rows)
       SELECT ?1, 1 + (value ->> 'row') / 5, min(value ->> 'row'), max(value ->> 'row'), json_group_array(json(value))
       FROM ImportChunks, json_each(ImportChunks.rows) WHERE job_id = ?1 GROUP BY (value ->> 'row') / 5`,
    ).bind(jobId),
    env.DB.prepare("DELETE FROM ImportChunks WHERE job_id = ?1 AND chunk = 0").bind(jobId),
    env.DB.prepare(
      `UPDATE ImportJobs SET next_chunk = 1,
         chunks = (SELECT max(chunk) + 1 FROM ImportChunks WHERE job_id = ?1) WHERE job_id = ?1`,
    ).bind(jobId),
  ]);
  return jobId;
}

describe("a crash before or after any database call", () => {
  let archive: string;
  beforeAll(async () => {
    for (const isbn of ISBNS.slice(0, 5))
      await inCatalogue({ isbn, title: "Known", pageCount: 90 });
    archive = await archiveOf(await fullAccount());
  });

  it.each(SEQUENCES)(
    "leaves an account equal to that of the archive (sequence $index, one call in $nth)",
    async (sequence) => {
      const reader = await newReader();
      const { userId } = reader;
      const jobId = await uploaded(userId, archive);
      expect(await toTheEnd(jobId, workDeps(crashesAt(sequence)))).toBeGreaterThan(0);
      const job = await readJob(env.DB, jobId);
      expect(job).toMatchObject({ state: "completed", totalRows: comparable(archive).length - 2 });
      expect(job?.outcomes).toMatchObject({ invalid: 0, updated: 0, unchanged: 0 });
      expect(comparable(await archiveOf(reader))).toEqual(comparable(archive));
      const counted = await env.DB.prepare(
        `SELECT progress, (SELECT count(*) FROM Progress WHERE user_id = ?1 AND removed_at IS NULL) AS rows
         FROM Shelves WHERE user_id = ?1`,
      )
        .bind(userId)
        .first<{ progress: number; rows: number }>();
      expect(counted).toEqual({ progress: 20, rows: 20 });
    },
  );
});
