import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { watchLocalD1 } from "../../test/tools/local-d1.ts";
import {
  idsOf,
  listen,
  type ReceivedEvent,
  type StreamListener,
} from "../../test/tools/stream-listener.ts";
import { leftovers } from "../../scripts/local/processes.ts";
import type { BenchCase, Line } from "../case.ts";
import { residentBytes } from "../cpu.ts";
import { atMost, under } from "../figure.ts";
import { pollUntil, startImport } from "../import-client.ts";
import { median, percentile } from "../statistics.ts";

const LISTENERS = 200;
const CROWD = 1000;
/** Rows without an ISBN are searched for at one per second, so each causes its own event. */
const ROWS = 30;
const MAX_P99_MS = 100;
const MAX_P50_RATIO = 3;
const MAX_CROWD_P50_RATIO = 8;
const MEGABYTE = 1_000_000;
const MAX_CROWD_MEGABYTES = 100;
const PAUSE_MS = 200;
const VANISH_AFTER_MS = 5000;

/** A listener reads immediately, reads with pauses, or disconnects halfway. */
type Manner = "keen" | "slow" | "vanishing";

/** Every tenth listener disconnects, and half of the others read with pauses. */
const mannerOf = (index: number): Manner =>
  index % 10 === 9 ? "vanishing" : index % 2 === 0 ? "keen" : "slow";

export const importStream: BenchCase = {
  name: "import-stream",
  title: `${LISTENERS} and ${CROWD} listeners on one import that takes half a minute`,
  about: `Every tenth listener disconnects halfway, and half of the others read with pauses. The delay is measured for the listeners that
read immediately, from the time in the event's row, which is before its commit, until the listener's process has parsed the
event. The baseline is a single listener on the same import.`,
  shortfall: `Each event passes the Durable Object's socket and the stream of each listener, which takes the runtime about 0.13 ms, and the
listeners' process about 0.06 ms, on the same two cores. The median listener waits for half of the others, so the delay grows with their number. A stream that a Worker fills by itself,
without a Durable Object, takes 0.05 ms per event. In a profile (\`perf\`), the event loop has 26 % of the time, the kernel 21 %, V8's own
functions 23 %, and the service's JavaScript 2 %. The memory of a listener, 0.12 MB, is that of its connection, its stream in the Worker, and the
Worker's socket to the Durable Object; it ends with the listener.`,
  async run(world) {
    const standIn = await world.standIn([]);
    const service = await world.service({
      ...standIn.env,
      ...NO_LIMITS,
      STREAMS_PER_JOB: String(CROWD),
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
      let peakBytes = 0;
      await pollUntil(
        service.url,
        started,
        ({ status }) => {
          peakBytes = Math.max(peakBytes, runtimeBytes(service.stateDir));
          return status === "completed";
        },
        250,
      );
      clearInterval(pauses);
      for (const one of listeners) one.resume();
      await Promise.all(listeners.map(({ over }) => over));
      // All slots must be free again: the same number of listeners connect, receive the final
      // event, and disconnect.
      const again = manners.map(() => listen(url));
      await Promise.all(again.map(({ over }) => over));
      const freed = again.every(({ received }) => isEnd(received));
      return { jobId: started.job.jobId, openedAt, listeners, freed, peakBytes };
    };
    const runOf = (count: number) =>
      run(Array.from({ length: count }, (_, index) => mannerOf(index)));
    const alone = await run(["keen"]);
    const many = await runOf(LISTENERS);
    const restBytes = runtimeBytes(service.stateDir);
    const crowd = await runOf(CROWD);
    const runs = [alone, many, crowd];
    const written = writtenAt(
      service.stateDir,
      runs.map(({ jobId }) => jobId),
    );

    const [aloneDelays = [], delays = [], crowdDelays = []] = runs.map((one) =>
      delaysOf(one.listeners, written.get(one.jobId), one.openedAt),
    );
    const outcomes = [many, crowd].map((one) => {
      const events = written.get(one.jobId)?.size ?? 0;
      const whole = one.listeners.filter(({ manner }) => manner !== "vanishing");
      const inOrder = whole.filter(
        ({ received }) => isWhole(idsOf(received), events) && isEnd(received),
      ).length;
      return { events, whole: whole.length, inOrder };
    });
    const p99 = percentile(delays, 99);
    const memory = crowd.peakBytes - restBytes;
    return {
      lines: [
        p50Line("event delay, p50", delays, aloneDelays, MAX_P50_RATIO),
        {
          what: "event delay, p99",
          measured: `${Math.round(p99)} ms`,
          baseline: `${Math.round(percentile(aloneDelays, 99))} ms`,
          ratio: p99 / percentile(aloneDelays, 99),
          ...under(p99, MAX_P99_MS, `${MAX_P99_MS} ms`),
        },
        p50Line(
          `event delay with ${CROWD} listeners, p50`,
          crowdDelays,
          aloneDelays,
          MAX_CROWD_P50_RATIO,
        ),
        {
          what: `runtime memory for ${CROWD} listeners`,
          measured: `${(memory / MEGABYTE).toFixed(0)} MB`,
          ...atMost(memory / MEGABYTE, MAX_CROWD_MEGABYTES, `${MAX_CROWD_MEGABYTES} MB`),
        },
        ...outcomes.map(({ events, whole, inOrder }) => ({
          what: `remaining listeners that received all ${events} events in order`,
          measured: `${inOrder} of ${whole}`,
          figure: "all",
          met: inOrder === whole,
        })),
        {
          what: "stream slots free after all listeners left",
          measured: many.freed && crowd.freed ? `all ${LISTENERS + CROWD}` : "not all",
          figure: "all",
          met: many.freed && crowd.freed,
        },
      ],
      data: {
        listeners: LISTENERS,
        crowd: CROWD,
        rows: ROWS,
        outcomes,
        delays: delays.length,
        p99,
        restBytes,
        peakBytes: crowd.peakBytes,
      },
    };
  },
};

function p50Line(
  what: string,
  delays: readonly number[],
  aloneDelays: readonly number[],
  most: number,
): Line {
  const ratio = median(delays) / median(aloneDelays);
  return {
    what,
    measured: `${Math.round(median(delays))} ms`,
    baseline: `${Math.round(median(aloneDelays))} ms`,
    ratio,
    ...atMost(ratio, most, `${most} times`),
  };
}

/** Resident set size of the runtime on this state directory. */
const runtimeBytes = (stateDir: string): number =>
  leftovers(stateDir, []).reduce((sum, pid) => sum + residentBytes(pid), 0);

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
