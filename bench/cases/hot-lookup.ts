import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { generatedBooks } from "../../test/tools/stand-in/generated-books.ts";
import type { BenchCase, Line } from "../case.ts";
import { load, type LoadResult, type Served } from "../load.ts";
import { median } from "../statistics.ts";

const ROUNDS = 6;
const SECONDS = 2;
const CONNECTIONS = 32;
/** What the service sends of itself; the runtime adds the rest to every Worker alike. */
const OWN_HEADERS = /^(content-type|x-|vary|cache-control|access-control-)/;

type Who = "service" | "hono" | "bare";
type Round = Record<Who, LoadResult>;

/**
 * A book that memory holds, against Workers that return the same bytes and do nothing else. The three take turns, so
 * that a machine that slows down slows all of them; the ratios are medians of the rounds' ratios.
 */
export const hotLookup: BenchCase = {
  name: "hot-lookup",
  title: "Hot ISBN lookup, from memory",
  async run(world) {
    const standIn = await world.standIn(1);
    const service = await world.service({ ...standIn.env, ...NO_LIMITS });
    const [book] = generatedBooks(1);
    const path = `/v1/search/isbn?isbn=${book?.isbn13}`;
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
        { what: "service", value: describe(rounds, "service") },
        { what: "bare Hono Worker", value: describe(rounds, "hono") },
        { what: "bare Worker", value: describe(rounds, "bare") },
        throughputRatio(rounds, "hono", "service to bare Hono Worker", 0.8),
        throughputRatio(rounds, "bare", "service to bare Worker", 0.6),
      ],
      data: { connections: CONNECTIONS, seconds: SECONDS, bodyBytes: env.BODY.length, rounds },
    };
  },
};

function describe(rounds: readonly Round[], who: Who): string {
  const middle = (pick: (result: LoadResult) => number): number =>
    median(rounds.map((round) => pick(round[who])));
  const rate = Math.round(middle(({ requestsPerSecond }) => requestsPerSecond)).toLocaleString(
    "en",
  );
  const cpu = middle(({ cpuMicroseconds = Number.NaN }) => cpuMicroseconds);
  const p50 = middle(({ p50Ms }) => p50Ms);
  const p99 = middle(({ p99Ms }) => p99Ms);
  return `${rate} requests/s, p50 ${p50} ms, p99 ${p99} ms, ${cpu.toFixed(0)} µs of processor each`;
}

function throughputRatio(
  rounds: readonly Round[],
  yardstick: Who,
  what: string,
  least: number,
): Line {
  const ratio = median(
    rounds.map((one) => one.service.requestsPerSecond / one[yardstick].requestsPerSecond),
  );
  return {
    what,
    value: ratio.toFixed(2),
    figure: `at least ${least.toFixed(2)}`,
    met: ratio >= least,
  };
}
