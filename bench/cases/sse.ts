import { EventSourceParserStream } from "eventsource-parser/stream";
import { watchLocalD1 } from "../../test/tools/local-d1.ts";
import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { generatedBooks } from "../../test/tools/stand-in/generated-books.ts";
import type { BenchCase } from "../case.ts";
import { ms } from "../format.ts";
import { listOf, pollUntil, uploadFile } from "../imports.ts";
import { median, percentile } from "../statistics.ts";

const BOOKS = 1000;
const LISTENERS = { fast: 100, slow: 100 } as const;
/** Beside the listeners that stay. */
const VANISHING = 20;
const VANISH_AFTER_EVENTS = 3;
/** A slow listener takes what has come and then nothing for so long. */
const SLOW_MS = 400;
const P99_UNDER_MS = 100;
const LOOK_EVERY_MS = 500;

interface Listened {
  readonly seqs: readonly number[];
  /** When each event came, ms since the epoch. */
  readonly times: readonly number[];
}

/**
 * Many who follow one import from its first event, half of them slow, and some who vanish. The delay is that between the
 * instant that an event bears, which is before it is committed, and its arrival, all by the clock of one machine.
 */
export const sse: BenchCase = {
  name: "sse",
  title: `${LISTENERS.fast + LISTENERS.slow} listeners on one import, ${LISTENERS.slow} of them slow, and ${VANISHING} who vanish`,
  async run(world) {
    const standIn = await world.standIn(generatedBooks(BOOKS, 42));
    standIn.openlibrary.behave({ latency: { fixedMs: 250 } });
    const streams = LISTENERS.fast + LISTENERS.slow + VANISHING;
    const { url, stateDir } = await world.service({
      ...standIn.env,
      ...NO_LIMITS,
      PROVIDER_LIMITS: JSON.stringify({ openlibrary: { perSecond: 3 } }),
      STREAMS_PER_JOB: String(streams),
    });
    const taken = await uploadFile(url, listOf(generatedBooks(BOOKS, 42)));
    const address = url + taken.job.streamUrl;
    const many = (count: number, how: Manner): Promise<Listened>[] =>
      Array.from({ length: count }, () => listen(`${address}&lastEventId=0`, how));
    const all = {
      fast: many(LISTENERS.fast, {}),
      slow: many(LISTENERS.slow, { restMs: SLOW_MS }),
      vanishing: many(VANISHING, { leaveAfter: VANISH_AFTER_EVENTS }),
    };
    const opened = performance.now();
    const [fast, slow] = await Promise.all([
      Promise.all(all.fast),
      Promise.all(all.slow),
      Promise.all(all.vanishing),
    ]);
    const end = await pollUntil(taken, ({ status }) => status === "completed", LOOK_EVERY_MS);
    const listenedMs = performance.now() - opened;
    const isWhole = ({ seqs }: Listened): boolean =>
      seqs.length === end.seq && seqs.every((seq, index) => seq === index + 1);
    const whole = [...fast, ...slow].filter(isWhole).length;

    const written = eventTimes(stateDir, taken.job.jobId);
    // What was there before a listener has come is replayed, and says nothing about delay.
    const firstLive = Math.max(...fast.map(({ times }) => times[0] ?? 0));
    const byEvent = [...written].flatMap(([seq, at]) =>
      at > firstLive
        ? [{ seq, delays: fast.map(({ times }) => (times[seq - 1] ?? Infinity) - at) }]
        : [],
    );
    const delays = byEvent.flatMap((event) => event.delays);
    const medians = byEvent.map((event) => [event.seq, median(event.delays)]);
    // An object that held on to anybody would refuse the last of as many again.
    const again = await Promise.all(
      Array.from({ length: streams }, () => fetch(address, { method: "GET" })),
    );
    const freeAgain = again.filter(({ status }) => status === 200).length;
    for (const { body } of again) await body?.cancel();
    const [p50, p99] = [percentile(delays, 50), percentile(delays, 99)];
    return {
      lines: [
        {
          what: "listeners who heard every event once and in order",
          measured: `${whole} of ${fast.length + slow.length}`,
          figure: "all",
          met: whole === fast.length + slow.length,
        },
        { what: "delay of an event at a fast listener, p50", measured: ms(p50) },
        {
          what: "p99",
          measured: ms(p99),
          figure: `under ${ms(P99_UNDER_MS)}`,
          met: p99 < P99_UNDER_MS,
        },
        {
          what: "places free again when all are gone",
          measured: `${freeAgain} of ${streams}`,
          figure: "all",
          met: freeAgain === streams,
        },
      ],
      data: { events: end.seq, medians, p50, p99, whole, listenedMs, freeAgain },
    };
  },
};

interface Manner {
  /** Takes nothing for so long after each event. */
  readonly restMs?: number;
  readonly leaveAfter?: number;
}

/** Follows a stream to its end, or as long as it is meant to. */
async function listen(
  address: string,
  { restMs = 0, leaveAfter = Infinity }: Manner,
): Promise<Listened> {
  const gone = new AbortController();
  const response = await fetch(address, { signal: gone.signal });
  if (response.status !== 200 || !response.body) throw new Error(`Answers ${response.status}`);
  const seqs: number[] = [];
  const times: number[] = [];
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  for await (const { id } of events) {
    if (id === undefined) continue;
    seqs.push(Number(id));
    times.push(Date.now());
    if (seqs.length >= leaveAfter) break;
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
  }
  if (leaveAfter < Infinity) gone.abort();
  return { seqs, times };
}

function eventTimes(stateDir: string, jobId: string): Map<number, number> {
  const db = watchLocalD1(stateDir);
  const rows = db.prepare("SELECT seq, at FROM ImportEvents WHERE job_id = ?").all(jobId);
  db.close();
  return new Map(rows.map(({ seq, at }) => [Number(seq), Number(at)]));
}
