import type { BenchCase, Line } from "../case.ts";
import { atMost } from "../figure.ts";
import type { StartCost } from "../start-cost.ts";
import { median } from "../statistics.ts";

/** CPU that a start may cost, as a multiple of that of the build of the bundle alone. */
const MOST_FIRST = 2.5;
const MOST_LATER = 1;
const ROUNDS = 3;

/** What `npm start` costs before it serves, and how much memory it holds afterwards. */
export const start: BenchCase = {
  name: "start",
  title: "A start of the service",
  about: `CPU of all processes of a start until it serves: the first one in a fresh checkout on an empty state, which builds the
Worker and applies every migration, and a later one, which finds both done. The baseline is the CPU of the build of the bundle
alone, by wrangler's command. Medians of ${ROUNDS} rounds in turns. Memory is the resident set right after a later start; its baseline is
that right after the first one.`,
  async run(world) {
    const builds: number[] = [];
    const firsts: StartCost[] = [];
    const laters: StartCost[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      builds.push(await world.buildCpu());
      const [first, later] = await world.starts();
      firsts.push(first);
      laters.push(later);
    }
    const build = median(builds);
    const cpu = (what: string, starts: readonly StartCost[], most: number): Line => {
      const measured = median(starts.map(({ cpuSeconds }) => cpuSeconds));
      return {
        what,
        measured: seconds(measured),
        baseline: seconds(build),
        ratio: measured / build,
        ...atMost(measured / build, most, `${most} ${most === 1 ? "time" : "times"}`),
      };
    };
    const memory = (what: string, of: (start: StartCost) => number): Line => ({
      what,
      measured: mib(median(laters.map(of))),
      baseline: mib(median(firsts.map(of))),
    });
    return {
      lines: [
        cpu("CPU of the first start", firsts, MOST_FIRST),
        cpu("CPU of a later start", laters, MOST_LATER),
        memory("memory of the launcher", ({ launcherBytes }) => launcherBytes),
        memory("memory of the runtime", ({ runtimeBytes }) => runtimeBytes),
      ],
      data: { rounds: ROUNDS, builds, firsts, laters },
    };
  },
};

const seconds = (value: number): string => `${value.toFixed(1)} s`;
const mib = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;
