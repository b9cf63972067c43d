import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { generatedBooks } from "../../test/tools/stand-in/generated-books.ts";
import type { BenchCase } from "../case.ts";
import { load, type LoadResult } from "../load.ts";
import { median } from "../statistics.ts";

const ROUNDS = 5;
const SECONDS = 2;
const CONNECTIONS = 32;
/** What the service sends of itself; the runtime adds the rest to every Worker alike. */
const OWN_HEADERS = /^(content-type|x-|vary|cache-control|access-control-)/;

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
    const urls = {
      service: service.url + path,
      hono: (await world.yardstick("bare-hono", env)) + path,
      bare: (await world.yardstick("bare", env)) + path,
    };
    const rounds: Record<keyof typeof urls, LoadResult>[] = [];
    for (const url of Object.values(urls))
      await load(url, { connections: CONNECTIONS, seconds: 1 });
    for (let round = 0; round < ROUNDS; round += 1) {
      const options = { connections: CONNECTIONS, seconds: SECONDS };
      rounds.push({
        service: await load(urls.service, options),
        hono: await load(urls.hono, options),
        bare: await load(urls.bare, options),
      });
    }

    const rate = (who: keyof typeof urls): number =>
      median(rounds.map((round) => round[who].requestsPerSecond));
    const ratio = (to: "hono" | "bare"): number =>
      median(rounds.map((one) => one.service.requestsPerSecond / one[to].requestsPerSecond));
    const latency = (who: keyof typeof urls, which: "p50Ms" | "p99Ms"): number =>
      median(rounds.map((round) => round[who][which]));
    const rateLine = (who: keyof typeof urls): string =>
      `${Math.round(rate(who)).toLocaleString("en")} requests/s, p50 ${latency(who, "p50Ms")} ms, p99 ${latency(who, "p99Ms")} ms`;
    return {
      lines: [
        { what: "service", value: rateLine("service") },
        { what: "bare Hono Worker", value: rateLine("hono") },
        { what: "bare Worker", value: rateLine("bare") },
        held("service to bare Hono Worker", ratio("hono"), 0.8),
        held("service to bare Worker", ratio("bare"), 0.6),
      ],
      data: { connections: CONNECTIONS, seconds: SECONDS, bodyBytes: env.BODY.length, rounds },
    };
  },
};

function held(what: string, ratio: number, least: number) {
  return {
    what,
    value: ratio.toFixed(2),
    figure: `at least ${least.toFixed(2)}`,
    met: ratio >= least,
  };
}
