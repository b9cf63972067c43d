import { env } from "cloudflare:workers";
import type { Pace, TakeTurn } from "../../src/imports/domain/turns/turn.ts";
import { workOnJob, type WorkDeps } from "../../src/imports/domain/job/work-on-job.ts";
import { d1ImportWork } from "../../src/imports/storage/work.ts";
import { runtimeSecrets } from "../../src/platform/crypto.ts";
import { randomOfThisRun } from "./properties.ts";

export const NOW = Date.UTC(2026, 10, 22);
export const newId = (): string => crypto.randomUUID();

/** Called before and after each D1 call; may throw, or never resolve, to simulate a crash. */
export type Fault = (moment: "before" | "after") => void | Promise<void>;

/** The real D1 with a fault before and after every round trip. */
export function faulty(fault: Fault): D1Database {
  const around = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    await fault("before");
    const value = await work();
    await fault("after");
    return value;
  };
  const wrapped = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get(target, name) {
        if (name === "bind") {
          return (...values: unknown[]) => wrapped(target.bind(...values));
        }
        if (name === "all") return () => around(() => target.all());
        if (name === "run") return () => around(() => target.run());
        if (name === "first") {
          return (column?: string) =>
            around(() => (column === undefined ? target.first() : target.first(column)));
        }
        return name === "plain" ? target : undefined;
      },
    });
  return {
    prepare: (sql: string) => wrapped(env.DB.prepare(sql)),
    batch: (statements: (D1PreparedStatement & { plain: D1PreparedStatement })[]) =>
      around(() => env.DB.batch(statements.map(({ plain }) => plain))),
  } as unknown as D1Database;
}

const PACES: readonly Pace[] = ["alone", "shared", "gentle"];

/** Turns that alternate between all paces. */
function anyPace(): TakeTurn {
  let turns = 0;
  return async () => {
    turns += 1;
    return { pace: PACES[turns % PACES.length] ?? "alone", end: () => undefined };
  };
}

export function workDeps(fault: Fault = () => {}, others: Partial<WorkDeps> = {}): WorkDeps {
  return {
    ...d1ImportWork(faulty(fault), { newId, now: () => NOW }),
    takeTurn: anyPace(),
    queueWake: async () => {},
    announce: async () => {},
    sha256: (text) => runtimeSecrets.sha256(text),
    pause: async () => {},
    now: () => NOW,
    ...others,
  };
}

/** Works until nothing is left, restarting after each crash. */
export async function toTheEnd(jobId: string, deps: WorkDeps): Promise<number> {
  let crashes = 0;
  for (;;) {
    try {
      const outcome = await workOnJob(jobId, 0, deps);
      if (outcome === "idle" || outcome === "watch") return crashes;
    } catch {
      crashes += 1;
    }
  }
}

/** Crashes once within twenty moments, and at one moment in `nth` on average, so that each step succeeds eventually. */
export function crashesAt({ index, nth }: { index: number; nth: number }): Fault {
  const random = randomOfThisRun(index);
  let left = 1 + Math.floor(random() * 19);
  return (moment) => {
    left -= 1;
    if (random() * nth < 1 || left === 0) throw new Error(`killed ${moment}`);
  };
}
