import { percentile } from "../../bench/statistics.ts";
import type { Checks } from "../checks.ts";
import type { Caller } from "./caller.ts";
import { flatness, type Life } from "./memory.ts";

/** Checks that a valid soak has made at least once. */
const NEEDED = [
  "a repeated scan returns the first response",
  "a read shows the last write",
  "at the end a shelf matches its writes",
  "an import ends with every row",
  "a stream delivers every event once",
  "a migration completes",
  "the validation finds no differences",
  "at the end every migrated book exists",
];

/** Prints the result of a soak. @returns whether every check passed, nothing was lost and memory is stable */
export function printVerdict(given: {
  caller: Caller;
  checks: Checks;
  lives: readonly Life[];
  kills: number;
}): boolean {
  const { caller, checks, lives, kills } = given;
  for (const name of NEEDED) {
    if (!checks.all().some((check) => check.name === name)) checks.note(name, false);
  }
  checks.note("it was killed as often as requested", lives.length === kills + 1);
  const { inKillWindows, outside } = caller.errors;

  row("check", "passed", "failed");
  for (const { name, held, failed } of checks.all()) row(name, held, failed);
  console.log();
  const { times } = caller;
  row("requests answered outside kill windows", times.length, "");
  const inTime = [50, 95].map((share) => Math.round(percentile(times, share)));
  row("their P50 / P95, ms", ...inTime);
  row("errors inside / outside kill windows", inKillWindows, outside);
  console.log();
  row("memory of workerd, MB: run", "first", "max", "last");
  lives.forEach(({ startedAt, samples }, index) => {
    const megabytes = samples.map((sample) => sample.megabytes);
    const last = samples.at(-1);
    const seconds = last === undefined ? 0 : Math.round((last.at - startedAt) / 1000);
    row(
      `${index + 1} (${seconds} s)`,
      megabytes[0] ?? "",
      Math.max(0, ...megabytes),
      last?.megabytes ?? "",
    );
  });
  const calm = lives.at(-1);
  const judged = calm === undefined ? ({ kind: "too short" } as const) : flatness(calm);
  const growth =
    judged.kind === "too short" ? "" : `, last third / first third ${judged.growth.toFixed(2)}`;
  console.log(`memory of the last run after warm-up: ${judged.kind}${growth}`);
  for (const sample of caller.samples) console.log(`! ${sample}`);

  const holds = checks.share() === 1 && outside === 0 && judged.kind !== "grows";
  console.log(holds ? "\nAll checks passed; nothing was lost." : "\nThe soak failed.");
  return holds;
}

function row(name: string, ...cells: readonly (number | string)[]): void {
  console.log(name.padEnd(56) + cells.map((cell) => String(cell).padStart(8)).join(""));
}
