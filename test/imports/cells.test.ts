import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { reason } from "../../src/imports/domain/job/reasons.ts";
import { workOnJob } from "../../src/imports/domain/job/work-on-job.ts";
import { readJob } from "../../src/imports/storage/advance.ts";
import { d1ImportWork } from "../../src/imports/storage/work.ts";
import { runtimeSecrets } from "../../src/platform/crypto.ts";
import { imported, staged, type FileRow, turnsAt } from "../support/imports.ts";
import { isbnOf, newReader } from "../support/library.ts";
import { tablesThatHold } from "../support/tables.ts";

describe("each cell of a file", () => {
  const rows = (marker: string): FileRow[] => [
    { isbn: isbnOf(3000), title: "Shelved", entry: { review: `${marker} shelved` } },
    { title: "Waiting", entry: { review: `${marker} waiting` } },
    { title: "Refused", cells: { Review: `${marker} refused` }, invalid: reason("EMPTY_ROW") },
  ];
  const places = async (marker: string) => ({
    shelved: await tablesThatHold(`${marker} shelved`),
    waiting: await tablesThatHold(`${marker} waiting`),
    refused: await tablesThatHold(`${marker} refused`),
  });

  it("is stored in one table, before and after its row is shelved", async () => {
    const { userId } = await newReader();
    const marker = `marker of ${userId}`;
    // The hash of a row does not count as a cell.
    const file = rows(marker).map((row, index) => ({ ...row, hash: `${userId} ${index}` }));
    const chunk = ["ImportChunks"];
    await staged({ userId, rows: file });
    expect(await places(marker)).toEqual({ shelved: chunk, waiting: chunk, refused: chunk });
    await env.DB.prepare("DELETE FROM ImportChunks").run();
    await imported({ userId, rows: file });
    expect(await places(marker)).toEqual({
      shelved: ["UserLibrary"],
      waiting: ["ReviewQueue"],
      refused: chunk,
    });
  });
});

describe("rows read and written", () => {
  it("are 2 written and 3 read for the result of a row, and almost none for its staging", async () => {
    const { userId } = await newReader();
    const count = 500;
    const rows = Array.from({ length: count }, (_, index) => ({
      isbn: isbnOf(3100 + index),
      title: `Book ${index}`,
    }));
    const jobId = await staged({ userId, rows });
    const totals = { read: 0, written: 0 };
    const counting = {
      prepare: (sql: string) => env.DB.prepare(sql),
      async batch(statements: D1PreparedStatement[]) {
        const results = await env.DB.batch(statements);
        for (const [index, { meta }] of results.entries()) {
          const { statement } = statements[index] as unknown as { statement: string };
          if (!/(INTO|UPDATE) Import(Results|Chunks)/.test(statement)) continue;
          totals.read += meta.rows_read;
          totals.written += meta.rows_written;
        }
        return results;
      },
    };
    await workOnJob(jobId, 0, {
      ...d1ImportWork(counting as unknown as D1Database, {
        newId: () => crypto.randomUUID(),
        now: Date.now,
      }),
      takeTurn: turnsAt("alone"),
      queueWake: async () => {},
      announce: async () => {},
      sha256: (text) => runtimeSecrets.sha256(text),
      pause: async () => {},
      now: Date.now,
    });
    expect(await readJob(env.DB, jobId)).toMatchObject({ state: "completed" });
    expect(totals.written / count).toBeGreaterThanOrEqual(2);
    expect(totals.written / count).toBeLessThan(2.1);
    expect(totals.read / count).toBeLessThan(3.1);
  });
});
