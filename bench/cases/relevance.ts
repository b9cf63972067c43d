import type { Book } from "../../contract/catalogue.ts";
import { ask } from "../ask.ts";
import type { BenchCase, Line } from "../case.ts";
import { atLeast, atMost } from "../figure.ts";
import { ms } from "../format.ts";
import { generatedTitles } from "../relevance/generated.ts";
import { placeOf } from "../relevance/place.ts";
import { derivedQueries, QUERY_KINDS, type Query, type QueryKind } from "../relevance/queries.ts";
import { asStored, readTitles } from "../relevance/titles.ts";
import { percentile } from "../statistics.ts";

const BOOKS = 10_000;
const QUERIES = 400;
/** Each query is timed this often, and the fastest counts, because other processes run on the same cores. */
const ROUNDS = 3;
/** Percent of the queries whose first book is an expected one. */
const TOP_1 = { exact: 95, prefix: 85, "one typo": 80 };
const TOP_5 = 95;

export const relevance: BenchCase = {
  name: "relevance",
  title: `Relevance of the title search (${QUERIES} queries, 1 connection)`,
  about: `Queries of ten kinds, derived from the titles of a generated catalogue of ${BOOKS.toLocaleString("en")} books, or of a list of titles:
\`npm run bench -- relevance --titles <file>\`, tab-separated with the columns \`isbn13\`, \`title\` and \`authors\`. A query expects the
book that it names; another edition of the same title by the same author is as good. The baseline is a plain FTS5 query for the
same words in the same Worker.`,
  async run(world) {
    const listed = world.titles === undefined ? generatedTitles(BOOKS) : readTitles(world.titles);
    const catalogue = await world.catalogue(asStored(listed));
    const queries = derivedQueries(listed, QUERIES);
    const served = await world.yardstick("relevance", {}, catalogue);
    const search = queries.map(({ typed }) => `/search?q=${encodeURIComponent(typed)}`);
    const plain = queries.map(({ typed }) => `/fts?q=${encodeURIComponent(everyWord(typed))}`);
    const times = { search: [] as number[], plain: [] as number[] };
    let found: readonly (readonly Book[])[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { answers } = await ask(served, search, 1);
      found = answers.map(({ body }) => JSON.parse(body) as Book[]);
      fastest(times.search, answers);
      fastest(times.plain, (await ask(served, plain, 1)).answers);
    }
    const places = queries.map((query, index) =>
      placeOf(
        query,
        (found[index] ?? []).map(({ isbn }) => isbn),
      ),
    );
    return {
      lines: [
        ...QUERY_KINDS.flatMap((kind) => topOne(kind, queries, places)),
        share(
          "top 5, all kinds",
          places.map((place) => place < 5),
          TOP_5,
        ),
        ratio(50, times),
        { ...ratio(95, times), ...atMost(ratioOf(95, times), 2.5, "2.5 times") },
      ],
      data: { books: listed.length, queries: queries.length, times },
    };
  },
};

/** The words as a plain query, the last one as a prefix. */
function everyWord(typed: string): string {
  const words = typed.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map((word, at) => `"${word}"${at === words.length - 1 ? " *" : ""}`).join(" AND ");
}

function fastest(times: number[], answers: readonly { ms: number }[]): void {
  answers.forEach(
    (answer, index) => (times[index] = Math.min(times[index] ?? Infinity, answer.ms)),
  );
}

function topOne(kind: QueryKind, queries: readonly Query[], places: readonly number[]): Line[] {
  const hits = places
    .filter((_, index) => queries[index]?.kind === kind)
    .map((place) => place === 0);
  const figure = kind === "prefix" || kind === "one typo" ? TOP_1[kind] : TOP_1.exact;
  return hits.length === 0 ? [] : [share(`top 1, ${kind}`, hits, figure)];
}

function share(what: string, hits: readonly boolean[], least: number): Line {
  const percent = (100 * hits.filter(Boolean).length) / hits.length;
  return { what, measured: `${percent.toFixed(1)} %`, ...atLeast(percent, least, `${least} %`) };
}

type Times = Readonly<Record<"search" | "plain", readonly number[]>>;

function ratioOf(percents: number, { search, plain }: Times): number {
  return percentile([...search], percents) / percentile([...plain], percents);
}

function ratio(percents: number, times: Times): Line {
  const [measured, baseline] = [times.search, times.plain].map((some) =>
    percentile([...some], percents),
  );
  return {
    what: `p${percents} vs. a plain FTS5 query`,
    measured: ms(measured ?? 0),
    baseline: ms(baseline ?? 0),
    ratio: ratioOf(percents, times),
  };
}
