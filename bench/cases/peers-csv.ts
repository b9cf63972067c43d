import type { BenchCase, Line } from "../case.ts";
import { atLeast } from "../figure.ts";
import { percent, perSecond } from "../format.ts";
import { csvFile, DAMAGES, rightRows, type Damage, type KnownFile } from "../peers/csv-files.ts";
import { CSV_READERS, type CsvReader } from "../peers/csv-readers.ts";
import { median } from "../statistics.ts";

const ROWS = 50_000;
const DAMAGED_ROWS = 5000;
const ROUNDS = 5;

const readers = Object.entries(CSV_READERS);

export const peersCsv: BenchCase = {
  name: "peers-csv",
  title: `Reading CSV, against papaparse, csv-parse and udsv (${ROWS.toLocaleString("en")} rows)`,
  about: `The same bytes, read in the same process, in turns: the median of ${ROUNDS} rounds. The reader of this service reads a stream, detects the encoding
and the dialect, and bounds its memory; the others get the whole file and are told that it is UTF-8 with commas. Then
files of ${DAMAGED_ROWS.toLocaleString("en")} rows, in which every fiftieth row has a fault: how many of the rows without one arrive unchanged;
none of a file that a reader rejects as a whole.`,
  async run() {
    const clean = csvFile(ROWS);
    const damaged = csvFile(ROWS, "a quote that is never closed");
    const times = { clean: await timesOf(clean), damaged: await timesOf(damaged) };
    const right: Record<string, Record<string, number>> = {};
    for (const [name, read] of readers) right[name] = await sharesOf(read, clean);
    return {
      lines: [
        ...speedLines("a clean file", times.clean),
        ...speedLines("a file with quotes that are never closed", times.damaged),
        ...rightLines(right),
      ],
      data: { rows: ROWS, times, right },
    };
  },
};

/** Times of each reader in ms; empty for a reader that rejects the file. */
type Times = Readonly<Record<string, readonly number[]>>;

async function timesOf({ bytes }: KnownFile): Promise<Times> {
  const times: Record<string, number[]> = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, read] of readers) {
      const from = performance.now();
      const isRead = await read(bytes).then(
        () => true,
        () => false,
      );
      const ofReader = (times[name] ??= []);
      if (isRead) ofReader.push(performance.now() - from);
    }
  }
  return times;
}

function speedLines(file: string, { "this service": ownTimes = [], ...peers }: Times): Line[] {
  const own = median(ownTimes);
  const measured = perSecond((1000 * ROWS) / own);
  return Object.entries(peers).map(([name, times]): Line => {
    const what = `rows of ${file}, vs. ${name}`;
    if (times.length === 0) return { what, measured, baseline: "rejected" };
    const ms = median(times);
    return { what, measured, baseline: perSecond((1000 * ROWS) / ms), ratio: ms / own };
  });
}

/** Share of correct rows in each file; absent for a file that the reader rejects. */
async function sharesOf(read: CsvReader, clean: KnownFile): Promise<Record<string, number>> {
  const shares: Record<string, number> = { "a clean file": await shareOf(read, clean) };
  for (const damage of Object.keys(DAMAGES) as Damage[]) {
    shares[damage] = await shareOf(read, csvFile(DAMAGED_ROWS, damage));
  }
  return shares;
}

async function shareOf(read: CsvReader, file: KnownFile): Promise<number> {
  try {
    return rightRows(file, await read(file.bytes)) / file.rows.size;
  } catch {
    return 0;
  }
}

function rightLines(right: Readonly<Record<string, Record<string, number>>>): Line[] {
  const { "this service": own = {}, ...peers } = right;
  return Object.entries(own).map(([file, share]) => ({
    what: `rows right: ${file}`,
    measured: percent(share),
    baseline: Object.entries(peers)
      .map(([name, shares]) => `${name} ${percent(shares[file] ?? 0)}`)
      .join(", "),
    ...atLeast(share, 1, "100 %"),
  }));
}
