import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { seededRandom } from "../../test/tools/stand-in/random.ts";
import { ask, type Asked } from "../ask.ts";
import { madeUpBooks } from "../books.ts";
import type { BenchCase } from "../case.ts";
import { atLeast, under } from "../figure.ts";
import { percent, perSecond } from "../format.ts";
import { percentile } from "../statistics.ts";
import { zipf } from "../zipf.ts";

const BOOKS = 5000;
const LOOKUPS = 20_000;
/** Fewer than from cold, because these lookups are fast. */
const WARM_LOOKUPS = 8000;
const CONNECTIONS = 16;
const MIN_HIT_RATE = 0.8;

export const zipfMix: BenchCase = {
  name: "zipf",
  title: `Zipf(1.0) mix of ${LOOKUPS.toLocaleString("en")} lookups over ${BOOKS.toLocaleString("en")} books (${CONNECTIONS} connections)`,
  about: `Lookups over a catalogue in which few books are popular and most are not, starting with memory and KV empty. From there,
the best possible cache misses each book once. The baselines for throughput are lookups of a single book by the same client,
from memory and from a bare Worker.`,
  async run(world) {
    const books = madeUpBooks(BOOKS);
    const catalogue = await world.catalogue(books);
    const service = await world.service(NO_LIMITS, catalogue);
    const rank = zipf(BOOKS, seededRandom(11));
    const paths = Array.from(
      { length: LOOKUPS },
      () => `/v1/search/isbn?isbn=${books[rank()]?.isbn}`,
    );
    const mix = await ask(service, paths, CONNECTIONS);

    const hotPath = `/v1/search/isbn?isbn=${books[0]?.isbn}`;
    const sameTimes = Array.from({ length: WARM_LOOKUPS }, () => hotPath);
    const bare = await world.yardstick("bare", {
      BODY: mix.answers[0]?.body,
      HEADERS: { "Content-Type": "application/json" },
    });
    const warmMix = await ask(service, paths.slice(-WARM_LOOKUPS), CONNECTIONS);
    const hot = await ask(service, sameTimes, CONNECTIONS);
    const floor = await ask(bare, sameTimes, CONNECTIONS);

    const rate = hitRate(mix);
    const best = 1 - new Set(paths).size / LOOKUPS;
    const p95 = percentile(
      mix.answers.map((answer) => answer.ms),
      95,
    );
    return {
      lines: [
        {
          what: "hit rate from cold, vs. a cache that misses each book once",
          measured: percent(rate),
          baseline: percent(best),
          ratio: rate / best,
          ...atLeast(rate, MIN_HIT_RATE, percent(MIN_HIT_RATE)),
        },
        {
          what: "hit rate when the last lookups are repeated",
          measured: percent(hitRate(warmMix)),
        },
        { what: "lookups by tier, from cold", measured: describe(tiers(mix)) },
        { what: "lookups by tier, repeated", measured: describe(tiers(warmMix)) },
        throughput("throughput from cold, vs. one hot book", mix, hot),
        throughput("throughput repeated, vs. one hot book", warmMix, hot),
        throughput("throughput repeated, vs. a bare Worker", warmMix, floor),
        {
          what: "p95 from cold",
          measured: `${p95.toFixed(1)} ms`,
          ...under(p95, 500, "500 ms"),
        },
      ],
      data: {
        cold: { tiers: tiers(mix), ...speed(mix) },
        again: { tiers: tiers(warmMix), ...speed(warmMix) },
        hot: speed(hot),
        bare: speed(floor),
      },
    };
  },
};

/** Number of responses from each tier. */
function tiers({ answers }: Asked): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { source = "?" } of answers) {
    const tier = source.split(";")[0] ?? source;
    counts[tier] = (counts[tier] ?? 0) + 1;
  }
  return counts;
}

function hitRate(asked: Asked): number {
  const { memory = 0, kv = 0 } = tiers(asked);
  return (memory + kv) / asked.answers.length;
}

const describe = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([tier, count]) => `${tier} ${count.toLocaleString("en")}`)
    .join(", ");

const throughput = (what: string, measured: Asked, baseline: Asked) => ({
  what,
  measured: perSecond(measured.requestsPerSecond),
  baseline: perSecond(baseline.requestsPerSecond),
  ratio: measured.requestsPerSecond / baseline.requestsPerSecond,
});

const speed = ({ requestsPerSecond, cpuMicroseconds }: Asked): object => ({
  requestsPerSecond,
  cpuMicroseconds,
});
