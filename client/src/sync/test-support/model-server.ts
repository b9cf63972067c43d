import { AccessError, BooksTrackError } from "../../errors.ts";
import type { ChangeResult, FeedItem, FeedPage, OutboxChange, SyncApi } from "../types.ts";
import { faultyApi, type Fault } from "./faulty-api.ts";
import { ModelShelf, refused, type Row } from "./model-shelf.ts";

export const DAY = 24 * 60 * 60 * 1000;
const MEMORY_DAYS = 180;

interface Token {
  seq: number;
  id: string;
  /** The latest number when the load began. */
  floor: number;
}

/** Creates the client's error for a problem response. */
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

/**
 * An in-memory implementation of the service's sync routes, written from their specification, with
 * its own clock.
 */
export class ModelServer {
  now: number;
  readonly shelf = new ModelShelf();
  readonly #results = new Map<string, { result: ChangeResult; at: number }>();
  /** Removals up to this number are forgotten. */
  #forgotten = 0;

  constructor(now: number) {
    this.now = now;
  }

  /** The routes as one device sees them. @param faultOf determines the fault of each request */
  api(faultOf: () => Fault = () => "none", limit = 1000): SyncApi {
    const api: SyncApi = {
      changes: async ({ since, limit: asked = 200 }) =>
        structuredClone(this.#page(since, Math.min(limit, asked))),
      send: async (changes) => structuredClone(changes.map((change) => this.#carryOut(change))),
      async *listen() {},
    };
    return faultyApi(api, faultOf);
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
