import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { loadedBookSchema } from "../../contract/local-catalogue.ts";
import { loadBatches } from "../../scripts/catalogue/batches.ts";
import { sideRecords } from "../../scripts/catalogue/side-records.ts";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";
import { mergeAnswers } from "../../src/catalogue/domain/merge/merge.ts";
import { toRow } from "../../src/catalogue/storage/book-row.ts";
import { writeDump } from "../../test/tools/dump.ts";
import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import type { BenchCase } from "../case.ts";
import { atLeast, under } from "../figure.ts";
import { perSecond } from "../format.ts";

const ROWS = Number(process.env["LOAD_ROWS"] ?? 100_000);
const ADMIN_TOKEN = "bench-admin-token-bench-admin-token";
const MAX_MB = 300;
/** As in `npm run load-catalogue`. */
const HEAP = ["--max-old-space-size=128", "--max-semi-space-size=4"];
const LEAST_RATIO = 0.2;

export const loadCatalogue: BenchCase = {
  name: "load-catalogue",
  title: `A local catalogue of ${ROWS.toLocaleString("en")} generated editions`,
  about: `\`npm run load-catalogue\` with a compressed dump, from its start to its end, into an empty catalogue: decompression, transform,
merge, search texts and checkpoints. The baseline only inserts the same rows into \`Books\` with its indexes, in statements of the
same number of rows, without search texts. \`LOAD_ROWS=1000000\` sets the number of editions.`,
  async run(world) {
    const folder = mkdtempSync(join(tmpdir(), "bookstrack-bench-dump-"));
    try {
      const files = {
        editions: join(folder, "editions.txt.gz"),
        authors: join(folder, "authors.txt.gz"),
      };
      await writeDump(files, ROWS);
      const catalogue = await world.catalogue([]);
      const standIn = await world.standIn([]);
      const service = await world.service({ ...standIn.env, ...NO_LIMITS, ADMIN_TOKEN }, catalogue);
      const loaded = await runLoad(files, service.url);
      const bulk = await world.yardstick("d1-books", {}, catalogue);
      const bulkMs = await insertAll(files, bulk.url);
      const [ours, theirs] = [ROWS / (loaded.ms / 1000), ROWS / (bulkMs / 1000)];
      return {
        lines: [
          {
            what: "books per second vs. a bulk insert",
            measured: perSecond(ours),
            baseline: perSecond(theirs),
            ratio: ours / theirs,
            ...atLeast(ours / theirs, LEAST_RATIO, `${LEAST_RATIO} of the bulk insert`),
          },
          {
            what: "memory of the command at most",
            measured: `${loaded.peakMb.toFixed(0)} MB`,
            ...under(loaded.peakMb, MAX_MB, `${MAX_MB} MB`),
          },
        ],
        data: { rows: ROWS, loadMs: loaded.ms, bulkMs, peakMb: loaded.peakMb },
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Files {
  readonly editions: string;
  readonly authors: string;
}

/** Runs the command, and reads its peak of resident memory while it runs. */
async function runLoad(
  { editions, authors }: Files,
  url: string,
): Promise<{ ms: number; peakMb: number }> {
  const startedAt = performance.now();
  const script = join(PROJECT_ROOT, "scripts/catalogue/load-catalogue.ts");
  const child = spawn(
    process.execPath,
    [...HEAP, script, "--editions", editions, "--authors", authors, "--url", url],
    { env: { ...process.env, ADMIN_TOKEN }, stdio: ["ignore", "ignore", "inherit"] },
  );
  const ended = once(child, "exit");
  let peakMb = 0;
  while (child.exitCode === null && child.signalCode === null) {
    peakMb = Math.max(peakMb, peakOf(child.pid));
    await wait(50);
  }
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`The load failed with exit code ${code}.`);
  return { ms: performance.now() - startedAt, peakMb };
}

/** The peak of resident memory so far, in MB; 0 if the system does not report it. */
function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1000;
  } catch {
    return 0;
  }
}

/** Time of the baseline to insert the rows of all batches. */
async function insertAll(files: Files, url: string): Promise<number> {
  const side = await sideRecords({ authors: files.authors }, () => undefined);
  let ms = 0;
  try {
    for await (const { body } of loadBatches(files, side)) {
      const rows = body
        .trimEnd()
        .split("\n")
        .map((line) => rowOf(line));
      const response = await fetch(url, { method: "POST", body: JSON.stringify(rows) });
      if (!response.ok) throw new Error(`The bulk insert failed: ${response.status}`);
      ms += ((await response.json()) as { ms: number }).ms;
    }
  } finally {
    side.close();
  }
  return ms;
}

function rowOf(line: string): ReturnType<typeof toRow> {
  const { at, ...book } = loadedBookSchema.parse(JSON.parse(line));
  const answer = { provider: "openlibrary", book, fetchedAt: at } as const;
  const fetchedAt = Date.parse(at);
  return toRow({ book: mergeAnswers(book.isbn, [answer]), fetchedAt, freshUntil: fetchedAt });
}
