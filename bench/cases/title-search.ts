import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { seededRandom } from "../../test/tools/stand-in/random.ts";
import { ask } from "../ask.ts";
import { madeUpBooks } from "../books.ts";
import type { BenchCase, Line } from "../case.ts";
import type { Catalogue } from "../catalogue.ts";
import { under } from "../figure.ts";
import { ms } from "../format.ts";
import { percentile } from "../statistics.ts";

const BOOKS = 100_000;
const SEARCHES = 150;
/** Fewer than searches, because a scan of the whole table takes long. */
const SCANS = 25;
/** Minimum number of matches. With fewer, the service asks the providers, which is not measured here. */
const ENOUGH_BOOKS = 5;

type Who = "service" | "fts" | "like";

export const titleSearch: BenchCase = {
  name: "title-search",
  title: `Title search over ${BOOKS.toLocaleString("en")} books (1 connection)`,
  about: `Searches for one word and the beginning of another word of a title, one search after the other. The baselines are a plain FTS5
query on the same index and a scan with LIKE, in Workers that do nothing else. Words occur as often as in the titles, so
some searches match thousands of books.`,
  async run(world) {
    const books = madeUpBooks(BOOKS);
    const catalogue = await world.catalogue(books);
    const searches = typedSearches(
      catalogue,
      books.map(({ title }) => title),
    );
    const standIn = await world.standIn([]);
    const service = await world.service({ ...standIn.env, ...NO_LIMITS }, catalogue);
    const bare = await world.yardstick("d1-search", {}, catalogue);
    const warmUp = searches.slice(0, 3);
    const paths: Record<Who, (words: readonly string[]) => string> = {
      service: (words) => `/v1/search/title?q=${encodeURIComponent(words.join(" "))}`,
      fts: (words) => `/fts?q=${encodeURIComponent(matchOf(words))}`,
      like: (words) => `/like?q=${encodeURIComponent(`%${words.join("%")}%`)}`,
    };
    const measure = async (who: Who, some: readonly string[][]): Promise<number[]> => {
      const served = who === "service" ? service : bare;
      const { answers } = await ask(served, some.map(paths[who]), 1);
      return answers.map((answer) => answer.ms);
    };
    for (const who of ["service", "fts", "like"] as const) await measure(who, warmUp);
    const times = {
      service: await measure("service", searches),
      fts: await measure("fts", searches),
      like: await measure("like", searches.slice(0, SCANS)),
    };
    const calls = standIn.openlibrary.stats().calls;
    if (calls > 0) throw new Error(`${calls} searches reached a provider.`);

    const compare = (percents: number, to: "fts" | "like", what: string): Line => {
      const measured = percentile(times.service, percents);
      const baseline = percentile(times[to], percents);
      return { what, measured: ms(measured), baseline: ms(baseline), ratio: measured / baseline };
    };
    return {
      lines: [
        compare(50, "fts", "p50 vs. a plain FTS5 query"),
        {
          ...compare(95, "fts", "p95 vs. a plain FTS5 query"),
          ...under(percentile(times.service, 95), 100, "100 ms (D1 query)"),
        },
        compare(50, "like", "p50 vs. a scan with LIKE"),
        compare(95, "like", "p95 vs. a scan with LIKE"),
        { what: "time to seed the books and their index", measured: ms(catalogue.seededInMs) },
      ],
      data: { books: BOOKS, searches: SEARCHES, scans: SCANS, times },
    };
  },
};

const matchOf = ([first = "", begun = ""]: readonly string[]): string =>
  `"${first}" AND "${begun}" *`;

/** Searches as typed so far: one word of a title and the beginning of the next, with at least `ENOUGH_BOOKS` matches. */
function typedSearches(catalogue: Catalogue, titles: readonly string[]): string[][] {
  const random = seededRandom(13);
  return catalogue.read((database) => {
    const matching = database.prepare(
      `SELECT count(*) AS books FROM (SELECT 1 FROM BookSearch WHERE BookSearch MATCH ?1 LIMIT ${ENOUGH_BOOKS})`,
    );
    const searches: string[][] = [];
    while (searches.length < SEARCHES) {
      const title = titles[Math.floor(random() * titles.length)] ?? "";
      const [first = "", second = ""] = title.toLowerCase().split(" ");
      const words = [first, second.slice(0, 3)];
      if (matching.get(matchOf(words))?.["books"] === ENOUGH_BOOKS) searches.push(words);
    }
    return searches;
  });
}
