import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { generatedBooks } from "../../test/tools/stand-in/generated-books.ts";
import { ask } from "../ask.ts";
import { madeUpBooks } from "../books.ts";
import type { BenchCase, Line } from "../case.ts";
import { atMost } from "../figure.ts";
import { ms } from "../format.ts";
import { median, percentile } from "../statistics.ts";

/** Latency of the real providers, as measured. */
const LATENCY = { p50Ms: 270, p90Ms: 650 };
const ROUNDS = 3;
const LOOKUPS_A_ROUND = 80;
/** Lookups of books in D1; their CPU time is the baseline. */
const HITS_A_ROUND = 200;
const MAX_CPU_RATIO = 2;
/** About 15 lookups per second: a wave of scans, below the limiter's 100 calls and below the rate at which two cores can create Durable Objects. */
const CONNECTIONS = 6;

const pathOf = (isbn: string): string => `/v1/search/isbn?isbn=${isbn}`;

export const providerMiss: BenchCase = {
  name: "provider-miss",
  title: `Unknown ISBN, providers at p50 ${LATENCY.p50Ms} ms and p90 ${LATENCY.p90Ms} ms (${CONNECTIONS} connections)`,
  about: `Books that the catalogue does not have, each looked up once, with simulated providers as slow as the real ones. The baseline
calls the same provider without the service. Both take turns, so that a machine that slows down affects both. The CPU time
is compared with that of lookups that D1 answers, by the same service in the same rounds, and with that of a Worker that makes
the same calls for other books and does nothing else: KV read, D1 select, three provider calls, D1 batch, KV write.`,
  shortfall: `The target is below the cost of the calls: a bare Worker that makes them and does nothing else takes about three times a D1
hit itself. What the service adds are the Durable Objects through which all isolates share a flight and a provider's limits, and the transform and
merge of the answers.`,
  async run(world) {
    const books = generatedBooks(2 * ROUNDS * LOOKUPS_A_ROUND, 2);
    const known = madeUpBooks(ROUNDS * HITS_A_ROUND);
    const catalogue = await world.catalogue(known);
    const standIn = await world.standIn(books);
    const env = { ...standIn.env, ...NO_LIMITS, GOOGLE_BOOKS_API_KEY: "bench" };
    const service = await world.service(env, catalogue);
    const bare = await world.yardstick("miss-calls", standIn.env, catalogue);
    await fetch(`${service.url}/health`);
    standIn.openlibrary.behave({ latency: LATENCY });
    standIn["google-books"].behave({ latency: LATENCY });

    const isbnsOf = (part: number): string[] =>
      books.slice(part * LOOKUPS_A_ROUND, (part + 1) * LOOKUPS_A_ROUND).map(({ isbn13 }) => isbn13);
    const throughService: number[] = [];
    const direct: number[] = [];
    const cpu: number[] = [];
    const cpuOfHits: number[] = [];
    const cpuOfCalls: number[] = [];
    const calls = { openlibrary: 0, "google-books": 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const isbns = isbnsOf(2 * round);
      const hits = await ask(
        service,
        known
          .slice(round * HITS_A_ROUND, (round + 1) * HITS_A_ROUND)
          .map(({ isbn }) => pathOf(isbn)),
        CONNECTIONS,
      );
      if (hits.cpuMicroseconds !== undefined) cpuOfHits.push(hits.cpuMicroseconds);
      standIn.openlibrary.forgetCalls();
      standIn["google-books"].forgetCalls();
      const looked = await ask(service, isbns.map(pathOf), CONNECTIONS);
      if (looked.answers.some(({ source }) => source !== "external_api; state=fresh")) {
        throw new Error("A lookup was answered without a provider.");
      }
      if (looked.cpuMicroseconds !== undefined) cpu.push(looked.cpuMicroseconds);
      throughService.push(...looked.answers.map((answer) => answer.ms));
      calls.openlibrary += standIn.openlibrary.stats().calls;
      calls["google-books"] += standIn["google-books"].stats().calls;

      const called = await ask(bare, isbnsOf(2 * round + 1).map(pathOf), CONNECTIONS);
      if (called.cpuMicroseconds !== undefined) cpuOfCalls.push(called.cpuMicroseconds);

      const asked = await ask(
        { url: standIn.openlibrary.baseUrl },
        isbns.map((isbn) => `/api/books?bibkeys=ISBN:${isbn}&jscmd=data&format=json`),
        CONNECTIONS,
      );
      direct.push(...asked.answers.map((answer) => answer.ms));
    }

    const compare = (percents: number): Line => {
      const measured = percentile(throughService, percents);
      const baseline = percentile(direct, percents);
      return {
        what: `p${percents} vs. calling the provider directly`,
        measured: ms(measured),
        baseline: ms(baseline),
        ratio: measured / baseline,
      };
    };
    const cpuRatio = median(cpu) / median(cpuOfHits);
    const each = (count: number): string => (count / (ROUNDS * LOOKUPS_A_ROUND)).toFixed(2);
    return {
      lines: [
        compare(50),
        compare(90),
        compare(99),
        {
          what: "calls to Open Library per lookup",
          measured: each(calls.openlibrary),
          baseline: "1.00",
        },
        {
          what: "calls to Google Books per lookup",
          measured: each(calls["google-books"]),
        },
        {
          what: "runtime CPU time per lookup vs. a D1 hit",
          measured: ms(median(cpu) / 1000),
          baseline: ms(median(cpuOfHits) / 1000),
          ratio: cpuRatio,
          ...atMost(cpuRatio, MAX_CPU_RATIO, `${MAX_CPU_RATIO} times`),
        },
        {
          what: "runtime CPU time per lookup vs. a bare Worker with the same calls",
          measured: ms(median(cpu) / 1000),
          baseline: ms(median(cpuOfCalls) / 1000),
          ratio: median(cpu) / median(cpuOfCalls),
        },
      ],
      data: {
        latency: LATENCY,
        lookups: ROUNDS * LOOKUPS_A_ROUND,
        calls,
        throughService,
        direct,
        cpu,
        cpuOfHits,
        cpuOfCalls,
      },
    };
  },
};
