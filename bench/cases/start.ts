import type { BenchCase, Line } from "../case.ts";
import { atMost } from "../figure.ts";
import type { StartCost } from "../start-cost.ts";
import { median } from "../statistics.ts";

/** Maximum CPU time of a start, as a multiple of the CPU time of the build alone. */
const MAX_FIRST = 2.5;
const MAX_LATER = 1;
const ROUNDS = 3;

/** CPU time of `npm start` until it serves, and its memory afterwards. */
export const start: BenchCase = {
  name: "start",
  title: "A start of the service",
  about: `CPU time of all processes of a start until it serves. The first start, in a fresh checkout on an empty state, builds the
Worker and the web app and applies every migration; a later start does none of this. The baseline is the CPU time of the two builds alone. Medians of ${ROUNDS} alternating rounds. Memory is the resident set when idle after a later start; its baseline is the same after
the first start.`,
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
    const cpu = (what: string, starts: readonly StartCost[], max: number): Line => {
      const measured = median(starts.map(({ cpuSeconds }) => cpuSeconds));
      return {
        what,
        measured: seconds(measured),
        baseline: seconds(build),
        ratio: measured / build,
        ...atMost(measured / build, max, `${max} ${max === 1 ? "time" : "times"}`),
      };
    };
    const memory = (what: string, of: (start: StartCost) => number): Line => ({
      what,
      measured: mib(median(laters.map(of))),
      baseline: mib(median(firsts.map(of))),
    });
    return {
      lines: [
        cpu("CPU of the first start", firsts, MAX_FIRST),
        cpu("CPU of a later start", laters, MAX_LATER),
        memory("memory of the launcher", ({ launcherBytes }) => launcherBytes),
        memory("memory of the runtime", ({ runtimeBytes }) => runtimeBytes),
      ],
      data: { rounds: ROUNDS, builds, firsts, laters },
    };
  },
};

const seconds = (value: number): string => `${value.toFixed(1)} s`;
const mib = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;
