import type { CsvRecord } from "../job/row.ts";
import type { Detection } from "../layouts/detect.ts";
import type { Assumption } from "../reading/assumptions.ts";
import type { Settled } from "../reading/file-reader.ts";
import { inTurn, type TakeTurn } from "../turns/turn.ts";
import type { NotStored } from "./charged-rows.ts";
import { stagedRow, type SizedRow, type StagedRow } from "./staged-row.ts";
import { utf8Length } from "./utf8-length.ts";

/** A file whose rows are stored, except those of its last chunk. */
export interface StagedFile {
  kind: "staged";
  /** The last chunk. */
  rows: readonly StagedRow[];
  chunk: number;
  /** Bytes of the last chunk. */
  bytes: number;
  totalRows: number;
  assumptions: Assumption[];
  /** Rows with text outside ASCII, which depend on the encoding. */
  foreignRows: Pick<Assumption, "rows" | "samples">;
}

export type StagingOutcome =
  | StagedFile
  | { kind: "not_usable"; text: string; foundColumns: string[] }
  | { kind: "too_many_rows"; limit: number }
  | NotStored;

/**
 * Limits of a chunk. A `gentle` step reads and writes a whole chunk, so a larger one would take
 * longer than processing its rows.
 */
const CHUNK_ROWS = 640;
const CHUNK_BYTES = 500_000;

/** Rows that are read in a gentle turn, and rows of a chunk that is filled in such turns. */
const GENTLE_ROWS = 100;
const GENTLE_CHUNK_ROWS = 200;

/** Dependencies of `stageRows`. */
export interface StageDeps {
  /** Returns a cryptographic hash of each text, in hex. */
  hashAll(texts: readonly string[]): Promise<string[]>;
  takeTurn: TakeTurn;
  staging: {
    /** Returns the rows of a chunk; undefined when the job has been deleted. */
    rowsOf(jobId: string, chunk: number): Promise<readonly StagedRow[] | undefined>;
    /** Replaces the rows of a chunk. Returns `false` when the job has been deleted. */
    replaceRows(jobId: string, chunk: number, rows: readonly StagedRow[]): Promise<boolean>;
  };
  /** Stores the rows of a chunk. @returns why they were not stored; undefined when they were */
  store(chunk: number, rows: readonly StagedRow[], bytes: number): Promise<NotStored | undefined>;
}

/** The chunk that is being filled. */
interface Chunk {
  number: number;
  rows: StagedRow[];
  bytes: number;
  /** The bits of OPEN that its rows depend on. */
  open: number;
}

/**
 * Reads the records of a file and stores their rows in chunks, with memory for one chunk. A row
 * whose reading depends on a convention that later records may change is stored with its cells. If
 * the last record changes a convention that the first records suggested, the chunks with such rows
 * are read again.
 */
export async function stageRows(
  { jobId, userId }: { jobId: string; userId: string },
  layout: Extract<Detection, { kind: "found" }> & {
    records: AsyncIterable<CsvRecord[]>;
    maxRows: number;
  },
  deps: StageDeps,
): Promise<StagingOutcome> {
  const { reader, restore, columns } = layout;
  const openChunks: number[] = [];
  let chunk: Chunk = { number: 0, rows: [], bytes: 0, open: 0 };
  let totalRows = 0;
  const foreign = new ForeignRows();
  const stage = async (
    batch: readonly CsvRecord[],
    chunkRows: number,
  ): Promise<NotStored | undefined> => {
    const records = restore ? batch.map(restore) : batch;
    const hashes = await deps.hashAll(records.map(recordKey));
    for (const [index, record] of records.entries()) {
      foreign.add(record);
      const open = reader.observe(record);
      const read = stagedRow(record, reader.read(record), hashes[index] ?? "");
      const { row, bytes } = open === 0 ? read : withCells(read, record.cells);
      const isFull = chunk.rows.length >= chunkRows || chunk.bytes + bytes + 1 > CHUNK_BYTES;
      if (isFull && chunk.rows.length > 0) {
        const missed = await deps.store(chunk.number, chunk.rows, chunk.bytes);
        if (missed) return missed;
        openChunks.push(chunk.open);
        chunk = { number: chunk.number + 1, rows: [], bytes: 0, open: 0 };
      }
      chunk.rows.push(row);
      chunk.bytes += bytes + 1;
      chunk.open |= open;
    }
    return undefined;
  };
  for await (const batch of layout.records) {
    totalRows += batch.length;
    if (totalRows > layout.maxRows) return { kind: "too_many_rows", limit: layout.maxRows };
    for (let from = 0; from < batch.length;) {
      const missed = await inTurn(userId, deps.takeTurn, (pace) => {
        const isGentle = pace === "gentle";
        const part = batch.slice(from, isGentle ? from + GENTLE_ROWS : undefined);
        from += part.length;
        return stage(part, isGentle ? GENTLE_CHUNK_ROWS : CHUNK_ROWS);
      });
      if (missed) return missed;
    }
  }
  if (totalRows === 0) {
    const text = "The file has a header but no rows, so there is nothing to import.";
    return { kind: "not_usable", text, foundColumns: [...columns] };
  }
  const settled = reader.finish();
  for (const [number, open] of openChunks.entries()) {
    if ((open & settled.changed) === 0) continue;
    const rows = await deps.staging.rowsOf(jobId, number);
    const isReplaced =
      rows !== undefined &&
      (await deps.staging.replaceRows(jobId, number, readAgain(rows, settled)));
    if (!isReplaced) return { kind: "caller_gone" };
  }
  const rows = (chunk.open & settled.changed) === 0 ? chunk.rows : readAgain(chunk.rows, settled);
  return {
    kind: "staged",
    rows: rows.map(withoutCells),
    chunk: chunk.number,
    bytes: chunk.bytes,
    totalRows,
    assumptions: settled.assumptions,
    foreignRows: { rows: foreign.rows, samples: foreign.samples },
  };
}

const FOREIGN = /\P{ASCII}/u;
const MAX_SAMPLES = 2;
const MAX_SAMPLE_LENGTH = 200;

/** Counts the rows with text outside ASCII. */
class ForeignRows {
  rows = 0;
  readonly samples: { row: number; from: string; to: string }[] = [];

  add({ row, cells, isForeign }: CsvRecord): void {
    if (!isForeign) return;
    this.rows += 1;
    if (this.samples.length >= MAX_SAMPLES) return;
    const cell = (cells.find((one) => FOREIGN.test(one)) ?? "").slice(0, MAX_SAMPLE_LENGTH);
    this.samples.push({ row, from: cell, to: cell });
  }
}

function readAgain(rows: readonly StagedRow[], { read }: Settled): StagedRow[] {
  return rows.map((row) => {
    if (row.cells === undefined) return row;
    // Notes tell whether decoding found problems.
    const has = (wanted: string): boolean => row.notes.some(({ code }) => code === wanted);
    const record = {
      row: row.row,
      line: row.line,
      cells: row.cells,
      hadNul: has("NUL_REMOVED"),
      isDoubtful: has("TEXT_IMPROBABLE"),
    };
    return stagedRow(record, read(record), row.hash).row;
  });
}

/** Limit of a row with its cells. */
const MAX_ROW_BYTES = 900_000;
/** Characters that JSON escapes. */
const ESCAPED = /["\\\p{Cc}]/u;

/**
 * Adds the cells to a row, unless that makes it too large; then it keeps the reading that the first
 * records suggest.
 */
function withCells({ row, bytes }: SizedRow, cells: readonly string[]): SizedRow {
  const text = cells.join("");
  const own = ESCAPED.test(text) ? JSON.stringify(cells) : text;
  const both = bytes + utf8Length(own) + 3 * cells.length + 12;
  return both > MAX_ROW_BYTES ? { row, bytes } : { row: { ...row, cells }, bytes: both };
}

function withoutCells({ cells: _cells, ...row }: StagedRow): StagedRow {
  return row;
}

/** Returns a text that identifies repeated records. Trailing blank cells are ignored. */
export function recordKey({ cells }: CsvRecord): string {
  return JSON.stringify(cells.slice(0, cells.findLastIndex((cell) => cell !== "") + 1));
}
