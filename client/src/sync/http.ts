import { retryAfterMsOf } from "../errors.ts";
import { readEvents } from "../event-stream.ts";
import type { LibraryBook } from "../schema.ts";
import { jsonOf, type Transport } from "../transport.ts";
import type { ChangeResult, FeedItem, FeedPage, SyncApi } from "./types.ts";

/** A smaller difference between the clocks may be only the response time. */
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
  /** The value of a setting. */
  value?: unknown;
  book?: LibraryBook;
  [member: string]: unknown;
}

/** The sync routes of a user over HTTP. Each call is one attempt; the engine handles retries. */
export function syncApiOver(transport: Transport, userId: string): SyncApi {
  const root = `/v1/library/${encodeURIComponent(userId)}/changes`;
  let offsetMs = 0;
  /** The latest response to a poll; the service does not send it again while nothing is written. */
  let polled: { since: string | undefined; etag: string; seq: number } | undefined;

  const readData = async <Data>(response: Response): Promise<Data> => {
    const { data, metadata } = await jsonOf<{ data: Data; metadata: { timestamp: string } }>(
      response,
    );
    const difference = Date.parse(metadata.timestamp) - Date.now();
    offsetMs = Math.abs(difference) < MIN_OFFSET_MS ? 0 : difference;
    return data;
  };

  return {
    changes({ since, limit, signal }) {
      const known = since !== undefined && polled?.since === since ? polled : undefined;
      const request = {
        query: { since, limit },
        headers: known ? { "If-None-Match": known.etag } : {},
        accept: [304],
        signal,
      };
      return transport.once(root, request, async (response): Promise<FeedPage> => {
        const asked = retryAfterMsOf(response.headers);
        const poll = asked === undefined ? {} : { pollAfterMs: asked };
        if (response.status === 304 && known)
          return { items: [], next: known.since ?? "", more: false, seq: known.seq, ...poll };
        const page = await readData<Omit<FeedPage, "items"> & { items: SentItem[] }>(response);
        const etag = response.headers.get("ETag");
        const isUnchanged = page.items.length === 0 && page.next === since;
        polled = etag !== null && isUnchanged ? { since, etag, seq: page.seq } : undefined;
        return { ...page, items: page.items.flatMap(itemOf), ...poll };
      });
    },
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

/** Items of unknown kinds are dropped; a later version gets them by a new load. */
function itemOf(sent: SentItem): FeedItem[] {
  const { kind, version } = sent;
  const id =
    sent.id ?? sent.isbn ?? sent.name ?? (sent.year === undefined ? kind : String(sent.year));
  if (kind !== "book" && kind !== "progress" && kind !== "goal" && kind !== "setting") return [];
  const value = sent.deleted ? undefined : valueOf(sent);
  return [{ kind, id, version, value } as FeedItem];
}

function valueOf(sent: SentItem): unknown {
  if (sent.kind === "setting") return sent.value;
  if (sent.kind === "progress")
    return { ...(sent["progress"] as object), id: sent.id, isbn: sent.isbn };
  if (sent.kind === "goal") return { year: sent.year, ...(sent["goal"] as object) };
  return sent[sent.kind];
}
