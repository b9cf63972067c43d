import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { deedsOn, imports, type ArchiveLine } from "../support/archives.ts";
import { bearer } from "../support/accounts.ts";
import { call } from "../support/http.ts";
import { rowsOf } from "../support/imports.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";
import { runs } from "../support/properties.ts";
import { sendFile } from "../support/uploads.ts";

const ISBNS = [0, 1, 2, 3, 4, 5].map((number) => isbnOf(9500 + number));
const [A = "", B = ""] = ISBNS;

beforeAll(async () => {
  // The other books are not in the catalogue.
  for (const isbn of ISBNS.slice(0, 3)) {
    await inCatalogue({ isbn, title: `Known ${isbn}`, pageCount: 90 });
  }
});

async function exported(reader: Reader, format: "json" | "ndjson"): Promise<string> {
  return (await reader.call("GET", `/export?format=${format}`)).text();
}

const linesOf = (ndjson: string): ArchiveLine[] =>
  ndjson
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ArchiveLine);

/** The records of an account, without fields of the import that queued a row. */
async function recordsOf(reader: Reader): Promise<object[]> {
  return linesOf(await exported(reader, "ndjson")).map((line) => {
    if (line.type !== "review") return line;
    const { id: _id, jobId: _job, row: _row, ...waiting } = line;
    return waiting;
  });
}

/** The records that a JSON export contains. */
const booksOf = (records: readonly object[]): object[] =>
  records.filter((record) => ["book", "review"].includes((record as ArchiveLine).type));

async function codesOf(reader: Reader, file: string): Promise<(string | undefined)[]> {
  const { jobId } = await imports(reader, file);
  return (await rowsOf(jobId)).map((row) => {
    const { code } = JSON.parse((row["reason"] as string | null) ?? "{}") as { code?: string };
    return code ?? String(row["outcome"]);
  });
}

describe("an export of this service in JSON and NDJSON", () => {
  it("makes another account equal in the exported data, and changes neither account when imported again", async () => {
    await fc.assert(
      fc.asyncProperty(
        // The last book stays: a file without a book is refused.
        fc.array(deedsOn(ISBNS.slice(0, -1)), { minLength: 1, maxLength: 12 }),
        fc.constantFrom("json" as const, "ndjson" as const),
        async (deeds, format) => {
          const [one, other] = [await newReader(), await newReader()];
          await one.add({ isbn: ISBNS.at(-1) ?? "", title: "First" });
          for (const deed of deeds) await deed(one);
          const file = await exported(one, format);
          const has = (records: object[]) => (format === "json" ? booksOf(records) : records);
          const job = await imports(other, file);
          expect(job.format).toBe("bookstrack");
          expect(job.outcomes).toMatchObject({ invalid: 0, updated: 0, unchanged: 0 });
          expect(has(await recordsOf(other))).toEqual(has(await recordsOf(one)));
          for (const reader of [one, other]) {
            const before = await recordsOf(reader);
            const again = await imports(reader, file);
            expect(again.outcomes).toMatchObject({ created: 0, updated: 0, invalid: 0 });
            expect(await recordsOf(reader)).toEqual(before);
          }
        },
      ),
      { numRuns: runs(20) },
    );
  });

  it("is recognised by its content, indented or with another media type", async () => {
    const one = await newReader();
    await one.add({ isbn: A, rating: 4 });
    const file = JSON.stringify(JSON.parse(await exported(one, "json")), undefined, 2);
    for (const type of ["application/json", "text/csv", "application/x-ndjson"]) {
      const other = await newReader();
      const response = await sendFile(other, file, { type });
      expect(response.status).toBe(202);
      expect(await response.json()).toMatchObject({ format: "bookstrack", totalRows: 1 });
    }
    await one.call("PUT", "/goals/2025", { books: 5 });
    await one.call("DELETE", `/books/${A}`);
    const other = await newReader();
    expect((await imports(other, await exported(one, "ndjson"))).outcomes.created).toBe(1);
  });

  it("without books is refused, because there is nothing to import", async () => {
    const reader = await newReader();
    const response = await sendFile(reader, await exported(reader, "json"));
    expect(response.status).toBe(400);
    expect((await response.json<{ detail: string }>()).detail).toContain("nothing to import");
  });

  it("reports a reason for each bad record, and imports the others", async () => {
    const reader = await newReader();
    await reader.add({ isbn: A, title: "A" });
    await reader.add({ isbn: B, title: "B", rating: 3 });
    const whole = await exported(reader, "json");
    const lines = await exported(reader, "ndjson");
    expect(await codesOf(await newReader(), whole.slice(0, -20))).toEqual([
      "created",
      "created",
      "ARCHIVE_INCOMPLETE",
    ]);
    const wrong = whole.replace('"rating":3', '"rating":"three"');
    expect(await codesOf(await newReader(), wrong)).toEqual(["created", "ARCHIVE_VALUE_INVALID"]);
    const other = whole.replace(/\]\}\n$/, '],"friends":[{"name":"Ann"}]}');
    expect(await codesOf(await newReader(), other)).toEqual([
      "created",
      "created",
      "ARCHIVE_LINE_UNKNOWN",
    ]);
    expect(await codesOf(await newReader(), lines.slice(0, -5))).toEqual([
      "created",
      "ARCHIVE_LINE_DAMAGED",
    ]);
    const long = lines.replace('"title":"A"', `"review":"${"x".repeat(1_000_000)}"`);
    expect(await codesOf(await newReader(), `${long}\n[]`)).toEqual(
      ["created", "created", "ARCHIVE_LINE_UNKNOWN"].with(
        long.indexOf("xxx") < long.indexOf("\n") ? 0 : 1,
        "ARCHIVE_LINE_TOO_LONG",
      ),
    );
  });

  it("returns its failed rows, which are imported once they are corrected", async () => {
    const reader = await newReader();
    await reader.add({ isbn: A, title: "A", rating: 3 });
    const wrong = (await exported(reader, "json")).replace('"rating":3', '"rating":"three"');
    const other = await newReader();
    const { jobId } = await imports(other, wrong);
    const failed = await call(`/api/v2/imports/${jobId}/failed.csv`, {
      headers: bearer(other.token),
    });
    const corrected = (await failed.text()).replace('""rating"":""three""', '""rating"":3');
    expect(await codesOf(other, corrected)).toEqual(["created"]);
    expect((await other.list()).books).toMatchObject([{ isbn: A, rating: 3 }]);
  });

  it("is undone with the goals and the progress that it added", async () => {
    const one = await newReader();
    await one.add({ isbn: A, title: "A" });
    await one.call("POST", `/books/${A}/progress`, { page: 3 });
    await one.call("PUT", "/goals/2025", { books: 5 });
    const other = await newReader();
    const { jobId } = await imports(other, await exported(one, "ndjson"));
    expect(await recordsOf(other)).toEqual(await recordsOf(one));
    const undo = await call(`/api/v2/imports/${jobId}/undo`, {
      method: "POST",
      headers: bearer(other.token),
    });
    expect(undo.status).toBe(202);
    await expect.poll(() => recordsOf(other)).toEqual([]);
  });
});
