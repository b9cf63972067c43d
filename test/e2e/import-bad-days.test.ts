import { request } from "node:http";
import { EventSource } from "eventsource";
import type { EventSourceMessage } from "eventsource-parser/stream";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { ImportSnapshot } from "../../contract/imports.ts";
import { watchLocalD1 } from "../tools/local-d1.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { generatedBooks } from "../tools/stand-in/generated-books.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import {
  ask,
  importsOf,
  isOver,
  libraryOf,
  newReader,
  readStream,
  snapshot,
  uploaded,
} from "./import-support.ts";
import { eventually, lookUp, newState } from "./support.ts";

/** Covers the wait until the service retries a provider that was down. */
const LONG_MS = 1_200_000;
const books = generatedBooks(300, 36);
let standIn: StandIn;
let service: ServiceProcess;

beforeAll(async () => {
  standIn = await startStandIn({ books });
  service = await startService({
    stateFrom: newState(),
    env: { ...standIn.env, ...NO_LIMITS, PROVIDER_LIMITS: '{"openlibrary":{"perSecond":3}}' },
  });
});
afterEach(() => standIn.openlibrary.behave());
afterAll(async () => {
  await service.stop();
  await standIn.close();
});

const csv = (from: number, to: number): string =>
  [
    "Title,Author,ISBN13",
    ...books.slice(from, to).map(({ isbn13, title }) => `"${title}",An Author,${isbn13}`),
  ].join("\n");

it(
  "providers down during the whole import: the shelf is complete, enrichment is pending and finishes automatically once they are back",
  async () => {
    standIn.openlibrary.behave({ faults: [{ fault: { kind: "server-error", status: 503 } }] });
    const reader = await newReader(service.url);
    const { jobId } = await uploaded(service.url, reader, csv(0, 120));
    const seen = await eventually(
      () => snapshot(service.url, reader, jobId),
      ({ phase }) => phase === "enriching",
    );
    expect(seen).toMatchObject({
      status: "processing",
      processedRows: 120,
      outcomes: { created: 120, notProcessed: 0 },
      enrichment: { done: 0, pending: 120 },
    });
    expect(await libraryOf(service.url, reader, jobId)).toHaveLength(121);
    standIn.openlibrary.forgetCalls();
    await eventually(
      async () => standIn.openlibrary.stats().calls,
      (calls) => calls > 0,
    );
    expect(await snapshot(service.url, reader, jobId)).toMatchObject({
      status: "processing",
      enrichment: { done: 0, pending: 120, notFound: 0 },
    });

    standIn.openlibrary.behave();
    const db = watchLocalD1(service.stateDir);
    const state = db.prepare("SELECT state FROM ImportJobs WHERE job_id = ?");
    for (let tries = 0; state.get(jobId)?.["state"] !== "completed" && tries < 2_400; tries += 1) {
      await new Promise((done) => setTimeout(done, 250));
    }
    db.close();
    expect(await snapshot(service.url, reader, jobId)).toMatchObject({
      status: "completed",
      enrichment: { done: 120, pending: 0, notFound: 0, deferred: 0 },
    });
  },
  LONG_MS,
);

it("an upload whose connection breaks midway is invisible and can be repeated", async () => {
  const reader = await newReader(service.url);
  const file = csv(0, 300);
  const headers = {
    Authorization: `Bearer ${reader.token}`,
    "Content-Type": "text/csv",
    "Content-Length": String(file.length),
  };
  const upload = request(`${service.url}/api/v2/imports`, { method: "POST", headers });
  const broken = new Promise((resolve) => upload.once("error", resolve));
  upload.write(file.slice(0, file.length / 2));
  const db = watchLocalD1(service.stateDir);
  const states = db.prepare("SELECT state FROM ImportJobs WHERE user_id = ?");
  await new Promise((done) => setTimeout(done, 500));
  upload.destroy(new Error("broken off"));
  await broken;
  // Without waiting for a cleanup: the partial upload must be invisible immediately.
  for (let looks = 0; looks < 5; looks += 1) {
    expect(await importsOf(service.url, reader)).toEqual([]);
    expect(states.all(reader.userId).every(({ state }) => state === "uploading")).toBe(true);
    await new Promise((done) => setTimeout(done, 200));
  }
  db.close();
  expect(await libraryOf(service.url, reader, "none")).toEqual([""]);
  const { totalRows } = await uploaded(service.url, reader, file);
  expect(totalRows).toBe(300);
});

it("two users enter different details of an unknown book: neither sees those of the other", async () => {
  const isbn = "9789999999991";
  const fileOf = (title: string): string =>
    `Title,Author,ISBN13,My Review\n${title},${title} Author,${isbn},${title} review`;
  const first = await newReader(service.url);
  const second = await newReader(service.url);
  const jobs = await Promise.all([
    uploaded(service.url, first, fileOf("Alpha")),
    uploaded(service.url, second, fileOf("Omega")),
  ]);
  const readers = [first, second];
  for (const [index, reader] of readers.entries()) {
    const { jobId } = jobs[index]!;
    await eventually(() => snapshot(service.url, reader, jobId), isOver);
    const [own, foreign] = index === 0 ? ["Alpha", "Omega"] : ["Omega", "Alpha"];
    const shelf = await libraryOf(service.url, reader, jobId);
    const one = await ask(service.url, reader, `/v1/library/${reader.userId}/books/${isbn}`);
    const rows = await ask(service.url, reader, `/api/v2/imports/${jobId}/rows`);
    expect([one.status, rows.status]).toEqual([200, 200]);
    for (const text of [shelf.join(""), await one.text(), await rows.text()]) {
      expect(text).toContain(own);
      expect(text).not.toContain(foreign);
    }
  }
  const looked = await lookUp(service.url, isbn);
  expect(JSON.stringify(looked.body)).not.toMatch(/Alpha|Omega/);
  const search = await fetch(`${service.url}/v1/search/title?q=Alpha`);
  expect(search.status).toBe(200);
  expect(await search.text()).not.toContain("Alpha Author");
});

it("the npm clients eventsource and eventsource-parser read the same events", async () => {
  standIn.openlibrary.behave({ latency: { fixedMs: 300 } });
  const reader = await newReader(service.url);
  const { jobId, streamUrl } = await uploaded(service.url, reader, csv(120, 300));
  const parsed: EventSourceMessage[] = [];
  const followed = readStream(service.url + streamUrl, "0", (event) => parsed.push(event));
  const fromBrowserApi: unknown[] = [];
  const statuses: number[] = [];
  const source = new EventSource(`${service.url}${streamUrl}&lastEventId=0`, {
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      statuses.push(response.status);
      return response;
    },
  });
  const listen = ({ type, lastEventId, data }: MessageEvent): void => {
    fromBrowserApi.push({ event: type, id: lastEventId, data: data as unknown });
  };
  source.addEventListener("progress", listen);
  source.addEventListener("completed", listen);
  await followed;
  // The client resumes after the last event, and 204 makes it stop.
  await eventually(
    async () => statuses,
    () => source.readyState === source.CLOSED,
  );
  expect(statuses).toEqual([200, 204]);
  const last = JSON.parse(parsed.at(-1)?.data ?? "") as ImportSnapshot;
  expect(last).toMatchObject({ jobId, status: "completed", progress: 1 });
  expect(parsed.map(({ id }) => Number(id))).toEqual(
    Array.from({ length: last.seq }, (_, index) => index + 1),
  );
  const received = parsed.map(({ event, id, data }) => ({ event, id, data }));
  const withoutTicket = (all: unknown): string =>
    JSON.stringify(all).replace(/ticket=[^"\\]*/g, "ticket");
  expect(withoutTicket(fromBrowserApi)).toBe(withoutTicket(received));
});
