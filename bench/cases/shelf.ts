import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { SCOPES } from "../../contract/accounts.ts";
import { statusSchema } from "../../contract/library-fields.ts";
import { emptyEntry, withChange } from "../../src/library/domain/entry.ts";
import { shelfKeys } from "../../src/library/domain/shelf-keys.ts";
import { rowOf, WRITTEN_COLUMNS } from "../../src/library/storage/entry-columns.ts";
import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { madeUpBooks } from "../books.ts";
import type { BenchCase, Line } from "../case.ts";
import { atMost } from "../figure.ts";
import { ms } from "../format.ts";
import { pollUntil, uploadAs } from "../import-client.ts";
import { median } from "../statistics.ts";

const SMALL = 200;
const LARGE = 20_000;
const ROUNDS = 15;
/** A page of the large shelf may take at most twice as long as a page of the small one. */
const MOST = 2;
/** The first statistics after a change may take at most this many times as long as a page of 50. */
const MOST_OF_STATISTICS = 8;

const SORTS = ["added", "title", "author", "rating", "year", "finished", "series"].flatMap(
  (sort) => [`sort=${sort}`, `sort=-${sort}`],
);
/** Requests that read every book of the shelf. */
const WHOLE = [
  "?q=777",
  "?rating=4&finishedYear=2010",
  "?tag=tag%207",
  "?owned=false&sort=title",
  "?language=en",
  "?sort=title&from=m&before=true",
  "/facets",
  "/facets?status=reading",
  "/top-rated?year=2000",
  "/stats",
];

export const shelf: BenchCase = {
  name: "shelf",
  title: `A shelf of ${LARGE.toLocaleString("en")} books against one of ${SMALL}`,
  about: `Pages of a large shelf against the same pages of a small one, in turns: medians of the time until the whole page has
arrived. Filters and search, which have no separate index, have no target. The statistics are compared with a page of 50 of
the same shelf: the first answer after the user rates a book, and the first after an import of ten books.`,
  async run(world) {
    const catalogue = await world.catalogue(madeUpBooks(LARGE));
    const tokens = catalogue.read((database) => ({
      small: shelve(database, "small", SMALL),
      large: shelve(database, "large", LARGE),
    }));
    const { url } = await world.service(NO_LIMITS, catalogue);
    const ask = async (who: keyof typeof tokens, path: string): Promise<number> => {
      const from = performance.now();
      const headers = { Authorization: `Bearer ${tokens[who]}` };
      const response = await fetch(`${url}/v1/library/${who}${path}`, { headers });
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`${path} answers ${response.status}`);
      return performance.now() - from;
    };
    const measure = async (path: string): Promise<Measured> => {
      const times: Record<keyof typeof tokens, number[]> = { small: [], large: [] };
      for (let round = 0; round < ROUNDS; round += 1) {
        times.small.push(await ask("small", path));
        times.large.push(await ask("large", path));
      }
      return { path, small: median(times.small), large: median(times.large) };
    };
    await measure("");
    const plain = await inTurn(
      SORTS.map((sort) => `?${sort}`),
      measure,
    );
    const byStatus = await inTurn(
      SORTS.map((sort) => `?status=reading&${sort}`),
      measure,
    );
    const whole = await inTurn(WHOLE, measure);
    const changed = async (change: (round: number) => Promise<void>): Promise<Compared> => {
      const [stats, pages]: [number[], number[]] = [[], []];
      for (let round = 0; round < ROUNDS; round += 1) {
        await change(round);
        stats.push(await ask("large", "/stats"));
        pages.push(await ask("large", ""));
      }
      return { stats: median(stats), page: median(pages) };
    };
    const headers = { Authorization: `Bearer ${tokens.large}` };
    const isbns = madeUpBooks(LARGE).map(({ isbn }) => isbn);
    const rated = await changed(async (round) => {
      const response = await fetch(`${url}/v1/library/large/books/${isbns[round * 997]}`, {
        method: "PATCH",
        headers: { ...headers, "Content-Type": "application/json" },
        body: JSON.stringify({ rating: 1 + (round % 16) / 4 }),
      });
      if (response.status !== 200) throw new Error(await response.text());
    });
    const imported = await changed(async (round) => {
      const rows = isbns.slice(round * 997, round * 997 + 10);
      const file = ["ISBN13,My Rating", ...rows.map((isbn) => `${isbn},${1 + (round % 5)}`)];
      const job = await uploadAs(url, headers, file.join("\n"));
      await pollUntil(url, job, ({ status }) => status === "completed");
    });
    return {
      lines: [
        slowest("a page, unfiltered: the slowest order", plain),
        slowest("a page by status: the slowest order", byStatus),
        compared("statistics after a rating, to a page of 50", rated),
        compared("statistics after an import of ten books, to a page of 50", imported),
        ...whole.map(({ path, small, large }) => ({
          what: path,
          measured: ms(large),
          baseline: ms(small),
        })),
      ],
      data: { rounds: ROUNDS, plain, byStatus, whole, rated, imported },
    };
  },
};

/** Medians in ms. */
interface Measured {
  readonly path: string;
  readonly small: number;
  readonly large: number;
}

/** Medians in ms, of the same shelf. */
interface Compared {
  readonly stats: number;
  readonly page: number;
}

function compared(what: string, { stats, page }: Compared): Line {
  const ratio = stats / page;
  const figure = `${MOST_OF_STATISTICS.toFixed(2)} times`;
  return {
    what,
    measured: ms(stats),
    baseline: ms(page),
    ratio,
    ...atMost(ratio, MOST_OF_STATISTICS, figure),
  };
}

async function inTurn(
  paths: readonly string[],
  measure: (path: string) => Promise<Measured>,
): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const path of paths) measured.push(await measure(path));
  return measured;
}

function slowest(what: string, measured: readonly Measured[]): Line {
  const ratioOf = ({ small, large }: Measured): number => large / small;
  const [worst] = measured.toSorted((one, other) => ratioOf(other) - ratioOf(one));
  if (!worst) throw new Error("A measurement is missing.");
  return {
    what: `${what} (${worst.path})`,
    measured: ms(worst.large),
    baseline: ms(worst.small),
    ratio: ratioOf(worst),
    ...atMost(ratioOf(worst), MOST, `${MOST.toFixed(2)} times`),
  };
}

const ACCOUNT = "INSERT INTO Users (id, recovery_hash, created_at) VALUES (?, '', ?)";
const TOKEN = `
  INSERT INTO Tokens (id, user_id, hash, scopes, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)`;
const ENTRY = `
  INSERT INTO UserLibrary (user_id, isbn, kept_version, seq, ${WRITTEN_COLUMNS.join(", ")})
  VALUES (?, ?, 1, 1, ${WRITTEN_COLUMNS.map(() => "?").join(", ")})`;
const READING = `
  INSERT INTO Readings (user_id, isbn, position, id, finished_at) VALUES (?, ?, 0, 'r0', ?)`;
const TAG = "INSERT INTO Tags (user_id, isbn, folded, tag, position) VALUES (?, ?, ?, ?, 0)";
const COUNTS = `
  INSERT INTO Shelves (user_id, seq, want_to_read, reading, completed, paused, abandoned, no_status)
  SELECT user_id, 1, sum(status = 'want_to_read'), sum(status = 'reading'), sum(status = 'completed'),
    sum(status = 'paused'), sum(status = 'abandoned'), 0
  FROM UserLibrary WHERE user_id = ? GROUP BY user_id`;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Creates a user with the first `count` books of the catalogue, half of them rated and dated. @returns the user's token */
export function shelve(database: DatabaseSync, userId: string, count: number): string {
  const statements = [ENTRY, READING, TAG].map((sql) => database.prepare(sql));
  const [entries, readings, tags] = statements;
  const now = Date.now();
  const id = sha256(userId).slice(0, 16);
  const token = `bt_${id}_${"0".repeat(52)}`;
  database.exec("PRAGMA synchronous = OFF; BEGIN");
  database.prepare(ACCOUNT).run(userId, now);
  database
    .prepare(TOKEN)
    .run(id, userId, sha256(token), JSON.stringify(SCOPES), now, now + 86_400_000);
  for (const [index, book] of madeUpBooks(count).entries()) {
    const { isbn } = book;
    const status = statusSchema.options[index % statusSchema.options.length];
    const finishedAt = String(2000 + (index % 25));
    const tag = `tag ${index % 50}`;
    const change = {
      ...(status === undefined ? {} : { status }),
      review: `Read as number ${index}.`,
      tags: [tag],
      ...(index % 2 === 0 ? { rating: (1 + (index % 20)) / 4, readings: [{ finishedAt }] } : {}),
    };
    const entry = withChange(emptyEntry(isbn, index), change, index);
    const keys = shelfKeys(entry, { book });
    const stored = { ...entry, version: 1 };
    const row = rowOf({ entry: stored, keys, bookVersion: 1, hasOwn: false });
    entries?.run(userId, isbn, ...WRITTEN_COLUMNS.map((name) => row[name]));
    if (entry.readings.length > 0) readings?.run(userId, isbn, finishedAt);
    tags?.run(userId, isbn, tag, tag);
  }
  database.prepare(COUNTS).run(userId);
  database.exec("COMMIT; PRAGMA optimize");
  return token;
}
