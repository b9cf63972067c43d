import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { ask, type Asked } from "../ask.ts";
import { madeUpBooks } from "../books.ts";
import type { BenchCase, BenchWorld, Line } from "../case.ts";
import type { Catalogue } from "../catalogue.ts";
import { atMost, under } from "../figure.ts";
import { ms, perSecond } from "../format.ts";
import type { OperationCounts } from "../operation-counts.ts";
import { median, percentile } from "../statistics.ts";

const ROUNDS = 4;
const LOOKUPS_A_ROUND = 600;
/** Fewer lookups fit into this time on a busy machine. */
const MAX_SECONDS = 2;
const COUNTED_LOOKUPS = 1000;
const CONNECTIONS = 8;
/** The most CPU time in relation to a Worker that does the same operations. */
const MAX_CPU_RATIO = 1.05;
const TIMESTAMP = /"timestamp":"[^"]*"/;

type Who = "service" | "sameOperations" | "select";
type Round = Record<Who, Asked>;

export const d1Hit: BenchCase = {
  name: "d1-hit",
  title: `Cold ISBN lookup, answered by D1 (${CONNECTIONS} connections)`,
  about: `Books that are in neither memory nor KV, each looked up once. The baselines are a Worker that does one D1 select and
returns the same bytes, and a Worker that does everything that the service has to: KV read, select, KV write. Operations are
counted in a separate run, with counters around the service's bindings.`,
  shortfall: `In a profile (\`perf\`), two thirds of the time of both Workers are the runtime's own, and most of the rest is the code of the local
stores. The JavaScript of the service has 7 %, that of the bare Worker 4 %: the service checks the stored record, and has a limiter, deadlines,
counters, a log and headers. At least half of its share would have to go.`,
  async run(world) {
    const books = madeUpBooks((ROUNDS + 1) * LOOKUPS_A_ROUND);
    const paths = books.map(({ isbn }) => `/v1/search/isbn?isbn=${isbn}`);
    const catalogue = await world.catalogue(books);
    const { counts, lines } = await countOperations(world, catalogue, paths);

    const service = await world.service(NO_LIMITS, catalogue);
    const select = await world.yardstick("d1-select", {}, catalogue);
    const sameOperations = await world.yardstick("d1-and-kv", {}, catalogue);
    const measure = async (round: number): Promise<Round> => {
      const some = paths.slice(round * LOOKUPS_A_ROUND, (round + 1) * LOOKUPS_A_ROUND);
      return {
        service: await ask(service, some, CONNECTIONS, MAX_SECONDS),
        sameOperations: await ask(sameOperations, some, CONNECTIONS, MAX_SECONDS),
        select: await ask(select, some, CONNECTIONS, MAX_SECONDS),
      };
    };
    assertSameBytes(await measure(0));
    const rounds: Round[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) rounds.push(await measure(round));

    const p99 = latency(rounds, "service", 99);
    return {
      lines: [
        ...lines,
        throughput(rounds, "select", "throughput vs. a bare D1 select"),
        throughput(rounds, "sameOperations", "throughput vs. bare KV + D1 + KV"),
        processorTime(rounds, "select", "CPU time vs. a bare D1 select"),
        processorTime(rounds, "sameOperations", "CPU time vs. bare KV + D1 + KV", MAX_CPU_RATIO),
        {
          what: "p50 vs. a bare D1 select",
          measured: ms(latency(rounds, "service", 50)),
          baseline: ms(latency(rounds, "select", 50)),
          ratio: latency(rounds, "service", 50) / latency(rounds, "select", 50),
        },
        {
          what: "p99 vs. a bare D1 select",
          measured: ms(p99),
          baseline: ms(latency(rounds, "select", 99)),
          ratio: p99 / latency(rounds, "select", 99),
          ...under(p99, 100, "100 ms (D1 query)"),
        },
      ],
      data: { counts, countedLookups: COUNTED_LOOKUPS, rounds: rounds.map(withoutAnswers) },
    };
  },
};

/** Counts statements, reads and writes of `COUNTED_LOOKUPS` cold lookups and compares them with their targets. */
async function countOperations(
  world: BenchWorld,
  catalogue: Catalogue,
  paths: readonly string[],
): Promise<{ counts: OperationCounts; lines: Line[] }> {
  const counted = await world.countedService(NO_LIMITS, catalogue);
  const { answers } = await ask(counted, paths.slice(0, COUNTED_LOOKUPS), CONNECTIONS);
  const warm = answers.filter(({ source }) => source !== "d1; state=fresh").length;
  if (warm > 0) throw new Error(`${warm} lookups were not answered by D1.`);
  const counts = await counted.takeCounts();
  const statements = Object.values(counts.d1Statements).reduce((sum, one) => sum + one, 0);
  const selects = counts.d1Statements["SELECT Books"] ?? 0;
  const each = (count: number): string => (count / COUNTED_LOOKUPS).toFixed(3);
  return {
    counts,
    lines: [
      {
        what: "D1 statements per lookup",
        measured: each(selects),
        figure: "1",
        met: selects === COUNTED_LOOKUPS,
      },
      {
        what: "additional D1 statements per lookup (metrics)",
        measured: each(statements - selects),
        ...atMost(statements - selects, COUNTED_LOOKUPS / 100, "1 in 100"),
      },
      {
        what: "KV writes per lookup",
        measured: each(counts.kvWrites),
        figure: "1",
        met: counts.kvWrites === COUNTED_LOOKUPS,
      },
      {
        what: "share of responses sent before that write ended",
        measured: each(counts.answeredBeforeKvWrite),
        figure: "all",
        met: counts.answeredBeforeKvWrite === COUNTED_LOOKUPS,
      },
      { what: "KV reads per lookup (including flags)", measured: each(counts.kvReads) },
    ],
  };
}

/**
 * @throws Error if the response of a baseline Worker differs from the service's, because their
 * times would not be comparable
 */
function assertSameBytes({ service, sameOperations, select }: Round): void {
  const asked = [service, sameOperations, select];
  const compared = Math.min(...asked.map(({ answers }) => answers.length));
  const bodies = ({ answers }: Asked): string =>
    answers
      .slice(0, compared)
      .map(({ body }) => body.replace(TIMESTAMP, ""))
      .join("\n");
  if (bodies(select) !== bodies(service) || bodies(sameOperations) !== bodies(service)) {
    throw new Error("The response of a baseline Worker differs from that of the service.");
  }
}

function throughput(
  rounds: readonly Round[],
  yardstick: Exclude<Who, "service">,
  what: string,
): Line {
  const rate = (who: Who): string =>
    perSecond(median(rounds.map((round) => round[who].requestsPerSecond)));
  const ratios = rounds.map(
    (one) => one.service.requestsPerSecond / one[yardstick].requestsPerSecond,
  );
  return { what, measured: rate("service"), baseline: rate(yardstick), ratio: median(ratios) };
}

/** Measures the same as the throughput, but is less sensitive to a busy machine. */
function processorTime(
  rounds: readonly Round[],
  yardstick: Exclude<Who, "service">,
  what: string,
  most?: number,
): Line {
  const time = (who: Who): number =>
    median(rounds.map((round) => round[who].cpuMicroseconds ?? Number.NaN)) / 1000;
  const ratio = time("service") / time(yardstick);
  return {
    what,
    measured: ms(time("service")),
    baseline: ms(time(yardstick)),
    ratio,
    ...(most === undefined ? {} : atMost(ratio, most, `${most} times`)),
  };
}

function latency(rounds: readonly Round[], who: Who, percents: number): number {
  return median(
    rounds.map((round) =>
      percentile(
        round[who].answers.map((answer) => answer.ms),
        percents,
      ),
    ),
  );
}

const withoutAnswers = (round: Round): object =>
  Object.fromEntries(
    Object.entries(round).map(([who, { requestsPerSecond, cpuMicroseconds }]) => [
      who,
      { requestsPerSecond, cpuMicroseconds },
    ]),
  );
