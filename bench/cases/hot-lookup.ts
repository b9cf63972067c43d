import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { generatedBooks } from "../../test/tools/stand-in/generated-books.ts";
import type { BenchCase, Line } from "../case.ts";
import { atLeast } from "../figure.ts";
import { load, type LoadResult, type Served } from "../load.ts";
import { median } from "../statistics.ts";

const ROUNDS = 6;
const SECONDS = 2;
const CONNECTIONS = 32;
/** Headers that the service sets. The runtime adds the others to every Worker. */
const OWN_HEADERS = /^(content-type|x-|vary|cache-control|access-control-)/;

type Who = "service" | "hono" | "bare";
const NAMES: Record<Who, string> = {
  service: "service",
  hono: "bare Hono Worker",
  bare: "bare Worker",
};
type Round = Record<Who, LoadResult>;

export const hotLookup: BenchCase = {
  name: "hot-lookup",
  title: "Hot ISBN lookup, from memory",
  about: `A book that is in memory, against Workers that return the same bytes and do nothing else. The three take turns, so
that a machine that slows down affects all of them. The ratios are medians of the rounds' ratios.`,
  shortfall: `What the service does above the bare Worker is the request id, the clock, the limiter, the counters of metrics and cache, the
headers and the timestamp in the body: see [decisions/0012-hot-answers-before-the-router.md](decisions/0012-hot-answers-before-the-router.md). The
ratio is 0.78 to 0.83 from run to run.`,
  async run(world) {
    const books = generatedBooks(1);
    const standIn = await world.standIn(books);
    const service = await world.service({ ...standIn.env, ...NO_LIMITS });
    const path = `/v1/search/isbn?isbn=${books[0]?.isbn13}`;
    await fetch(service.url + path);
    const hot = await fetch(service.url + path);
    const source = hot.headers.get("x-cache-source");
    if (source !== "memory; state=fresh") throw new Error(`The lookup is not hot: ${source}`);

    const env = {
      BODY: await hot.text(),
      HEADERS: Object.fromEntries([...hot.headers].filter(([name]) => OWN_HEADERS.test(name))),
    };
    const hono = await world.yardstick("bare-hono", env);
    const bare = await world.yardstick("bare", env);
    const measure = (served: Served, seconds: number): Promise<LoadResult> =>
      load(served, { path, connections: CONNECTIONS, seconds });

    for (const served of [service, hono, bare]) await measure(served, 1);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push({
        service: await measure(service, SECONDS),
        hono: await measure(hono, SECONDS),
        bare: await measure(bare, SECONDS),
      });
    }
    return {
      lines: [
        ...(["service", "hono", "bare"] as const).map((who) => ({
          what: NAMES[who],
          measured: describe(rounds, who),
        })),
        cpuRatio(rounds, "hono", 0.9),
        cpuRatio(rounds, "bare", 0.8),
        throughputRatio(rounds, "hono", 0.8),
        throughputRatio(rounds, "bare", 0.6),
      ],
      data: { connections: CONNECTIONS, seconds: SECONDS, bodyBytes: env.BODY.length, rounds },
    };
  },
};

function describe(rounds: readonly Round[], who: Who): string {
  const cpu = cpuOf(rounds, who);
  const p50 = middle(rounds, who, ({ p50Ms }) => p50Ms);
  const p99 = middle(rounds, who, ({ p99Ms }) => p99Ms);
  return `p50 ${p50} ms, p99 ${p99} ms, ${cpu.toFixed(0)} µs CPU`;
}

/** The baseline's CPU time per request, relative to the service's: less sensitive to a busy machine than the throughput. */
function cpuRatio(
  rounds: readonly Round[],
  yardstick: Exclude<Who, "service">,
  least: number,
): Line {
  const time = (who: Who): string => `${cpuOf(rounds, who).toFixed(0)} µs`;
  const ratio = median(
    rounds.map(
      (one) =>
        (one[yardstick].cpuMicroseconds ?? Number.NaN) /
        (one.service.cpuMicroseconds ?? Number.NaN),
    ),
  );
  return {
    what: `CPU time of a ${NAMES[yardstick]} vs. the service`,
    measured: time("service"),
    baseline: time(yardstick),
    ratio,
    ...atLeast(ratio, least, least.toFixed(2)),
  };
}

function throughputRatio(
  rounds: readonly Round[],
  yardstick: Exclude<Who, "service">,
  least: number,
): Line {
  const rate = (who: Who): string =>
    `${Math.round(middle(rounds, who, ({ requestsPerSecond }) => requestsPerSecond)).toLocaleString("en")}/s`;
  const ratio = median(
    rounds.map((one) => one.service.requestsPerSecond / one[yardstick].requestsPerSecond),
  );
  return {
    what: `throughput vs. ${NAMES[yardstick]}`,
    measured: rate("service"),
    baseline: rate(yardstick),
    ratio,
    ...atLeast(ratio, least, least.toFixed(2)),
  };
}

const cpuOf = (rounds: readonly Round[], who: Who): number =>
  middle(rounds, who, ({ cpuMicroseconds = Number.NaN }) => cpuMicroseconds);

function middle(rounds: readonly Round[], who: Who, pick: (result: LoadResult) => number): number {
  return median(rounds.map((round) => pick(round[who])));
}
