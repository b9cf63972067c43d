import { beforeEach, describe, expect, it } from "vitest";
import type { LibraryBook } from "../../contract/library.ts";
import { imports } from "../support/archives.ts";
import { rowsOf, undone } from "../support/imports.ts";
import { isbnOf, newReader, type Reader } from "../support/library.ts";

const [A, B] = [isbnOf(9400), isbnOf(9401)];
const STARTED = "2025-01-01";
const AT = "2025-02-03T04:05:06.789Z";

let user: Reader;
let file: string;
beforeEach(async () => {
  user = await newReader();
  await user.add({ isbn: A, title: "Half", status: "reading", readings: [{ startedAt: STARTED }] });
  await user.add({ isbn: B, title: "Unread" });
  await record(user, { page: 40, at: AT });
  file = await csvOf(user);
});

const record = (reader: Reader, body: object): Promise<Response> =>
  reader.call("POST", `/books/${A}/progress`, body);

async function csvOf(reader: Reader): Promise<string> {
  return (await reader.call("GET", "/export?format=csv")).text();
}

async function shownOf(reader: Reader): Promise<LibraryBook["progress"]> {
  const response = await reader.call("GET", `/books/${A}`);
  return (await response.json<{ data: { book: LibraryBook } }>()).data.book.progress;
}

async function recordedOf(reader: Reader): Promise<number> {
  const response = await reader.call("GET", `/books/${A}/progress`);
  return (await response.json<{ data: { items: object[] } }>()).data.items.length;
}

const outcomesOf = async (jobId: string) =>
  (await rowsOf(jobId)).map((row) => [row["outcome"], row["undo"]]);

const notesOf = async (jobId: string): Promise<string[]> =>
  (await rowsOf(jobId)).flatMap((row) =>
    (JSON.parse((row["notes"] as string | null) ?? "[]") as { code: string }[]).map(
      ({ code }) => code,
    ),
  );

describe("the latest progress in a CSV", () => {
  it("is shown by the account that imports it, and recorded once however often it is imported", async () => {
    const other = await newReader();
    for (const created of [2, 0]) {
      const { outcomes } = await imports(other, file);
      expect(outcomes).toMatchObject({ created, updated: 0, invalid: 0 });
      expect(await shownOf(other)).toEqual({ page: 40, at: AT });
      expect(await recordedOf(other)).toBe(1);
    }
    const { outcomes } = await imports(user, file);
    expect(outcomes).toMatchObject({ unchanged: 2 });
    expect(await recordedOf(user)).toBe(1);
  });

  it("belongs to the reading that has another id on the shelf, and never hides later progress", async () => {
    const other = await newReader();
    const readings = [{ startedAt: STARTED }];
    await other.add({ isbn: A, title: "Half", status: "reading", readings });
    await record(other, { page: 90, at: "2025-03-01T00:00:00Z" });
    const { jobId } = await imports(other, file);
    expect(await outcomesOf(jobId)).toEqual([
      ["updated", null],
      ["created", null],
    ]);
    expect(await shownOf(other)).toMatchObject({ page: 90 });
    expect(await recordedOf(other)).toBe(2);
    await undone(other.userId, jobId);
    expect(await outcomesOf(jobId)).toEqual(
      [
        ["reverted", null],
        ["reverted", null],
      ].map(([undo], index) => [index === 0 ? "updated" : "created", undo]),
    );
    expect(await recordedOf(other)).toBe(1);
  });

  it("is removed by an undo, whether or not the import added the book", async () => {
    const other = await newReader();
    const first = await imports(other, file);
    await undone(other.userId, first.jobId);
    expect((await other.list()).total).toBe(0);
    await other.add({ isbn: A, title: "Half", rating: 3 });
    const second = await imports(other, file);
    expect(await shownOf(other)).toMatchObject({ page: 40 });
    await undone(other.userId, second.jobId);
    expect(await shownOf(other)).toBeUndefined();
    expect(await recordedOf(other)).toBe(0);
  });

  it("is previewed without a write", async () => {
    const other = await newReader();
    await other.add({ isbn: A, title: "Half" });
    const { outcomes } = await imports(other, file, "?dryRun=true&enrich=false");
    expect(outcomes).toMatchObject({ updated: 1, created: 1 });
    expect(await recordedOf(other)).toBe(0);
  });

  it("is omitted with a note if it cannot be read or no reading is open", async () => {
    const cell = JSON.stringify({ page: 40, at: AT }).replaceAll('"', '""');
    expect(file).toContain(cell);
    for (const damaged of ["page 40", cell.replace("40", "-4"), cell.replace(/""page"":40,/, "")]) {
      const other = await newReader();
      const { jobId, outcomes } = await imports(other, file.replace(cell, damaged));
      expect(outcomes).toMatchObject({ created: 2 });
      expect(await notesOf(jobId)).toEqual(["VALUE_UNREADABLE"]);
      expect(await shownOf(other)).toBeUndefined();
    }
    const other = await newReader();
    const { jobId } = await imports(other, file.replace(/"\[\{""id"":[^\]]*\]"/, ""));
    expect(await notesOf(jobId)).toEqual(["VALUE_UNREADABLE"]);
  });
});
