import type { BenchCase, Line } from "../case.ts";
import { atLeast } from "../figure.ts";
import { unknownImport } from "./import-unknown.ts";

const ROWS = 1000;

/**
 * Published rates, in rows per second, at which other services look up the books of an imported
 * file.
 */
const PUBLISHED = { jelu: 2, bindery: 2.5 } as const;

export const peersImport: BenchCase = {
  name: "peers-import",
  title: `An import of ${ROWS.toLocaleString("en")} unknown rows, against the published rates of jelu and bindery`,
  about: `The import of \`import-unknown\`, at the real pace of Open Library. The baselines are not measured here: jelu publishes 2 rows per second, bindery
2.5, because they ask a provider for one book at a time.`,
  async run(world) {
    const { shelvedMs, enrichedMs, calls } = await unknownImport(world, ROWS);
    const rates = { "on the shelf": rateOf(shelvedMs), confirmed: rateOf(enrichedMs) };
    return {
      lines: Object.entries(rates).flatMap(([what, rate]) =>
        Object.entries(PUBLISHED).map(([peer, pace]): Line => ({
          what: `rows ${what}, vs. ${peer}`,
          measured: `${rate.toFixed(1)}/s`,
          baseline: `${pace}/s`,
          ratio: rate / pace,
          ...atLeast(rate, pace, `${pace}/s`),
        })),
      ),
      data: { rows: ROWS, shelvedMs, enrichedMs, calls, published: PUBLISHED },
    };
  },
};

const rateOf = (ms: number): number => (1000 * ROWS) / ms;
