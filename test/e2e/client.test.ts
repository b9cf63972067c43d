import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createClient,
  hasEnded,
  type BooksTrackClient,
  type Progress,
} from "../../client/src/index.ts";
import { startFaultyProxy, type Fault, type ProxiedRequest } from "../tools/faulty-proxy.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import { goodreadsFile } from "./goodreads-file.ts";
import { newState } from "./support.ts";

const ROWS = 300;

let service: ServiceProcess;
let standIn: Awaited<ReturnType<typeof startStandIn>>;

beforeAll(async () => {
  standIn = await startStandIn();
  service = await startService({ stateFrom: newState(), env: { ...standIn.env, ...NO_LIMITS } });
});
afterAll(async () => {
  await service.stop();
  await standIn.close();
});

/** A new account's client with a direct connection. */
async function reader(): Promise<{ token: string; direct: BooksTrackClient }> {
  const { token } = await createClient({ baseUrl: service.url }).accounts.create();
  return { token, direct: createClient({ baseUrl: service.url, token }) };
}

/** A client with short timeouts that connects through the proxy. */
const impatient = (baseUrl: string, token: string): BooksTrackClient =>
  createClient({
    baseUrl,
    token,
    // Long enough for a busy machine, where a timeout would count as an additional failure.
    timeoutMs: 12_000,
    uploadTimeoutMs: 12_000,
    silenceMs: 6_000,
    retries: { attempts: 8, baseMs: 20, capMs: 100 },
  });

const isStream = ({ path }: ProxiedRequest): boolean => path.includes("/stream");
const NONE: Fault = { kind: "none" };

/** Runs an import through a fault. Returns the reported progress, the requests, and the existing jobs. */
async function importThrough(faultOf: (request: ProxiedRequest) => Fault) {
  const { token, direct } = await reader();
  const proxy = await startFaultyProxy(service.url, faultOf);
  try {
    const file = goodreadsFile(ROWS);
    const updates = await Array.fromAsync(impatient(proxy.url, token).imports.importFile(file));
    const streams = proxy.requests.filter((request) => request.includes("/stream"));
    return { updates, streams, jobs: (await direct.imports.list()).items };
  } finally {
    await proxy.close();
  }
}

const seqsOf = (updates: readonly Progress[]): number[] =>
  updates.map(({ snapshot }) => snapshot.seq);

/** Asserts that progress is complete and in order, ended once, and that the file was imported once. */
function expectComplete({
  updates,
  jobs,
}: Pick<Awaited<ReturnType<typeof importThrough>>, "updates" | "jobs">): void {
  const seqs = seqsOf(updates);
  expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
  const shares = updates.map(({ snapshot }) => snapshot.progress);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(updates.filter(({ snapshot }) => hasEnded(snapshot))).toHaveLength(1);
  expect(updates.at(-1)?.snapshot).toMatchObject({
    status: "completed",
    processedRows: ROWS,
    outcomes: { created: ROWS - 1, needsReview: 1 },
  });
  expect(jobs).toHaveLength(1);
  // No event is missing, wherever a stream broke.
  const streamed = seqsOf(updates.filter(({ via }) => via === "stream"));
  expect(streamed).toEqual(streamed.map((_, index) => (streamed[0] ?? 0) + index));
}

describe("progress is reported completely, in order and once", () => {
  it.each<[what: string, minStreams: number, faultOf: (request: ProxiedRequest) => Fault]>([
    ["without a fault", 1, () => NONE],
    ["every connection is cut after 2,500 bytes", 2, () => ({ kind: "cut", afterBytes: 2_500 })],
    [
      "streams are cut after 1,800 to 3,000 bytes",
      2,
      (request) =>
        isStream(request)
          ? { kind: "cut", afterBytes: 1_800 + ((request.before * 397) % 1_200) }
          : NONE,
    ],
    [
      "the first request of each kind gets no response",
      2,
      ({ before }) => (before === 0 ? { kind: "unanswered" } : NONE),
    ],
    [
      "streams stall after 2,500 bytes",
      2,
      (request) => (isStream(request) ? { kind: "silent", afterBytes: 2_500 } : NONE),
    ],
    [
      "two of three requests get a gateway's 503",
      3,
      ({ before }) => (before % 3 === 2 ? NONE : { kind: "unavailable" }),
    ],
    ["every request is delayed", 1, () => ({ kind: "late", ms: 400 })],
    [
      "the responses to the upload are lost twice",
      1,
      ({ method, before }) =>
        method === "POST" && before < 2 ? { kind: "cut", afterBytes: before * 20 } : NONE,
    ],
  ])("%s", async (_what, minStreams, faultOf) => {
    const result = await importThrough(faultOf);
    expectComplete(result);
    expect(new Set(result.updates.map(({ via }) => via))).toEqual(new Set(["stream"]));
    expect(result.streams.length).toBeGreaterThanOrEqual(minStreams);
  });
});

describe("when streams never work, the client polls after three attempts and reports it", () => {
  it.each<[string, Fault]>([
    ["cut before the first byte", { kind: "cut", afterBytes: 0 }],
    ["cut within the first event", { kind: "cut", afterBytes: 600 }],
    ["a gateway's 503", { kind: "unavailable" }],
    ["never answered", { kind: "unanswered" }],
    ["stalled after the headers", { kind: "silent", afterBytes: 300 }],
  ])("%s", async (_what, fault) => {
    const result = await importThrough((request) => (isStream(request) ? fault : NONE));
    expectComplete(result);
    expect(new Set(result.updates.map(({ via }) => via))).toEqual(new Set(["polling"]));
    expect(result.streams).toHaveLength(3);
  });
});

it("a stream and polling report the same progress of one import up to the same end", async () => {
  const { token, direct } = await reader();
  const proxy = await startFaultyProxy(service.url, (request) =>
    isStream(request) ? { kind: "unavailable" } : NONE,
  );
  const { jobId } = await direct.imports.start(goodreadsFile(ROWS));
  const [streamed, polled] = await Promise.all([
    Array.fromAsync(direct.imports.watch(jobId)),
    Array.fromAsync(impatient(proxy.url, token).imports.watch(jobId)),
  ]);
  await proxy.close();
  expect(new Set(streamed.map(({ via }) => via))).toEqual(new Set(["stream"]));
  expect(new Set(polled.map(({ via }) => via))).toEqual(new Set(["polling"]));
  const jobs = (await direct.imports.list()).items;
  expectComplete({ updates: streamed, jobs });
  expectComplete({ updates: polled, jobs });
  // Polling samples states. Each sampled state was also streamed, unless it precedes the stream.
  const both = seqsOf(polled).filter((seq) => seqsOf(streamed).includes(seq));
  expect(numbersAt(both, polled)).toEqual(numbersAt(both, streamed));
  expect(both).toContain(streamed.at(-1)?.snapshot.seq);
});

/** The progress at some events, without the ticket and the rate, which differ per listener. */
function numbersAt(seqs: readonly number[], updates: readonly Progress[]) {
  return updates
    .map(({ snapshot }) => snapshot)
    .filter(({ seq }) => seqs.includes(seq))
    .map(({ seq, status, phase, progress, processedRows, outcomes, enrichment, message }) => ({
      seq,
      status,
      phase,
      progress,
      processedRows,
      outcomes,
      enrichment,
      message,
    }));
}
