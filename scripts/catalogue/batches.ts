import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { LoadedBook } from "../../contract/local-catalogue.ts";
import { dumpLines } from "./dump-lines.ts";
import { editionBook } from "./edition-book.ts";
import type { SideRecords } from "./side-records.ts";

/** Options of a load. */
export interface LoadOptions {
  readonly editions: string;
  readonly works?: string | undefined;
  readonly authors?: string | undefined;
  /** ISO 639-1 codes. */
  readonly languages?: readonly string[] | undefined;
  /** The number of books. */
  readonly limit?: number | undefined;
}

/** A batch as it is sent. */
export interface LoadBatch {
  readonly number: number;
  readonly isLast: boolean;
  readonly books: number;
  /** NDJSON. */
  readonly body: string;
}

const BATCH_BOOKS = 500;
const BATCH_CHARACTERS = 600_000;
const SAMPLE_BYTES = 65_536;
/** Incremented when the same options produce different batches. */
const FORMAT = 1;

/**
 * The id of a load, derived from its files and options, so that only the same command continues it.
 */
export function loadIdOf(options: LoadOptions): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([FORMAT, [...(options.languages ?? [])].sort(), options.limit ?? 0]));
  for (const path of [options.editions, options.works, options.authors]) {
    hash.update("\n");
    if (path !== undefined)
      hash.update(`${basename(path)} ${statSync(path).size} `).update(sampleOf(path));
  }
  return hash.digest("hex").slice(0, 16);
}

/** The batches of a load; the same files and options always produce the same batches. */
export async function* loadBatches(
  options: LoadOptions,
  side: SideRecords,
): AsyncGenerator<LoadBatch> {
  let number = 0;
  let open: string[] = [];
  let characters = 0;
  const batchOf = (isLast: boolean): LoadBatch => ({
    number,
    isLast,
    books: open.length,
    body: `${open.join("\n")}\n`,
  });
  for await (const book of wantedBooks(options, side)) {
    const line = JSON.stringify(book);
    const isFull = open.length === BATCH_BOOKS || characters + line.length > BATCH_CHARACTERS;
    if (isFull && open.length > 0) {
      yield batchOf(false);
      number += 1;
      open = [];
      characters = 0;
    }
    open.push(line);
    characters += line.length;
  }
  if (open.length > 0) yield batchOf(true);
}

async function* wantedBooks(
  { editions, languages, limit }: LoadOptions,
  side: SideRecords,
): AsyncGenerator<LoadedBook> {
  const wanted = languages && new Set(languages);
  let count = 0;
  for await (const line of dumpLines(editions, "edition")) {
    const book = editionBook(line, side, wanted);
    if (book === undefined) continue;
    yield book;
    count += 1;
    if (count === limit) return;
  }
}

function sampleOf(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const sample = Buffer.alloc(SAMPLE_BYTES);
    return sample.subarray(0, readSync(file, sample, 0, SAMPLE_BYTES, 0));
  } finally {
    closeSync(file);
  }
}
