import { EventSource } from "eventsource";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { ImportAccepted, ImportSnapshot } from "../../contract/imports.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { generatedBooks } from "../tools/stand-in/generated-books.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import { idsOf, listen, type StreamListener } from "../tools/stream-listener.ts";
import { waitUntil } from "../support/wait.ts";
import { newState } from "./support.ts";

const LISTENERS = 200;
/** How often a slow listener pauses reading, and for how long. */
const PAUSES = 5;
const PAUSE_MS = 400;
/** Listeners that reconnect while their old connections are still counted. */
const FLEETING = 20;
const STREAMS = LISTENERS + FLEETING;
/** Books of one file. Each test has some that were never requested before. */
const BOOKS = 400;
const books = generatedBooks(3 * BOOKS, 34);
const filesOf = (test: number) => books.slice(test * BOOKS, (test + 1) * BOOKS);
/** Longer than the heartbeat interval, after which a dead connection has been detected. */
const HEARTBEAT_PASSED_MS = 17_000;

let standIn: StandIn;
let service: ServiceProcess;
const open: StreamListener[] = [];

beforeAll(async () => {
  standIn = await startStandIn({ books });
  service = await startService({
    stateFrom: newState(),
    env: { ...standIn.env, ...NO_LIMITS, STREAMS_PER_JOB: String(STREAMS) },
  });
});
afterEach(() => {
  standIn.openlibrary.behave();
  standIn["google-books"].behave();
  for (const listener of open.splice(0)) listener.vanish();
});
afterAll(async () => {
  await service.stop();
  await standIn.close();
});

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** While no provider answers, an import stays open, so no stream ends. */
function stopProviders(): void {
  for (const id of ["openlibrary", "google-books"] as const) {
    standIn[id].behave({ faults: [{ fault: { kind: "server-error", status: 503 } }] });
  }
}

interface Upload extends ImportAccepted {
  token: string;
}

/** Starts a new user's import of books that the catalogue lacks. */
async function upload(test: number): Promise<Upload> {
  const account = await fetch(`${service.url}/api/v2/users`, { method: "POST" });
  const { token } = (await account.json()) as { token: string };
  const rows = filesOf(test).map(({ isbn13, title }) => `"${title}",An Author,${isbn13},read`);
  const response = await fetch(`${service.url}/api/v2/imports`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "text/csv" },
    body: ["Title,Author,ISBN13,Exclusive Shelf", ...rows].join("\n"),
  });
  expect(response.status).toBe(202);
  return { ...((await response.json()) as ImportAccepted), token };
}

async function snapshot({ jobId, token }: Upload): Promise<ImportSnapshot> {
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch(`${service.url}/api/v2/imports/${jobId}`, { headers });
  return (await response.json()) as ImportSnapshot;
}

function join({ streamUrl }: Upload, lastEventId?: number): StreamListener {
  const listener = listen(new URL(streamUrl, service.url).href, lastEventId);
  open.push(listener);
  return listener;
}

/** Opens streams that start with the first event. */
async function joined(job: Upload, count: number): Promise<StreamListener[]> {
  const listeners = Array.from({ length: count }, () => join(job, 0));
  const statuses = await Promise.all(listeners.map(({ opened }) => opened));
  expect(statuses).toEqual(statuses.map(() => 200));
  return listeners;
}

async function pausing(listener: StreamListener): Promise<void> {
  for (let time = 0; time < PAUSES; time += 1) {
    listener.pause();
    await sleep(PAUSE_MS);
    listener.resume();
    await sleep(10);
  }
}

/** Disconnects midway and resumes after the last received event. */
async function returned(job: Upload, listener: StreamListener): Promise<StreamListener> {
  await waitUntil(() => idsOf(listener.received).length > 0);
  listener.vanish();
  await listener.over;
  const again = join(job, idsOf(listener.received).at(-1));
  await expect(again.opened).resolves.toBe(200);
  await again.over;
  return again;
}

it("200 listeners, half of them slow, some reconnecting: each receives every event once, in order", async () => {
  const job = await upload(0);
  const listeners = await joined(job, LISTENERS);
  const fleeting = listeners.slice(-FLEETING);
  const slow = Promise.all(listeners.slice(0, LISTENERS / 2).map(pausing));
  const back = await Promise.all(fleeting.map((listener) => returned(job, listener)));
  await Promise.all([slow, ...listeners.map(({ over }) => over)]);
  const { seq, status, outcomes } = await snapshot(job);
  expect({ status, outcomes }).toMatchObject({
    status: "completed",
    outcomes: { created: BOOKS, notProcessed: 0 },
  });
  const histories = [
    ...listeners.slice(0, -FLEETING).map(({ received }) => received),
    ...fleeting.map(({ received }, index) => [...received, ...(back[index]?.received ?? [])]),
  ];
  for (const received of histories) {
    expect(idsOf(received)).toEqual(upTo(seq));
    expect(received.at(-1)?.event).toBe("completed");
  }
});

it("listeners that vanish free their slots, so that as many others can connect", async () => {
  stopProviders();
  const job = await upload(1);
  const listeners = await joined(job, STREAMS);
  await expect(join(job).opened).resolves.toBe(429);
  for (const listener of listeners) listener.vanish();
  await sleep(HEARTBEAT_PASSED_MS);
  await joined(job, STREAMS);
  await expect(join(job).opened).resolves.toBe(429);
});

it("npm's EventSource receives all events up to the end of the stream", async () => {
  const job = await upload(2);
  const received: { name: string; id: string; snapshot: ImportSnapshot }[] = [];
  const source = new EventSource(new URL(job.streamUrl, service.url));
  await new Promise<void>((resolve) => {
    for (const name of ["snapshot", "progress", "completed", "failed"]) {
      source.addEventListener(name, ({ data, lastEventId }) => {
        received.push({
          name,
          id: lastEventId,
          snapshot: JSON.parse(String(data)) as ImportSnapshot,
        });
        if (name === "completed" || name === "failed") resolve();
      });
    }
  });
  source.close();
  const end = await snapshot(job);
  const [first, ...events] = received;
  expect(first).toMatchObject({ name: "snapshot", id: "" });
  expect(events.map(({ id }) => Number(id))).toEqual(upTo(end.seq).slice(first?.snapshot.seq));
  expect(events.at(-1)).toMatchObject({ name: "completed", id: String(end.seq) });
  expect({ ...events.at(-1)?.snapshot, streamUrl: "" }).toEqual({ ...end, streamUrl: "" });
});
