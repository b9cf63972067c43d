import { describe, expect, it } from "vitest";
import { ConnectionError, type ImportSnapshot, type Progress } from "../../../client/src/index.ts";
import { createAttempt } from "./attempt.ts";
import { watchedJob } from "./watched-job.ts";

const state = (seq: number, status: ImportSnapshot["status"], attempt = 1): ImportSnapshot =>
  ({ jobId: "job", seq, status, attempt }) as ImportSnapshot;

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** @param streams the states that each watch yields; an error interrupts it */
function jobOf(streams: (ImportSnapshot | Error)[][]) {
  const states: string[] = [];
  let now = 0;
  const job = watchedJob("job", {
    async *watch(): AsyncGenerator<Progress> {
      for (const one of streams.shift() ?? []) {
        await settled();
        if (one instanceof Error) throw one;
        yield { via: "stream", snapshot: one };
      }
    },
    now: () => (now += 1),
    onState: ({ attempt, seq, status }) => states.push(`${attempt}.${seq} ${status}`),
    attempt: createAttempt({ pause: () => Promise.resolve() }),
  });
  return { job, states };
}

const untilIdle = async (job: ReturnType<typeof jobOf>["job"]): Promise<void> => {
  for (let turns = 0; turns < 50; turns += 1) await settled();
  expect(job.watching.state.value.kind).toBe("idle");
};

describe("a watched import", () => {
  it("is followed once, through a lost connection, to its end", async () => {
    const { job, states } = jobOf([
      [state(1, "processing"), new ConnectionError("lost")],
      [state(1, "processing"), state(2, "completed")],
    ]);
    job.follow();
    job.follow();
    expect(job.hasEnded.value).toBe(false);
    await untilIdle(job);
    expect(states).toEqual(["1.1 processing", "1.1 processing", "1.2 completed"]);
    expect([job.hasEnded.value, job.heardAt.value > 0]).toEqual([true, true]);
  });

  it("uses the response to an action and follows the import, and ignores older states", async () => {
    const { job, states } = jobOf([[state(9, "completed", 1), state(11, "undone", 2)]]);
    job.take(state(10, "processing", 2));
    await untilIdle(job);
    expect(states).toEqual(["2.10 processing", "2.11 undone"]);
  });

  it("does not follow an import that has ended", async () => {
    const { job, states } = jobOf([[state(5, "completed")]]);
    job.take(state(4, "cancelled"));
    await untilIdle(job);
    expect(states).toEqual(["1.4 cancelled"]);
  });
});
