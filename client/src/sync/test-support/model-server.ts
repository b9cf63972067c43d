import { AccessError, BooksTrackError, ConnectionError } from "../../errors.ts";
import type { ChangeResult, FeedItem, FeedPage, OutboxChange, SyncApi } from "../types.ts";
import { ModelShelf, refused, type Row } from "./model-shelf.ts";

export const DAY = 24 * 60 * 60 * 1000;
const MEMORY_DAYS = 180;

interface Token {
  seq: number;
  id: string;
  /** The newest number when the load began. */
  floor: number;
}

/** What happens to a request between the device and the service. */
export type Fault = "none" | "not-sent" | "answer-lost" | "partly-done" | "sent-twice";

/** Creates the error that the client makes of a problem response. */
export function problem(status: number, code: string, more = {}): BooksTrackError {
  const isAccess = status === 401 || status === 403;
  return new (isAccess ? AccessError : BooksTrackError)({
    status,
    code,
    message: code,
    retryable: status >= 429,
    requestId: undefined,
    retryAfterMs: undefined,
    details: {},
    ...more,
  });
}

/** The contract of the service's sync routes in memory, written from its description, with a clock of its own. */
export class ModelServer {
  now: number;
  readonly shelf = new ModelShelf();
  readonly #results = new Map<string, { result: ChangeResult; at: number }>();
  /** Removals up to this number are forgotten. */
  #forgotten = 0;

  constructor(now: number) {
    this.now = now;
  }

  /** The routes as one device sees them. @param faultOf decides what happens to each request */
  api(faultOf: () => Fault = () => "none", limit?: number): SyncApi {
    const sent = <Result>(work: () => Result): Promise<Result> => {
      const fault = faultOf();
      if (fault === "not-sent") return Promise.reject(new ConnectionError("not sent"));
      if (fault === "sent-twice") work();
      const result = work();
      if (fault === "answer-lost") return Promise.reject(new ConnectionError("answer lost"));
      return Promise.resolve(structuredClone(result));
    };
    return {
      changes: ({ since, limit: asked = 200 }) =>
        sent(() => this.#page(since, Math.min(limit ?? asked, asked))),
      send: (changes) => {
        const fault = faultOf();
        const done = fault === "partly-done" ? changes.slice(0, changes.length / 2) : changes;
        const results = sent(() => done.map((change) => this.#carryOut(change)));
        if (done.length === changes.length) return results;
        return results.then(() => Promise.reject(new ConnectionError("killed")));
      },
      async *listen() {},
    };
  }

  /** Forgets removals and keys that are older than 180 days, as a task of the service does. */
  sweep(): void {
    const oldest = this.now - MEMORY_DAYS * DAY;
    this.#forgotten = Math.max(this.#forgotten, this.shelf.forgetRemovals(oldest));
    for (const [key, { at }] of this.#results) if (at < oldest) this.#results.delete(key);
  }

  #page(since: string | undefined, limit: number): FeedPage {
    const { seq } = this.shelf;
    const token: Token =
      since === undefined ? { seq: 0, id: "", floor: seq } : (JSON.parse(since) as Token);
    if (Math.max(token.seq, token.floor) < this.#forgotten) throw problem(410, "SYNC_RESET");
    const isAfter = (row: Row): boolean =>
      row.seq > token.seq || (row.seq === token.seq && row.key > token.id);
    const rows = this.shelf
      .rows()
      .filter((row) => isAfter(row) && !(row.value === undefined && row.seq <= token.floor));
    const page = rows.slice(0, limit);
    const more = rows.length > page.length;
    const last = page.at(-1);
    const end: Token = { seq, id: "\uffff", floor: token.floor };
    const next = more && last ? { seq: last.seq, id: last.key, floor: token.floor } : end;
    const items = page.map(
      ({ kind, id, version, value }) => ({ kind, id, version, value }) as FeedItem,
    );
    return { items, next: JSON.stringify(next), more, seq };
  }

  #carryOut(change: OutboxChange): ChangeResult {
    const before = this.#results.get(change.key);
    if (before?.result.outcome === "applied") return { ...before.result, outcome: "replayed" };
    if (Date.parse(change.at) < this.now - MEMORY_DAYS * DAY)
      return refused(change.key, 410, "KEY_EXPIRED");
    const result = this.shelf.carryOut(change, this.now);
    this.#results.set(change.key, { result, at: this.now });
    return result;
  }
}
