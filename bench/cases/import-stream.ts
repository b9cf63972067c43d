import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { watchLocalD1 } from "../../test/tools/local-d1.ts";
import {
  idsOf,
  listen,
  type ReceivedEvent,
  type StreamListener,
} from "../../test/tools/stream-listener.ts";
import type { BenchCase } from "../case.ts";
import { atMost, under } from "../figure.ts";
import { pollUntil, startImport } from "../import-client.ts";
import { median, percentile } from "../statistics.ts";

const LISTENERS = 200;
/** Rows without an ISBN are searched for at one per second, so each causes its own event. */
const ROWS = 30;
const MAX_P99_MS = 100;
const MAX_P50_RATIO = 3;
const PAUSE_MS = 200;
const VANISH_AFTER_MS = 5000;

/** A listener reads immediately, reads with pauses, or disconnects halfway. */
type Manner = "keen" | "slow" | "vanishing";

/** Every tenth listener disconnects, and half of the others read with pauses. */
const mannerOf = (index: number): Manner =>
  index % 10 === 9 ? "vanishing" : index % 2 === 0 ? "keen" : "slow";

export const importStream: BenchCase = {
  name: "import-stream",
  title: `${LISTENERS} listeners on one import that takes half a minute`,
  about: `Every tenth listener disconnects halfway, and half of the others read with pauses. The delay is measured for the listeners that
read immediately, from the time in the event's row, which is before its commit, until the listener's process has parsed the
event. The baseline is a single listener on the same import.`,
  shortfall: `Each event passes the Durable Object's socket and the stream of each listener, which takes the runtime about 0.13 ms, and the
listeners' process about 0.06 ms, on the same two cores. The median listener waits for a hundred others. A stream that a Worker fills by itself,
without a Durable Object, takes 0.05 ms per event. In a profile (\`perf\`), the event loop has 26 % of the time, the kernel 21 %, V8's own
functions 23 %, and the service's JavaScript 2 %.`,
  async run(world) {
    const standIn = await world.standIn([]);
    const service = await world.service({
      ...standIn.env,
      ...NO_LIMITS,
      STREAMS_PER_JOB: String(LISTENERS),
    });
    const rows = Array.from({ length: ROWS }, (_, index) => `Nobody knows me ${index},An Author`);
    const file = ["Title,Author", ...rows].join("\n");

    const run = async (manners: readonly Manner[]) => {
      const started = await startImport(service.url, file);
      const url = `${service.url}${started.job.streamUrl}`;
      const listeners = manners.map((manner) => ({ manner, ...listen(url, 0) }));
      await Promise.all(listeners.map(({ opened }) => opened));
      const openedAt = Date.now();
      const pauses = setInterval(() => {
        for (const one of listeners) if (one.manner === "slow") takeTurns(one);
      }, PAUSE_MS);
      setTimeout(() => {
        for (const one of listeners) if (one.manner === "vanishing") one.vanish();
      }, VANISH_AFTER_MS);
      await pollUntil(service.url, started, ({ status }) => status === "completed", 250);
      clearInterval(pauses);
      for (const one of listeners) one.resume();
      await Promise.all(listeners.map(({ over }) => over));
      // All slots must be free again: the same number of listeners connect, receive the final
      // event, and disconnect.
      const again = manners.map(() => listen(url));
      await Promise.all(again.map(({ over }) => over));
      const freed = again.every(({ received }) => isEnd(received));
      return { jobId: started.job.jobId, openedAt, listeners, freed };
    };
    const alone = await run(["keen"]);
    const many = await run(Array.from({ length: LISTENERS }, (_, index) => mannerOf(index)));
    const written = writtenAt(service.stateDir, [alone.jobId, many.jobId]);

    const delays = delaysOf(many.listeners, written.get(many.jobId), many.openedAt);
    const aloneDelays = delaysOf(alone.listeners, written.get(alone.jobId), alone.openedAt);
    const events = written.get(many.jobId)?.size ?? 0;
    const whole = many.listeners.filter(({ manner }) => manner !== "vanishing");
    const inOrder = whole.filter(
      ({ received }) => isWhole(idsOf(received), events) && isEnd(received),
    ).length;
    const p99 = percentile(delays, 99);
    const p50Ratio = median(delays) / median(aloneDelays);
    return {
      lines: [
        {
          what: "event delay, p50",
          measured: `${Math.round(median(delays))} ms`,
          baseline: `${Math.round(median(aloneDelays))} ms`,
          ratio: p50Ratio,
          ...atMost(p50Ratio, MAX_P50_RATIO, `${MAX_P50_RATIO} times`),
        },
        {
          what: "event delay, p99",
          measured: `${Math.round(p99)} ms`,
          baseline: `${Math.round(percentile(aloneDelays, 99))} ms`,
          ratio: p99 / percentile(aloneDelays, 99),
          ...under(p99, MAX_P99_MS, `${MAX_P99_MS} ms`),
        },
        {
          what: `remaining listeners that received all ${events} events in order`,
          measured: `${inOrder} of ${whole.length}`,
          figure: "all",
          met: inOrder === whole.length,
        },
        {
          what: "stream slots free after all listeners left",
          measured: many.freed ? `all ${LISTENERS}` : "not all",
          figure: "all",
          met: many.freed,
        },
      ],
      data: { listeners: LISTENERS, rows: ROWS, events, delays: delays.length, p99 },
    };
  },
};

const isEnd = (received: readonly ReceivedEvent[]): boolean =>
  received.at(-1)?.event === "completed";

function isWhole(ids: readonly number[], events: number): boolean {
  return ids.length === events && ids.every((id, index) => id === index + 1);
}

const paused = new WeakSet<object>();

/** Alternates between reading and pausing. */
function takeTurns(listener: Pick<StreamListener, "pause" | "resume">): void {
  if (paused.delete(listener)) {
    listener.resume();
    return;
  }
  paused.add(listener);
  listener.pause();
}

/** Delays in ms of the events written after all listeners had connected, for those that read immediately. */
function delaysOf(
  listeners: readonly { manner: Manner; received: readonly ReceivedEvent[] }[],
  written: ReadonlyMap<number, number> | undefined,
  openedAt: number,
): number[] {
  return listeners.flatMap(({ manner, received }) =>
    manner !== "keen"
      ? []
      : received.flatMap(({ id, at }) => {
          const writtenMs = id === undefined ? 0 : (written?.get(id) ?? 0);
          return writtenMs > openedAt ? [at - writtenMs] : [];
        }),
  );
}

/** The time at which each event was written, by job and `seq`, in ms since the epoch. */
function writtenAt(stateDir: string, jobIds: readonly string[]): Map<string, Map<number, number>> {
  const database = watchLocalD1(stateDir);
  try {
    const events = database.prepare("SELECT seq, at FROM ImportEvents WHERE job_id = ?");
    return new Map(
      jobIds.map((jobId) => [
        jobId,
        new Map(events.all(jobId).map(({ seq, at }) => [Number(seq), Number(at)])),
      ]),
    );
  } finally {
    database.close();
  }
}
