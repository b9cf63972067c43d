import { cpSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ImportSnapshot } from "../../contract/imports.ts";
import { watchLocalD1, withLocalD1 } from "../tools/local-d1.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { spawnService, startService, type StartingService } from "../tools/service.ts";
import { generatedBooks } from "../tools/stand-in/generated-books.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import {
  ask,
  follow,
  importsOf,
  isOver,
  libraryOf,
  jobIn,
  newReader,
  reached,
  rowsOf,
  snapshot,
  stalled,
  uploaded,
  type Reader,
} from "./import-support.ts";
import { eventually, temporaryState } from "./support.ts";

const KNOWN = 100;
const UNKNOWN = 300;
/** The last of the books are unknown to the providers. */
const UNKNOWN_TO_ALL = 40;
/** Books of the file without a valid ISBN, which are also unknown. */
const WITHOUT_ISBN = 2;
/** Every book occurs many times, so that the rows take several steps. */
const ROWS = 12_000;
/** Fractions of the file that were sent when the upload was interrupted. */
const UPLOAD_KILLS = [0.5, 0.7, 0.95];
/** Numbers of shelved chunks of a thousand rows at the kills. */
const SHELVING_KILLS = [1, 4, 7];
/** Numbers of books requested from the providers at the kills; fifty are requested at a time. */
const ENRICHING_KILLS = [0, 1, 51, 101];
/** Allows for eleven starts of the service; after most of them a lease of 15 s must expire. */
const LONG_MS = 1_200_000;

const books = generatedBooks(KNOWN + UNKNOWN, 35);
const calm = temporaryState();
const disturbed = temporaryState();
const running: StartingService[] = [];
let standIn: StandIn;
let reader: Reader;

const env = (): Record<string, string> => ({
  ...standIn.env,
  ...NO_LIMITS,
  PROVIDER_LIMITS: '{"openlibrary":{"perSecond":2}}',
});

function spawned(): StartingService {
  const service = spawnService({ stateDir: disturbed.path, env: env() });
  // The process may be killed before it serves.
  service.ready.catch(() => undefined);
  running.push(service);
  return service;
}

/** Known and unknown books, rows without an ISBN, and invalid rows. */
function csv(): string {
  const rows = Array.from({ length: ROWS }, (_, index) => {
    if (index % 997 === 10) return "Nobody knows me,An Author,,3,read,";
    if (index % 997 === 20) return ",,,4,read,nothing else";
    if (index % 997 === 30) return `Mistyped,An Author,9780000000001,,to-read,`;
    const { isbn13, title } = books[index % books.length]!;
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

interface End {
  job: Pick<ImportSnapshot, "status" | "totalRows" | "outcomes" | "enrichment">;
  shelf: string[];
  rows: readonly unknown[];
}

const counted = ({ status, totalRows, outcomes, enrichment }: ImportSnapshot): End["job"] => ({
  status,
  totalRows,
  outcomes,
  enrichment,
});

let due: End;
beforeAll(async () => {
  standIn = await startStandIn({ books: books.slice(0, -UNKNOWN_TO_ALL) });
  let service = await startService({ stateDir: calm.path, env: env() });
  const other = await newReader(service.url);
  const known = books.slice(0, KNOWN).map(({ isbn13, title }) => `"${title}",${isbn13}`);
  const { jobId: first } = await uploaded(service.url, other, ["Title,ISBN", ...known].join("\n"));
  await eventually(() => snapshot(service.url, other, first), isOver);
  reader = await newReader(service.url);
  await service.stop();
  cpSync(calm.path, disturbed.path, { recursive: true });

  service = await startService({ stateDir: calm.path, env: env() });
  const { jobId } = await uploaded(service.url, reader, csv());
  const job = await eventually(() => snapshot(service.url, reader, jobId), isOver);
  const shelf = await libraryOf(service.url, reader, jobId);
  await service.kill9();
  due = { job: counted(job), shelf, rows: withLocalD1(calm.path, (db) => rowsOf(db, jobId)) };
}, LONG_MS);
afterAll(async () => {
  for (const service of running) await service.kill9();
  await standIn.close();
  calm.remove();
  disturbed.remove();
});

it(
  "an import killed with -9 ten times, from the upload to the last book, ends like an undisturbed one",
  async () => {
    expect(due.job).toMatchObject({ status: "completed", outcomes: { notProcessed: 0 } });
    expect(due.job.enrichment).toMatchObject({
      pending: 0,
      notFound: UNKNOWN_TO_ALL + WITHOUT_ISBN,
    });
    const kills: string[] = [];
    let service = spawned();
    let url = await service.ready;
    const db = watchLocalD1(disturbed.path);
    const kill = async (): Promise<void> => {
      await service.kill9();
      const job = jobIn(db, reader);
      kills.push(job?.state === "uploading" ? "uploading" : `${job?.state} ${job?.phase}`);
      service = spawned();
    };

    const file = csv();
    for (const share of UPLOAD_KILLS) {
      const body = stalled(file, file.length * share);
      const cut = ask(url, reader, "/api/v2/imports", { method: "POST", body, duplex: "half" });
      const broken = cut.then(
        ({ status }) => status,
        () => "broken off",
      );
      await reached(db, reader, ({ state }) => state === "uploading");
      await kill();
      expect(await broken).toBe("broken off");
      url = await service.ready;
      expect(await importsOf(url, reader)).toEqual([]);
    }

    standIn.openlibrary.behave({ latency: { fixedMs: 700 } });
    const { jobId, streamUrl } = await uploaded(url, reader, file);
    const follower = follow(() => url, streamUrl);
    for (const chunk of SHELVING_KILLS) {
      await reached(db, reader, ({ next_chunk: next }) => next >= chunk);
      await kill();
    }
    for (const books of ENRICHING_KILLS) {
      url = await service.ready;
      const before = follower.streams();
      await eventually(
        async () => follower.streams(),
        (streams) => streams > before,
      );
      await reached(db, reader, ({ phase, asked }) => phase === "enriching" && asked >= books);
      await kill();
    }
    expect(kills).toEqual([
      ...UPLOAD_KILLS.map(() => "uploading"),
      ...SHELVING_KILLS.map(() => "processing shelving"),
      ...ENRICHING_KILLS.map(() => "processing enriching"),
    ]);

    // No request is sent until the import has ended.
    await reached(db, reader, ({ state }) => state === "completed");
    url = await service.ready;
    await follower.ended;
    const ids = follower.events.map(({ id }) => Number(id));
    const end = await snapshot(url, reader, jobId);
    expect(ids).toEqual(Array.from({ length: end.seq }, (_, index) => index + 1));
    expect(follower.events.map(({ event }) => event)).toEqual([
      ...ids.slice(1).map(() => "progress"),
      "completed",
    ]);
    expect(counted(end)).toEqual(due.job);
    expect(rowsOf(db, jobId)).toEqual(due.rows);
    expect(await libraryOf(url, reader, jobId)).toEqual(due.shelf);
    db.close();
  },
  LONG_MS,
);
