import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { bearer, newAccount } from "../support/accounts.ts";
import { archiveOf, comparable, imports, linesOf, type ArchiveLine } from "../support/archives.ts";
import { call } from "../support/http.ts";
import { ended, rowsOf, undone } from "../support/imports.ts";
import { isbnOf, newReader, type Reader } from "../support/library.ts";
import { Device, pageOf } from "../support/sync.ts";
import { accepted, sendFile } from "../support/uploads.ts";

const [A, B, C, D] = [1, 2, 3, 4].map((number) => isbnOf(9300 + number)) as [
  string,
  string,
  string,
  string,
];
const HEADER = JSON.stringify({
  type: "archive",
  format: "bookstrack-archive",
  version: 1,
  exportedAt: "2026-01-01T00:00:00.000Z",
});
const archive = (...lines: (object | string)[]): string =>
  [
    HEADER,
    ...lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))),
    JSON.stringify({ type: "end", lines: lines.length }),
  ].join("\n");
const DAY = "2025-02-03T04:05:06.000Z";
const entry = (isbn: string, more: object = {}) => ({
  type: "entry",
  isbn,
  tags: [],
  readings: [],
  addedAt: DAY,
  updatedAt: DAY,
  version: 1_700_000_000_000,
  own: { title: `Own ${isbn}`, authors: [] },
  ...more,
});
const progress = (id: string, isbn: string, more: object = {}) => ({
  type: "progress",
  id,
  isbn,
  readingId: "r1",
  page: 10,
  at: DAY,
  ...more,
});
const trash = (isbn: string, until: string) => ({
  ...entry(isbn),
  type: "trash",
  deletedAt: DAY,
  until,
});
const SOON = new Date(Date.now() + 86_400_000).toISOString();

/** Outcome and codes of each row. */
async function resultsOf(reader: Reader, file: string, query?: string): Promise<string[]> {
  const { jobId } = await imports(reader, file, query);
  return (await rowsOf(jobId)).map((row) => {
    const code = (json: string | null | undefined): string[] =>
      [JSON.parse(json ?? "[]") as { code: string } | { code: string }[]]
        .flat()
        .map((one) => one.code);
    return [
      String(row["outcome"]),
      ...code(row["reason"] as string | null),
      ...code(row["notes"] as string | null),
    ].join(" ");
  });
}

describe("an archive that is imported into an account with data", () => {
  it("keeps what the user has entered, and adds the rest", async () => {
    const reader = await newReader();
    await reader.add({ isbn: A, title: "Mine", rating: 2 });
    await reader.call("PUT", "/goals/2024", { books: 5 });
    await reader.add({ isbn: B, title: "Gone" });
    await reader.call("DELETE", `/books/${B}`);
    const file = archive(
      { type: "setting", name: "timeZone", value: "Asia/Tokyo" },
      { type: "goal", year: 2024, books: 50 },
      { type: "goal", year: 2025, pages: 900 },
      entry(A, { rating: 5, review: "Theirs" }),
      entry(B),
      trash(A, SOON),
      trash(C, SOON),
      trash(D, "2025-03-01T00:00:00.000Z"),
      progress("p1", A),
      progress("p1", A, { page: 11 }),
      progress("p2", B),
      progress("p3", C, { trashed: true }),
      { type: "move", isbn: D, movedTo: A },
      { type: "move", isbn: C, movedTo: D },
    );
    expect(await resultsOf(reader, file)).toEqual([
      "created",
      "unchanged KEPT_YOURS",
      "created",
      "updated KEPT_YOURS",
      "unchanged IN_TRASH",
      "unchanged ON_SHELF",
      "created",
      "unchanged TRASH_EXPIRED",
      "created",
      "unchanged",
      "invalid BOOK_MISSING",
      "created",
      "created",
      "unchanged",
    ]);
    const book = await (await reader.call("GET", `/books/${A}`)).json();
    expect(book).toMatchObject({ data: { book: { rating: 2, review: "Theirs" } } });
    const goals = await (await reader.call("GET", "/goals")).json<{ data: { items: object[] } }>();
    expect(JSON.stringify(goals)).toContain('"books":5');
    const once = comparable(await archiveOf(reader));
    expect(await resultsOf(reader, file)).not.toContain("created");
    expect(comparable(await archiveOf(reader))).toEqual(once);
  });

  it("shows progress of a reading that has another id on the shelf", async () => {
    const reader = await newReader();
    const dates = { startedAt: "2025-01-01" };
    await reader.add({ isbn: A, title: "Mine", status: "reading", readings: [dates] });
    await reader.add({ isbn: B, title: "Mine", status: "reading", readings: [dates] });
    const theirs = { id: "theirs", ...dates };
    const file = archive(
      entry(A, { status: "reading", readings: [theirs] }),
      entry(B, { status: "reading", readings: [theirs] }),
      entry(C, { status: "reading", readings: [theirs] }),
      progress("p1", A, { readingId: "theirs", reading: dates }),
      // The reading was deleted there; its progress belongs to no other reading.
      progress("p2", B, { readingId: "deleted" }),
      progress("p3", C, { readingId: "theirs", reading: dates }),
    );
    expect((await resultsOf(reader, file)).slice(3)).toEqual(["created", "created", "created"]);
    const { books } = await reader.list();
    const shown = new Map(books.map(({ isbn, progress: latest }) => [isbn, latest?.page]));
    expect([A, B, C].map((isbn) => shown.get(isbn))).toEqual([10, undefined, 10]);
    const lines = linesOf(await archiveOf(reader)).filter(({ type }) => type === "progress");
    expect(lines.map(({ id, reading }) => [id, reading])).toEqual([
      ["p1", dates],
      ["p2", undefined],
      ["p3", dates],
    ]);
  });

  it("does not restore progress that the user has deleted", async () => {
    const reader = await newReader();
    await reader.add({ isbn: A, title: "Mine" });
    await reader.call("POST", `/books/${A}/progress`, { id: "p1", page: 3 });
    await reader.call("DELETE", `/books/${A}/progress/p1`);
    expect(await resultsOf(reader, archive(progress("p1", A)))).toEqual(["unchanged"]);
  });

  it("is undone completely, and restores a book with its progress from the trash before that", async () => {
    const reader = await newReader();
    await reader.add({ isbn: A, title: "Mine", rating: 2 });
    const before = comparable(await archiveOf(reader));
    const file = archive(
      { type: "goal", year: 2025, pages: 900 },
      entry(B, { status: "reading", readings: [{ id: "r1", startedAt: "2025-01-01" }] }),
      trash(C, SOON),
      progress("p1", A),
      progress("p2", B),
      progress("p3", C, { trashed: true }),
      { type: "move", isbn: D, movedTo: A },
    );
    const { jobId } = await imports(reader, file);
    const shown = await (await reader.call("GET", `/books/${B}`)).json();
    expect(shown).toMatchObject({ data: { book: { progress: { page: 10 } } } });
    await undone(reader.userId, jobId);
    expect(comparable(await archiveOf(reader))).toEqual(before);
    const left = (await rowsOf(jobId)).map((row) => row["undo"]);
    expect(new Set(left)).toEqual(new Set(["reverted"]));
    const again = await newReader();
    await imports(again, file);
    expect((await again.call("POST", `/trash/${C}/restore`)).status).toBe(200);
    const restored = await (await again.call("GET", `/books/${C}/progress`)).json();
    expect(restored).toMatchObject({ data: { items: [{ id: "p3", page: 10 }] } });
  });

  it("restores everything when it is imported again after an undo, and can be undone again", async () => {
    const reader = await newReader();
    const file = archive(
      { type: "setting", name: "timeZone", value: "Asia/Kathmandu" },
      { type: "goal", year: 2025, pages: 900 },
      entry(A, { status: "reading", readings: [{ id: "r1", startedAt: "2025-01-01" }] }),
      trash(B, SOON),
      progress("p1", A, { note: "in the train" }),
      progress("p2", B, { trashed: true }),
    );
    const empty = comparable(await archiveOf(reader));
    const { jobId } = await imports(reader, file);
    const lasting = ({ version: _version, ...line }: ArchiveLine): Partial<ArchiveLine> => line;
    const once = linesOf(await archiveOf(reader))
      .slice(1)
      .map(lasting);
    expect(once.map(({ type }) => type)).toEqual([
      "setting",
      "goal",
      "entry",
      "trash",
      "progress",
      "progress",
      "end",
    ]);
    const device = new Device((since, limit) => pageOf(reader, since, limit));
    await device.follow(100);
    await undone(reader.userId, jobId);
    expect(comparable(await archiveOf(reader))).toEqual(empty);
    await device.follow(100);
    expect(device.progress.size).toBe(0);

    const again = await imports(reader, file);
    expect(again.outcomes).toMatchObject({ created: 6, unchanged: 0 });
    expect(
      linesOf(await archiveOf(reader))
        .slice(1)
        .map(lasting),
    ).toEqual(once);
    const { books } = await reader.list();
    expect(books[0]?.progress?.page).toBe(10);
    await device.follow(100);
    expect([...device.progress.keys()]).toEqual(["p1"]);

    await undone(reader.userId, again.jobId);
    expect(new Set((await rowsOf(again.jobId)).map((row) => row["undo"]))).toEqual(
      new Set(["reverted"]),
    );
    expect(comparable(await archiveOf(reader))).toEqual(empty);
    await device.follow(100);
    expect(device.progress.size).toBe(0);
  });

  it("restores a permanently deleted book with its progress, except progress that the user had deleted before", async () => {
    const reader = await newReader();
    await reader.add({ isbn: A, title: "Mine", status: "reading" });
    for (const [id, page] of [
      ["p1", 3],
      ["p2", 5],
    ]) {
      await reader.call("POST", `/books/${A}/progress`, { id, page });
    }
    const file = await archiveOf(reader);
    await reader.call("DELETE", `/books/${A}/progress/p2`);
    await reader.call("DELETE", `/books/${A}`);
    await reader.call("DELETE", `/trash/${A}`);
    expect(await resultsOf(reader, file)).toEqual(["created", "created", "unchanged"]);
    const { books } = await reader.list();
    expect(books[0]?.progress?.page).toBe(3);
    // Restored progress is deleted like any other.
    await reader.call("DELETE", `/books/${A}/progress/p1`);
    expect(await resultsOf(reader, file)).toEqual(["unchanged", "unchanged", "unchanged"]);
  });

  it("keeps a setting that the user has made after an undo", async () => {
    const reader = await newReader();
    const file = archive({ type: "setting", name: "timeZone", value: "Asia/Kathmandu" });
    const { jobId } = await imports(reader, file);
    await undone(reader.userId, jobId);
    const patched = await call("/api/v2/users/me", {
      method: "PATCH",
      headers: { ...bearer(reader.token), "Content-Type": "application/json" },
      body: JSON.stringify({ timeZone: "Europe/Berlin" }),
    });
    expect(patched.status).toBe(200);
    expect(await resultsOf(reader, file)).toEqual(["unchanged KEPT_YOURS"]);
    expect(await archiveOf(reader)).toContain("Europe/Berlin");
  });

  it("keeps a goal that the user has changed since, when it is undone", async () => {
    const reader = await newReader();
    const { jobId } = await imports(reader, archive({ type: "goal", year: 2025, pages: 900 }));
    await reader.call("PUT", "/goals/2025", { pages: 5 });
    await undone(reader.userId, jobId);
    expect((await rowsOf(jobId)).map((row) => row["undo"])).toEqual(["changedSince"]);
    expect(linesOf(await archiveOf(reader))).toContainEqual({ type: "goal", year: 2025, pages: 5 });
  });

  it("is previewed without a write, and committed", async () => {
    const reader = await newReader();
    const file = archive(
      { type: "goal", year: 2025, pages: 900 },
      entry(A),
      progress("p1", A),
      progress("p2", B),
    );
    const before = comparable(await archiveOf(reader));
    const { jobId, outcomes } = await imports(reader, file, "?dryRun=true&enrich=false");
    expect(outcomes).toMatchObject({ created: 3, invalid: 1 });
    expect(comparable(await archiveOf(reader))).toEqual(before);
    const commit = await call(`/api/v2/imports/${jobId}/commit`, {
      method: "POST",
      headers: bearer(reader.token),
    });
    expect(commit.status).toBe(202);
    expect((await ended(jobId)).outcomes).toMatchObject({ created: 3, invalid: 1 });
    expect(linesOf(await archiveOf(reader))).toContainEqual(expect.objectContaining({ id: "p1" }));
  });
});

describe("a bad archive", () => {
  it("reports a reason for each bad line, and imports the others", async () => {
    const reader = await newReader();
    const lines = [
      entry(A),
      '{"type":"entry","isbn":',
      "[1]",
      { type: "friend", name: "Ann" },
      entry("9780000000000"),
      entry(B, { rating: "five" }),
      { type: "goal", year: 2025 },
      { type: "setting", name: "timeZone", value: "Mars/Olympus" },
      progress("p 1", A),
      progress("p1", A, { percent: 5 }),
      { type: "review", title: 5 },
      `{"type":"entry","review":"${"x".repeat(1_000_001)}"}`,
      { type: "goal", year: 2026, books: 3 },
    ];
    expect(await resultsOf(reader, archive(...lines))).toEqual([
      "created",
      "invalid ARCHIVE_LINE_DAMAGED",
      "invalid ARCHIVE_LINE_UNKNOWN",
      "invalid ARCHIVE_LINE_UNKNOWN",
      "invalid ARCHIVE_VALUE_INVALID",
      "invalid ARCHIVE_VALUE_INVALID",
      "invalid ARCHIVE_VALUE_INVALID",
      "invalid ARCHIVE_VALUE_INVALID",
      "invalid ARCHIVE_VALUE_INVALID",
      "invalid ARCHIVE_VALUE_INVALID",
      "invalid ARCHIVE_VALUE_INVALID",
      "invalid ARCHIVE_LINE_TOO_LONG",
      "created",
    ]);
  });

  it("that is truncated or lacks a line reports this in an additional row", async () => {
    const whole = archive(entry(A), entry(B));
    const cut = whole.slice(0, whole.lastIndexOf("\n"));
    const lacking = whole.split("\n").toSpliced(2, 1).join("\n");
    expect(await resultsOf(await newReader(), cut)).toEqual([
      "created",
      "created",
      "invalid ARCHIVE_INCOMPLETE",
    ]);
    expect(await resultsOf(await newReader(), lacking)).toEqual([
      "created",
      "invalid ARCHIVE_INCOMPLETE",
    ]);
  });

  it.each([
    ["a newer version", HEADER.replace('"version":1', '"version":2'), "version 2"],
    ["a damaged header", '{"type":"archive","format":', "damaged"],
    ["another format", HEADER.replace("bookstrack-archive", "other"), "damaged"],
  ])("with %s is refused as a whole", async (_name, header, text) => {
    const reader = await newReader();
    const file = [header, JSON.stringify(entry(A))].join("\n");
    const response = await sendFile(reader, file);
    expect(response.status).toBe(400);
    const problem = await response.json<{ code: string; detail: string }>();
    expect(problem.code).toBe("INVALID_CSV");
    expect(problem.detail).toContain(text);
    expect((await reader.list()).total).toBe(0);
  });

  it("with texts that cannot be stored has them repaired", async () => {
    const reader = await newReader();
    const line = JSON.stringify(entry(A, { review: "x" })).replace('"x"', '"a\\u0000b\\ud800"');
    expect(await resultsOf(reader, archive(line))).toEqual(["created"]);
    const { books } = await reader.list();
    expect(books[0]?.review).toBe("ab\uFFFD");
  });
});

describe("the export as an archive", () => {
  it("is downloaded with a separate ticket", async () => {
    const { userId, token } = await newAccount();
    const response = await call(`/v1/library/${userId}/export/ticket`, {
      method: "POST",
      headers: { ...bearer(token), "Content-Type": "application/json" },
      body: JSON.stringify({ format: "archive" }),
    });
    const { url } = (await response.json<{ data: { url: string } }>()).data;
    expect((await call(url.replace("=archive", "=ndjson"))).status).toBe(401);
    const file = await call(url);
    expect(file.status).toBe(200);
    expect(file.headers.get("Content-Type")).toContain("application/x-ndjson");
    expect(file.headers.get("Content-Disposition")).toContain("bookstrack-archive.ndjson");
    expect(linesOf(await file.text()).map(({ type }) => type)).toEqual(["archive", "end"]);
  });

  it("is available only to its user", async () => {
    const [mine, other] = [await newAccount(), await newAccount()];
    const path = `/v1/library/${mine.userId}/export?format=archive`;
    expect((await call(path, { headers: bearer(other.token) })).status).toBe(403);
    expect((await call(path)).status).toBe(401);
  });

  it("counts towards the quota of imports, each line as a row", async () => {
    const reader = await newReader();
    await accepted(
      await sendFile(reader, archive(entry(A), { type: "goal", year: 2025, books: 1 })),
    );
    const used = await env.DB.prepare(
      "SELECT used FROM QuotaUses WHERE user_id = ?1 AND quota LIKE '%mportRows'",
    )
      .bind(reader.userId)
      .first<number>("used");
    expect(used).toBe(2);
  });
});
