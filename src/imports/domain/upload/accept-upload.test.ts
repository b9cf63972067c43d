import { describe, expect, it } from "vitest";
import { DomainError } from "../../../platform/errors.ts";
import { decoders } from "../../../../test/support/imports/decoders.ts";
import {
  acceptUpload,
  type CompletedUpload,
  type NewJob,
  type UploadDeps,
} from "./accept-upload.ts";
import type { StoreOutcome } from "./charged-rows.ts";
import { addCharges, firstOver, type Charge, type Use } from "../../../quotas/domain/charge.ts";
import { quotasOf } from "../../../quotas/domain/policy.ts";
import type { Refusal } from "../../../quotas/domain/refusal.ts";
import { uploadMeter, type CountedFile } from "../../../quotas/domain/upload-meter.ts";
import { detectLayout, type Detection } from "../layouts/detect.ts";
import { fixedReader } from "../reading/file-reader.ts";
import { reason } from "../job/reasons.ts";
import type { CsvRecord, ImportRow } from "../job/row.ts";
import type { Pace } from "../turns/turn.ts";
import type { StagedRow } from "./staged-row.ts";

const OPTIONS = { dryRun: false, mode: "merge", enrich: true, withoutIsbn: "review" } as const;

function rowOf(record: CsvRecord): ImportRow {
  const [title = "", isbn = ""] = record.cells;
  const verdict =
    isbn === ""
      ? ({ kind: "match", reason: reason("NO_ISBN") } as const)
      : ({ kind: "shelve", isbn, matchedBy: "isbn13" } as const);
  const { row, line } = record;
  return {
    row,
    line,
    verdict,
    notes: [],
    book: { title },
    entry: {},
    identifiers: {},
    raw: { title, isbn },
  };
}

/** In-memory staging with configurable faults. */
function world(
  faults: {
    failsAt?: number;
    goneAt?: number;
    isGone?: boolean;
    refusal?: Refusal;
    /** Daily limit of rows. */
    importRows?: number;
    alike?: CountedFile[];
    pace?: Pace;
  } = {},
  detect?: UploadDeps["layouts"]["detect"],
) {
  const quotas = quotasOf({ firstDayImportRows: faults.importRows ?? 0 });
  let uses: Use[] = [];
  const charged = (charges: readonly Charge[], chunk: number): StoreOutcome => {
    if (chunk === faults.goneAt || firstOver(charges, uses)) return { kind: "not_stored", uses };
    uses = addCharges(
      uses.map(({ used: amount, ...use }) => ({ ...use, amount })),
      charges,
    ).map(({ amount: used, ...charge }) => ({ ...charge, used }));
    return { kind: "stored" };
  };
  const chunks: (readonly StagedRow[])[] = [];
  const calls: string[] = [];
  let begun: NewJob | undefined;
  let completed: CompletedUpload | undefined;
  const detection: Detection = {
    kind: "found",
    format: "list",
    confidence: 0.9,
    columns: ["title", "isbn"],
    headerIndex: 0,
    reader: fixedReader(rowOf),
  };
  const deps: UploadDeps = {
    decoders,
    layouts: { detect: detect ?? (() => detection) },
    takeTurn: async () => ({ pace: faults.pace ?? "gentle", end: () => undefined }),
    hashAll: async (texts) => texts.map((text) => `hash of ${text}`.slice(0, 100)),
    staging: {
      async begin(job) {
        begun = job;
        if (faults.refusal) return { kind: "refused", refusal: faults.refusal };
        return { kind: faults.isGone === true ? "gone" : "begun" };
      },
      async addRows(_jobId, chunk, rows, { charges }) {
        if (chunk === faults.failsAt) throw new DomainError("DATABASE_UNAVAILABLE", "away");
        chunks.push(rows);
        return charged(charges, chunk);
      },
      async rowsOf(_jobId, chunk) {
        return chunks[chunk];
      },
      async replaceRows(_jobId, chunk, rows) {
        chunks[chunk] = rows;
        return true;
      },
      async complete(upload) {
        if (upload.chunk === faults.failsAt) throw new DomainError("DATABASE_UNAVAILABLE", "away");
        completed = upload;
        return charged(upload.charges, upload.chunk);
      },
      async discard(jobId) {
        calls.push(`discard ${jobId}`);
      },
    },
    openMeter: async ({ userId, isPreview }) => ({
      kind: "open",
      meter: uploadMeter(quotas, {
        userId,
        isPreview,
        createdAt: 0,
        origin: { isYoung: true, network: undefined },
        alike: faults.alike ?? [],
      }),
    }),
    watch: async (jobId) => void calls.push(`watch ${jobId}`),
    wake: async (jobId) => void calls.push(`wake ${jobId}`),
    defer: () => undefined,
    newId: () => "job",
    now: () => 1_000,
  };
  const usedRows = () => uses.find(({ quota }) => quota === "importRows")?.used;
  return { deps, chunks, calls, usedRows, begun: () => begun, completed: () => completed };
}

async function* file(...lines: string[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield Buffer.from(`${line}\n`);
}

const upload = (bytes: AsyncIterable<Uint8Array>) => ({
  userId: "user",
  network: undefined,
  options: OPTIONS,
  bytes,
  fileHash: async () => "hash of the file",
});

const lines = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `Book ${index},978${index}`);

describe("an upload", () => {
  it("becomes a job with its last rows, and is watched before and woken afterwards", async () => {
    const { deps, chunks, calls, begun, completed } = world({ pace: "alone" });
    const outcome = await acceptUpload(upload(file("title,isbn", ...lines(2660))), deps);
    const createdAt = "1970-01-01T00:00:01.000Z";
    expect(outcome).toEqual({
      kind: "accepted",
      accepted: {
        jobId: "job",
        format: "list",
        formatConfidence: 0.9,
        encoding: "utf-8",
        encodingConfidence: 1,
        totalRows: 2660,
        createdAt,
      },
    });
    expect(begun()).toMatchObject({ userId: "user", columns: ["title", "isbn"], createdAt: 1_000 });
    expect(chunks.map((rows) => rows.length)).toEqual([640, 640, 640, 640]);
    expect(completed()).toMatchObject({ chunk: 4, totalRows: 2660, fileHash: "hash of the file" });
    expect(completed()?.rows[0]).toEqual({
      row: 2562,
      line: 2562,
      hash: 'hash of ["Book 2560","9782560"]',
      verdict: "shelve",
      isbn: "9782560",
      matchedBy: "isbn13",
      title: "Book 2560",
      notes: [],
      parsed: { book: { title: "Book 2560" }, entry: {}, identifiers: {} },
    });
    expect(calls).toEqual(["watch job", "wake job"]);
  });

  it("stores small chunks while users are served", async () => {
    const { deps, chunks, completed } = world();
    await acceptUpload(upload(file("title,isbn", ...lines(930))), deps);
    expect(chunks.map((rows) => rows.length)).toEqual([200, 200, 200, 200]);
    expect(completed()?.rows).toHaveLength(130);
  });

  it("stores raw cells only for rows in review and invalid rows", async () => {
    const { deps, completed } = world();
    await acceptUpload(upload(file("title,isbn", "Dune,", "Em\0ma,1")), deps);
    expect(completed()?.rows).toMatchObject([
      {
        verdict: "match",
        raw: { title: "Dune", isbn: "" },
        reason: { code: "NO_ISBN" },
        notes: [],
      },
      { verdict: "shelve", notes: [{ code: "NUL_REMOVED" }] },
    ]);
    expect(completed()?.rows[1]).not.toHaveProperty("raw");
  });

  it("stores its response with the job", async () => {
    const { deps, completed } = world();
    const claim = { id: "k", userId: "user", fingerprint: "f", owner: "o", expiresAt: 1 };
    await acceptUpload(
      {
        ...upload(file("title,isbn", "Dune,1")),
        keepAnswer: (body) => ({ claim, answer: { status: 202, body } }),
      },
      deps,
    );
    expect(completed()?.answer).toMatchObject({ claim, answer: { body: { jobId: "job" } } });
  });

  it.each([
    ["D1 fails at first", { failsAt: 0 }],
    ["D1 fails half-way", { failsAt: 1 }],
    ["D1 fails at the end", { failsAt: 2 }],
  ])("leaves nothing when %s", async (_name, faults) => {
    const { deps, calls } = world(faults);
    const accepting = acceptUpload(upload(file("title,isbn", ...lines(2100))), deps);
    await expect(accepting).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
    expect(calls.filter((what) => what !== "watch job")).toEqual(["discard job"]);
  });

  it.each([
    ["half-way", { goneAt: 1 }],
    ["at the end", { goneAt: 2 }],
  ])("leaves nothing when its user is deleted %s", async (_name, faults) => {
    const { deps, calls } = world(faults);
    const outcome = await acceptUpload(upload(file("title,isbn", ...lines(2100))), deps);
    expect(outcome).toEqual({ kind: "caller_gone" });
    expect(calls).toContain("discard job");
    expect(calls).not.toContain("wake job");
  });

  it("is not started for a deleted user", async () => {
    const { deps, chunks } = world({ isGone: true });
    const outcome = await acceptUpload(upload(file("title,isbn", "Dune,1")), deps);
    expect([outcome, chunks]).toEqual([{ kind: "caller_gone" }, []]);
  });

  it("uses evidence in the last row for the rows of all chunks", async () => {
    const { deps, chunks, completed } = world({}, detectLayout);
    const early = lines(1500).map((line) => `${"x".repeat(60)} ${line},03/04/2021`);
    const bytes = file("title,isbn,date read", ...early, "Last,,25/12/2021");
    await acceptUpload(upload(bytes), deps);
    const rows = [...chunks.flat(), ...(completed()?.rows ?? [])];
    expect(rows).toHaveLength(1501);
    const dates = rows.map(({ parsed }) => parsed?.entry.readings?.[0]?.finishedAt);
    expect(new Set(dates)).toEqual(new Set(["2021-04-03", "2021-12-25"]));
    const codes = rows.flatMap(({ notes }) => notes.map(({ code }) => code));
    expect(codes).not.toContain("DATE_ORDER_ASSUMED");
    expect(codes).not.toContain("DATE_UNREADABLE");
    expect(completed()?.reading.assumptions).toMatchObject([
      { kind: "format", value: "list", rows: 1501 },
      { kind: "encoding", value: "utf-8", confidence: 1, rows: 0 },
      { kind: "dateOrder", value: "dmy", rows: 1500, samples: [{ row: 2 }, { row: 3 }] },
    ]);
    expect(rows.every((row) => row.cells === undefined)).toBe(true);
  });

  it("is refused at the first row over the limit, without reading the rest", async () => {
    const { deps, calls } = world();
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("title,isbn\n");
      for (;;) {
        read += 1000;
        yield Buffer.from("Dune,1\n".repeat(1000));
      }
    }
    expect(await acceptUpload(upload(endless()), deps)).toEqual({
      kind: "too_many_rows",
      limit: 50_000,
    });
    expect(read).toBeLessThan(70_000);
    expect(calls).toEqual(["discard job"]);
  });

  it.each([
    ["in its first rows", 900],
    ["half-way", 1000],
    ["in its last rows", 2050],
  ])(
    "ends where it crosses the quota of rows, %s, and leaves nothing",
    async (_name, importRows) => {
      const { deps, calls } = world({ importRows });
      const outcome = await acceptUpload(upload(file("title,isbn", ...lines(2100))), deps);
      expect(outcome).toEqual({
        kind: "refused",
        refusal: {
          kind: "quota",
          quota: "importRows",
          limit: importRows,
          used: 0,
          resetsAt: 86_400_000,
        },
      });
      expect(calls).toContain("discard job");
      expect(calls).not.toContain("wake job");
    },
  );

  it("does not count a file again that was counted today, but counts another file with the same beginning", async () => {
    const counted = { hash: "hash of the file", rows: 2100, bytes: 1_000_000 };
    const same = world({ importRows: 10, alike: [counted] });
    expect(await acceptUpload(upload(file("title,isbn", ...lines(2100))), same.deps)).toMatchObject(
      { kind: "accepted" },
    );
    expect(same.usedRows()).toBe(0);
    const other = world({ importRows: 5000, alike: [{ ...counted, hash: "another" }] });
    await acceptUpload(upload(file("title,isbn", ...lines(2100))), other.deps);
    expect(other.usedRows()).toBe(2100);
  });

  it("is refused while the maximum number of imports is running", async () => {
    const refusal: Refusal = { kind: "limit", quota: "openImports", limit: 3, used: 3 };
    const { deps, calls } = world({ refusal });
    const outcome = await acceptUpload(upload(file("title,isbn", "Dune,1")), deps);
    expect([outcome, calls]).toEqual([{ kind: "refused", refusal }, []]);
  });

  it("is refused if there are no rows after the header", async () => {
    const { deps } = world();
    expect(await acceptUpload(upload(file("title,isbn")), deps)).toMatchObject({
      kind: "not_usable",
      foundColumns: ["title", "isbn"],
    });
  });

  it("shrinks a row that D1 would reject", async () => {
    const { deps, chunks, completed } = world();
    // As many at the start of the file would make it binary.
    const plain = "x".repeat(5000);
    const cell = `"${"\u0001".repeat(99_000)}"`;
    await acceptUpload(upload(file("title,isbn", `${plain},1`, `${cell},`, `${cell},1`)), deps);
    const rows = [...chunks.flat(), ...(completed()?.rows ?? [])];
    expect(rows.map(({ row }) => row)).toEqual([2, 3, 4]);
    for (const row of rows) expect(JSON.stringify(row).length).toBeLessThan(1_000_000);
    expect(rows[1]?.raw?.["title"]?.length).toBeLessThan(2000);
  });
});
