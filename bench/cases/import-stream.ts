import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { watchLocalD1 } from "../../test/tools/local-d1.ts";
import type { BenchCase } from "../case.ts";
import { pollUntil, startImport } from "../import-client.ts";
import { listen, type Heard, type Manner } from "../listener.ts";
import { median, percentile } from "../statistics.ts";

const LISTENERS = 200;
/** Rows without an ISBN are looked for one a second, so each is an event of its own. */
const ROWS = 30;
const LONGEST_P99_MS = 100;

/** Every tenth goes away, and half of the others read with pauses. */
const mannerOf = (index: number): Manner =>
  index % 10 === 9 ? "vanishing" : index % 2 === 0 ? "keen" : "slow";

/**
 * So many listeners on one import: what each hears, and how long after the moment that stands in the event's row, which is
 * before its commit. The baseline is one listener alone on the same import.
 */
export const importStream: BenchCase = {
  name: "import-stream",
  title: `${LISTENERS} listeners on one import that takes half a minute`,
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
      const url = `${service.url}${started.job.statusUrl}/stream`;
      const headers = { ...started.headers, "Last-Event-ID": "0" };
      const listeners = manners.map((manner) => listen(url, headers, manner));
      await Promise.all(listeners.map(({ opened }) => opened));
      const openedAt = Date.now();
      await pollUntil(service.url, started, ({ status }) => status === "completed", 250);
      const heard = await Promise.all(listeners.map((one) => one.heard));
      // All places are free again: as many come once more, hear the end, and go.
      const again = manners.map(() => listen(url, started.headers, "keen").heard);
      const ends = (await Promise.all(again)).map(({ last }) => last);
      return { jobId: started.job.jobId, openedAt, heard, freed: ends.every(isEnd) };
    };
    const alone = await run(["keen"]);
    const many = await run(Array.from({ length: LISTENERS }, (_, index) => mannerOf(index)));
    const written = writtenAt(service.stateDir, [alone.jobId, many.jobId]);

    const delays = delaysOf(many.heard, written.get(many.jobId), many.openedAt);
    const aloneDelays = delaysOf(alone.heard, written.get(alone.jobId), alone.openedAt);
    const events = written.get(many.jobId)?.size ?? 0;
    const whole = many.heard.filter(({ manner }) => manner !== "vanishing");
    const inOrder = whole.filter(({ ids, last }) => isWhole(ids, events) && isEnd(last)).length;
    const p99 = percentile(delays, 99);
    return {
      lines: [
        {
          what: "delay of an event, p50",
          measured: `${Math.round(median(delays))} ms`,
          baseline: `${Math.round(median(aloneDelays))} ms`,
        },
        {
          what: "delay of an event, p99",
          measured: `${Math.round(p99)} ms`,
          baseline: `${Math.round(percentile(aloneDelays, 99))} ms`,
          figure: `under ${LONGEST_P99_MS} ms`,
          met: p99 < LONGEST_P99_MS,
        },
        {
          what: `listeners who stayed and heard all ${events} events in order`,
          measured: `${inOrder} of ${whole.length}`,
          figure: "all",
          met: inOrder === whole.length,
        },
        {
          what: "places that are free when all are gone",
          measured: many.freed ? `all ${LISTENERS}` : "not all",
          figure: "all",
          met: many.freed,
        },
      ],
      data: { listeners: LISTENERS, rows: ROWS, events, delays: delays.length, p99 },
    };
  },
};

const isEnd = (name: string | undefined): boolean => name === "completed";

function isWhole(ids: readonly number[], events: number): boolean {
  return ids.length === events && ids.every((id, index) => id === index + 1);
}

/** Delays of what was written after all had come, to those who read at once. */
function delaysOf(
  heard: readonly Heard[],
  written: ReadonlyMap<number, number> | undefined,
  openedAt: number,
): number[] {
  return heard.flatMap(({ manner, ids, at }) =>
    manner !== "keen"
      ? []
      : ids.flatMap((id, index) => {
          const writtenMs = written?.get(id) ?? 0;
          return writtenMs > openedAt ? [(at[index] ?? 0) - writtenMs] : [];
        }),
  );
}

/** When each event of some jobs was written, ms since the epoch. */
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
