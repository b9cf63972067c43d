import { retryAfterMsOf } from "../errors.ts";
import { readEvents } from "../event-stream.ts";
import type { LibraryBook } from "../schema.ts";
import { jsonOf, type Transport } from "../transport.ts";
import type { ChangeResult, FeedItem, FeedPage, SyncApi } from "./types.ts";

/** A difference of the clocks below this is the time that a response takes. */
const MIN_OFFSET_MS = 60_000;

/** An item as the service sends it. */
interface SentItem {
  kind: string;
  version: number;
  deleted?: true;
  isbn?: string;
  id?: string;
  year?: number;
  name?: string;
  book?: LibraryBook;
  [member: string]: unknown;
}

/** The sync routes of a user over HTTP. Each call is one attempt: the engine repeats what fails. */
export function syncApiOver(transport: Transport, userId: string): SyncApi {
  const root = `/v1/library/${encodeURIComponent(userId)}/changes`;
  let offsetMs = 0;

  const readData = async <Data>(response: Response): Promise<Data> => {
    // Absent where the service is of another origin; the device's clock is trusted then.
    const date = Date.parse(response.headers.get("Date") ?? "");
    const difference = date - Date.now();
    if (!Number.isNaN(date)) offsetMs = Math.abs(difference) < MIN_OFFSET_MS ? 0 : difference;
    return (await jsonOf<{ data: Data }>(response)).data;
  };

  return {
    changes: ({ since, limit, signal }) =>
      transport.once(root, { query: { since, limit }, signal }, async (response) => {
        const pollAfterMs = retryAfterMsOf(response.headers);
        const page = await readData<Omit<FeedPage, "items"> & { items: SentItem[] }>(response);
        return {
          ...page,
          items: page.items.flatMap(itemOf),
          ...(pollAfterMs === undefined ? {} : { pollAfterMs }),
        };
      }),
    send: (changes, { signal } = {}) =>
      transport.once(root, { method: "POST", json: { changes }, signal }, async (response) => {
        return (await readData<{ results: ChangeResult[] }>(response)).results;
      }),
    async *listen({ signal }) {
      const headers = { Accept: "text/event-stream" };
      const response = await transport.once(`${root}/stream`, { headers, signal }, (opened) =>
        Promise.resolve(opened),
      );
      const { silenceMs } = transport.options;
      for await (const { data } of readEvents(response, {
        silenceMs,
        ...(signal ? { signal } : {}),
      })) {
        const { seq } = JSON.parse(data) as { seq: number };
        yield seq;
      }
    },
    clockOffsetMs: () => offsetMs,
  };
}

/** Items of kinds that this version does not know are left out; a later version reads them after a new load. */
function itemOf(sent: SentItem): FeedItem[] {
  const { kind, version } = sent;
  const id =
    sent.id ?? sent.isbn ?? sent.name ?? (sent.year === undefined ? kind : String(sent.year));
  if (kind !== "book" && kind !== "progress" && kind !== "goal" && kind !== "setting") return [];
  const value = sent.deleted ? undefined : sent[kind];
  return [{ kind, id, version, value } as FeedItem];
}
