import MiniSearch from "minisearch";
import type { Book } from "../../contract/catalogue.ts";
import { ask } from "../ask.ts";
import type { BenchCase, Line } from "../case.ts";
import { atLeast } from "../figure.ts";
import { ms, percent } from "../format.ts";
import { generatedTitles } from "../relevance/generated.ts";
import { placeOf } from "../relevance/place.ts";
import { derivedQueries, QUERY_KINDS, type Query } from "../relevance/queries.ts";
import { asStored } from "../relevance/titles.ts";
import type { ListedBook } from "../relevance/listed-book.ts";
import { percentile } from "../statistics.ts";

const BOOKS = 100_000;
const QUERIES = 400;
const SHOWN = 20;

export const peersTitleSearch: BenchCase = {
  name: "peers-title-search",
  title: `Title search, against MiniSearch over the same ${BOOKS.toLocaleString("en")} titles`,
  about: `The queries of \`relevance\`, over more books. MiniSearch is a search in memory: its index is in the process that asks it, with titles and authors,
words by their beginnings and with typing errors (\`prefix\`, \`fuzzy: 0.2\`), every word needed, else any. The search of this service
is asked over HTTP, reads its index from D1, and returns whole books, so that its times include what MiniSearch has no part in.`,
  async run(world) {
    const listed = generatedTitles(BOOKS);
    const queries = derivedQueries(listed, QUERIES);
    const catalogue = await world.catalogue(asStored(listed));
    const served = await world.yardstick("relevance", {}, catalogue);
    const paths = queries.map(({ typed }) => `/search?q=${encodeURIComponent(typed)}`);
    await ask(served, paths.slice(0, 20), 1);
    const { answers } = await ask(served, paths, 1);
    const own = answers.map(({ ms: took, body }) => ({
      ms: took,
      isbns: (JSON.parse(body) as Book[]).map(({ isbn }) => isbn),
    }));
    const peer = miniSearched(listed, queries);
    const places = {
      own: queries.map((query, index) => placeOf(query, own[index]?.isbns ?? [])),
      peer: queries.map((query, index) => placeOf(query, peer[index]?.isbns ?? [])),
    };
    const top = (what: string, within: number, isCounted: (query: Query) => boolean): Line => {
      const [measured = 0, baseline = 0] = [places.own, places.peer].map((some) => {
        const counted = some.filter((_, index) => {
          const query = queries[index];
          return query !== undefined && isCounted(query);
        });
        return counted.filter((place) => place < within).length / counted.length;
      });
      return {
        what,
        measured: percent(measured),
        baseline: percent(baseline),
        ...target(measured, baseline),
      };
    };
    const times = { own: own.map((one) => one.ms), peer: peer.map((one) => one.ms) };
    return {
      lines: [
        ...QUERY_KINDS.map((kind) => top(`top 1, ${kind}`, 1, (query) => query.kind === kind)),
        top("top 5, all kinds", 5, () => true),
        ...[50, 95].map((percents) => time(percents, times)),
      ],
      data: { books: BOOKS, queries: queries.length, times },
    };
  },
};

/** The target for relevance is that of the peer. */
const target = (measured: number, baseline: number): ReturnType<typeof atLeast> => ({
  ...atLeast(measured, baseline, "that of MiniSearch"),
  headroom: measured / Math.max(baseline, 0.01),
});

interface Searched {
  readonly ms: number;
  readonly isbns: readonly string[];
}

function miniSearched(listed: readonly ListedBook[], queries: readonly Query[]): Searched[] {
  const search = new MiniSearch<{ id: string; title: string; authors: string }>({
    fields: ["title", "authors"],
    searchOptions: { prefix: true, fuzzy: 0.2, boost: { title: 2 } },
  });
  search.addAll(
    listed.map(({ isbn, title, authors }) => ({ id: isbn, title, authors: authors.join(" ") })),
  );
  return queries.map(({ typed }) => {
    const from = performance.now();
    const every = search.search(typed, { combineWith: "AND" });
    const found = every.length > 0 ? every : search.search(typed, { combineWith: "OR" });
    const isbns = found.slice(0, SHOWN).map(({ id }) => String(id));
    return { ms: performance.now() - from, isbns };
  });
}

function time(
  percents: number,
  { own, peer }: Readonly<Record<"own" | "peer", readonly number[]>>,
): Line {
  const [measured, baseline] = [percentile(own, percents), percentile(peer, percents)];
  return {
    what: `p${percents}`,
    measured: ms(measured),
    baseline: ms(baseline),
    ratio: measured / baseline,
  };
}
