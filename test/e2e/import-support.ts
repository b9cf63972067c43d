import type { DatabaseSync } from "node:sqlite";
import { EventSourceParserStream, type EventSourceMessage } from "eventsource-parser/stream";
import { expect } from "vitest";
import type { ImportAccepted, ImportSnapshot } from "../../contract/imports.ts";

/** An account as the service issues it. */
export interface Reader {
  readonly userId: string;
  readonly token: string;
}

export async function newReader(url: string): Promise<Reader> {
  return (await fetch(`${url}/api/v2/users`, { method: "POST" })).json() as Promise<Reader>;
}

/** Calls a route as a user. A body is sent as CSV. */
export const ask = (
  url: string,
  { token }: Reader,
  path: string,
  init: RequestInit & { duplex?: "half" } = {},
): Promise<Response> =>
  fetch(`${url}${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "text/csv" },
  });

/** Sends a file. @param query options as a query string, with its `?` */
export async function uploaded(
  url: string,
  reader: Reader,
  file: string,
  query = "",
): Promise<ImportAccepted> {
  const path = `/api/v2/imports${query}`;
  const response = await ask(url, reader, path, { method: "POST", body: file });
  expect(response.status).toBe(202);
  return (await response.json()) as ImportAccepted;
}

export const snapshot = async (
  url: string,
  reader: Reader,
  jobId: string,
): Promise<ImportSnapshot> =>
  (await ask(url, reader, `/api/v2/imports/${jobId}`)).json() as Promise<ImportSnapshot>;

export const isOver = ({ status }: Pick<ImportSnapshot, "status">): boolean =>
  status !== "queued" && status !== "processing";

/** All visible imports of a user. */
export async function importsOf(url: string, reader: Reader): Promise<readonly ImportSnapshot[]> {
  const response = await ask(url, reader, "/api/v2/imports");
  return ((await response.json()) as { items: ImportSnapshot[] }).items;
}

/** The contents of a user's shelf and review queue, without instants and import ids. */
export async function libraryOf(url: string, reader: Reader, jobId: string): Promise<string[]> {
  const response = await ask(url, reader, `/v1/library/${reader.userId}/export?format=ndjson`);
  expect(response.status).toBe(200);
  const text = (await response.text()).replaceAll(jobId, "job");
  return text
    .split("\n")
    .map((line) => line.replace(/"(addedAt|updatedAt|fetchedAt)":"[^"]*"/g, '"$1":""'))
    .sort();
}

/** The stored result of each row. */
export function rowsOf(db: DatabaseSync, jobId: string): readonly unknown[] {
  return db
    .prepare(
      `SELECT row, line, is_match, isbn, title, reason, matched_by, score, outcome, enrichment
       FROM ImportResults WHERE job_id = ? ORDER BY row`,
    )
    .all(jobId);
}

/** The stored state of a job. */
export interface JobRow {
  state: string;
  phase: string;
  next_chunk: number;
  /** Books for which the providers have answered. */
  asked: number;
}

/** The newest committed job of a user, read from the database even if the service is down. */
export function jobIn(db: DatabaseSync, { userId }: Reader): JobRow | undefined {
  const sql = `
    SELECT state, phase, next_chunk, enrich_done + enrich_not_found AS asked
    FROM ImportJobs WHERE user_id = ? ORDER BY created_at DESC LIMIT 1`;
  return db.prepare(sql).get(userId) as JobRow | undefined;
}

/** Waits until a user's newest job satisfies a condition. @throws Error after four minutes */
export async function reached(
  db: DatabaseSync,
  reader: Reader,
  isThere: (job: JobRow) => boolean,
): Promise<void> {
  const deadline = Date.now() + 240_000;
  for (;;) {
    const job = jobIn(db, reader);
    if (job && isThere(job)) return;
    if (Date.now() > deadline)
      throw new Error(`The import made no progress: ${JSON.stringify(job)}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}

/** A body that sends the first bytes of a file and then stalls. */
export function stalled(file: string, bytes: number): ReadableStream<Uint8Array> {
  const part = new TextEncoder().encode(file).subarray(0, bytes);
  return new ReadableStream({
    start: (controller) => controller.enqueue(part),
    pull: () => new Promise(() => undefined),
  });
}

/**
 * Reads one stream until it or its connection ends. Resolves to whether it was rejected or answered
 * with 204.
 */
export async function readStream(
  address: string,
  lastEventId: string | undefined,
  onEvent: (event: EventSourceMessage) => void,
): Promise<"read" | "nothing new"> {
  const response = await fetch(address, {
    headers: lastEventId === undefined ? {} : { "Last-Event-ID": lastEventId },
  });
  if (response.status === 204) return "nothing new";
  if (response.status !== 200 || !response.body) throw new Error(`Answers ${response.status}`);
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  for await (const event of events) onEvent(event);
  return "read";
}

/** A listener that follows an import through every restart of the service. */
export interface Follower {
  /** All events with an id, in the order of arrival. */
  readonly events: readonly EventSourceMessage[];
  /** Number of streams that delivered an event. */
  streams(): number;
  /** Resolves when the server has ended the event sequence. */
  readonly ended: Promise<void>;
}

const AGAIN_MS = 50;

/**
 * Follows a stream from its first event, as a browser does: after each break it resumes after the last received event.
 * @param urlNow returns the current URL of the service
 */
export function follow(urlNow: () => string, streamUrl: string): Follower {
  const events: EventSourceMessage[] = [];
  let streams = 0;
  const once = async (): Promise<"read" | "nothing new" | "broken"> => {
    let isFresh = true;
    const onEvent = (event: EventSourceMessage): void => {
      if (isFresh) streams += 1;
      isFresh = false;
      if (event.id !== undefined) events.push(event);
    };
    // A stream interrupted by a kill ends with an error.
    return readStream(urlNow() + streamUrl, events.at(-1)?.id ?? "0", onEvent).catch(
      () => "broken",
    );
  };
  const ended = (async () => {
    while ((await once()) !== "nothing new") {
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  })();
  return { events, streams: () => streams, ended };
}
