import type { ImportAccepted } from "../../contract/imports.ts";
import { watchLocalD1 } from "../../test/tools/local-d1.ts";
import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { generatedBooks } from "../../test/tools/stand-in/generated-books.ts";
import { idsOf, listen, type StreamListener } from "../../test/tools/stream-listener.ts";
import type { BenchCase } from "../case.ts";
import { ms } from "../format.ts";
import { percentile } from "../statistics.ts";

const LISTENERS = 200;
/** Nobody knows them, so that they are looked up for some ten seconds and there is something to tell. */
const BOOKS = 1000;
const MOST_P99_MS = 100;

interface StoredEvent {
  readonly seq: number;
  /** When it was written, in ms since the epoch. */
  readonly at: number;
}

/**
 * How long after an event was written each listener has it. The time of an event is taken when its batch is put together,
 * so that the commit itself is in the delay, too. Events from before a listener had joined are left out of the delays.
 */
export const sse: BenchCase = {
  name: "sse",
  title: `${LISTENERS} listeners on one import`,
  async run(world) {
    const books = generatedBooks(BOOKS, 41);
    const standIn = await world.standIn(books);
    const service = await world.service({
      ...standIn.env,
      ...NO_LIMITS,
      STREAMS_PER_JOB: String(LISTENERS),
    });
    const rows = books.map(({ isbn13, title }) => `"${title}",An Author,${isbn13},read`);
    const { jobId, streamUrl } = await upload(
      service.url,
      ["Title,Author,ISBN13,Exclusive Shelf", ...rows].join("\n"),
    );
    const url = new URL(streamUrl, service.url).href;
    const listeners = Array.from({ length: LISTENERS }, () => listen(url, 0));
    const statuses = await Promise.all(listeners.map(({ opened }) => opened));
    if (statuses.some((status) => status !== 200)) throw new Error(`Opened: ${statuses.join()}`);
    const joinedAt = Date.now();
    await Promise.all(listeners.map(({ over }) => over));

    const database = watchLocalD1(service.stateDir);
    const events = database
      .prepare("SELECT seq, at FROM ImportEvents WHERE job_id = ? ORDER BY seq")
      .all(jobId)
      .map(({ seq, at }): StoredEvent => ({ seq: Number(seq), at: Number(at) }));
    database.close();
    const live = events.filter(({ at }) => at > joinedAt);
    const delays = delaysOf(listeners, live);
    const whole = listeners.filter(
      ({ heard }) => idsOf(heard).join() === events.map(({ seq }) => seq).join(),
    ).length;
    const p99 = percentile(delays, 99);
    return {
      lines: [
        {
          what: "from an event's writing to each listener, p50",
          measured: ms(percentile(delays, 50)),
        },
        {
          what: "the same, p99",
          measured: ms(p99),
          figure: `under ${MOST_P99_MS} ms`,
          met: p99 < MOST_P99_MS,
        },
        {
          what: `listeners who had each of ${events.length} events once, in order`,
          measured: String(whole),
          figure: String(LISTENERS),
          met: whole === LISTENERS,
        },
      ],
      data: { listeners: LISTENERS, events: events.length, live: live.length, whole, delays },
    };
  },
};

function delaysOf(listeners: readonly StreamListener[], events: readonly StoredEvent[]): number[] {
  const writtenAt = new Map(events.map(({ seq, at }) => [seq, at]));
  return listeners.flatMap(({ heard }) =>
    heard.flatMap(({ id, at }) => {
      const written = id === undefined ? undefined : writtenAt.get(id);
      return written === undefined ? [] : [at - written];
    }),
  );
}

async function upload(url: string, body: string): Promise<ImportAccepted> {
  const account = await fetch(`${url}/api/v2/users`, { method: "POST" });
  const { token } = (await account.json()) as { token: string };
  const response = await fetch(`${url}/api/v2/imports`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "text/csv" },
    body,
  });
  if (response.status !== 202) throw new Error(await response.text());
  return (await response.json()) as ImportAccepted;
}
