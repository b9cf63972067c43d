import { percentile } from "../../bench/statistics.ts";
import type { Checks } from "../checks.ts";
import type { Caller } from "./caller.ts";
import { flatness, type Life } from "./memory.ts";

/** Without these a soak has shown nothing. */
const NEEDED = [
  "a repeated scan is the first answer",
  "a read shows the last write",
  "at the end a shelf is as it was written",
  "an import ends with every row",
  "a stream tells every event once",
  "a migration ends",
  "the validation finds no difference",
  "at the end every migrated book is there",
];

/** Prints what a soak came to. @returns whether nothing was wrong and nothing lost */
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
  checks.note("it was killed as often as wanted", lives.length === kills + 1);
  const { inKillWindows, outside } = caller.errors;

  row("check", "held", "failed");
  for (const { name, held, failed } of checks.all()) row(name, held, failed);
  console.log();
  const { times } = caller;
  row("requests answered outside of kill windows", times.length, "");
  const inTime = [50, 95].map((share) => Math.round(percentile(times, share)));
  row("P50 / P95 of them, ms", ...inTime);
  row("errors in kill windows / outside", inKillWindows, outside);
  console.log();
  row("memory of workerd, MB: life", "first", "most", "last");
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
    judged.kind === "too short" ? "" : `, last third ${judged.growth.toFixed(2)} of the first`;
  console.log(`the last life after its warm-up: ${judged.kind}${growth}`);
  for (const sample of caller.samples) console.log(`! ${sample}`);

  const holds = checks.share() === 1 && outside === 0 && judged.kind !== "grows";
  console.log(holds ? "\nNothing wrong, nothing lost." : "\nSomething went wrong.");
  return holds;
}

function row(name: string, ...cells: readonly (number | string)[]): void {
  console.log(name.padEnd(56) + cells.map((cell) => String(cell).padStart(8)).join(""));
}
