import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { ImportAccepted, ImportSnapshot } from "../../contract/imports.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { generatedBooks } from "../tools/stand-in/generated-books.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import { eventually, temporaryState } from "./support.ts";

const books = generatedBooks(300, 33);
/** Every book comes several times: as many rows take several steps. */
const ROWS = 6000;
/** After so many ms of work; the last of them meets the second phase. */
const KILLS_MS = { import: [150, 400, 1500], undo: [20, 60] };

/** Ten starts of the service, on a machine that has others to serve. */
const SLOW_MS = 400_000;

const state = temporaryState();
const running: ServiceProcess[] = [];
let standIn: StandIn;

const start = async (): Promise<ServiceProcess> => {
  const env = {
    ...standIn.env,
    ...NO_LIMITS,
    PROVIDER_LIMITS: '{"openlibrary":{"perSecond":100}}',
  };
  const service = await startService({ stateDir: state.path, env });
  running.push(service);
  return service;
};

beforeAll(async () => {
  standIn = await startStandIn({ books });
});
afterEach(async () => {
  for (const service of running.splice(0)) await service.kill9();
});
afterAll(async () => {
  await standIn.close();
  state.remove();
});

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

function csv(): string {
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const { isbn13, title } = books[index % books.length] ?? { isbn13: "", title: "" };
    // One that waits for its reader, however often it comes: titles are searched for once a second.
    if (index % 13 === 12) return '"Nobody knows me",An Author,,3,read,';
    return [
      `"${title}"`,
      "An Author",
      isbn13,
      String(index % 6),
      index % 2 ? "read" : "to-read",
      `tag-${index % 7}`,
    ].join(",");
  });
  return ["Title,Author,ISBN13,My Rating,Exclusive Shelf,Bookshelves", ...rows].join("\n");
}

interface Reader {
  userId: string;
  token: string;
}

async function newReader(url: string): Promise<Reader> {
  return (await fetch(`${url}/api/v2/users`, { method: "POST" })).json() as Promise<Reader>;
}

const ask = (url: string, { token }: Reader, path: string, init: RequestInit = {}) =>
  fetch(`${url}${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "text/csv" },
  });

async function uploaded(url: string, reader: Reader): Promise<string> {
  const response = await ask(url, reader, "/api/v2/imports", { method: "POST", body: csv() });
  expect(response.status).toBe(202);
  return ((await response.json()) as ImportAccepted).jobId;
}

const snapshot = async (url: string, reader: Reader, jobId: string): Promise<ImportSnapshot> =>
  (await ask(url, reader, `/api/v2/imports/${jobId}`)).json() as Promise<ImportSnapshot>;

/** What the shelf and the queue of a reader hold, without what tells when, and by which import. */
async function libraryOf(url: string, reader: Reader, jobId: string): Promise<string[]> {
  const response = await ask(url, reader, `/v1/library/${reader.userId}/export?format=ndjson`);
  const text = (await response.text()).replaceAll(jobId, "job");
  return text
    .split("\n")
    .map((line) => line.replace(/"(addedAt|updatedAt|fetchedAt)":"[^"]*"/g, '"$1":""'))
    .sort();
}

const isOver = ({ status }: ImportSnapshot): boolean =>
  status !== "queued" && status !== "processing";

/** Kills the service again and again while it works on a job, until the job is over. */
async function throughKills(
  given: ServiceProcess,
  reader: Reader,
  jobId: string,
  delays: readonly number[],
): Promise<{ service: ServiceProcess; job: ImportSnapshot }> {
  let service = given;
  for (const delay of delays) {
    await sleep(delay);
    await service.kill9();
    service = await start();
  }
  const job = await eventually(() => snapshot(service.url, reader, jobId), isOver);
  return { service, job };
}

it(
  "kill -9 at any moment of an import, or of its undoing, changes nothing of its end",
  async () => {
    let service = await start();
    const calm = await newReader(service.url);
    const calmJob = await uploaded(service.url, calm);
    const due = await eventually(() => snapshot(service.url, calm, calmJob), isOver);
    expect(due).toMatchObject({ status: "completed", outcomes: { notProcessed: 0 } });
    expect(due.outcomes.created).toBe(books.length);
    const shelf = await libraryOf(service.url, calm, calmJob);
    await service.kill9();
    // The catalogue is to learn of the books anew.
    state.remove();

    service = await start();
    const reader = await newReader(service.url);
    const jobId = await uploaded(service.url, reader);
    const killed = await throughKills(service, reader, jobId, KILLS_MS.import);
    service = killed.service;
    expect(killed.job).toMatchObject({
      status: "completed",
      outcomes: due.outcomes,
      enrichment: due.enrichment,
    });
    expect(await libraryOf(service.url, reader, jobId)).toEqual(shelf);

    const undo = await ask(service.url, reader, `/api/v2/imports/${jobId}/undo`, {
      method: "POST",
    });
    expect(undo.status).toBe(202);
    const undone = await throughKills(service, reader, jobId, KILLS_MS.undo);
    expect(undone.job).toMatchObject({ status: "undone", attempt: 2, outcomes: due.outcomes });
    expect((await libraryOf(undone.service.url, reader, jobId)).join("")).toBe("");
  },
  SLOW_MS,
);
