import { afterAll, expect, it } from "vitest";
import { watchLocalD1 } from "../tools/local-d1.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { generatedBooks } from "../tools/stand-in/generated-books.ts";
import {
  ask,
  isOver,
  jobIn,
  libraryOf,
  newReader,
  reached,
  snapshot,
  uploaded,
} from "./import-support.ts";
import { eventually, temporaryState } from "./support.ts";

const books = generatedBooks(6000, 33);
/** Books that are on the shelf before the import, which changes all of them. */
const EARLIER = 1500;
/** Numbers of reverted chunks of a thousand rows at the kills. */
const KILLS = [0, 1, 4];
/** Allows for four starts of the service on a busy machine. */
const SLOW_MS = 1_200_000;

const state = temporaryState();
let service: ServiceProcess;

const start = async (): Promise<ServiceProcess> =>
  startService({ stateDir: state.path, env: NO_LIMITS });

afterAll(async () => {
  await service.kill9();
  state.remove();
});

/** The first books, with a row for the review queue after every hundredth. */
function csv(count: number, shelf: string, rating: number): string {
  const rows = books.slice(0, count).flatMap(({ isbn13, title }, index) => {
    const waits = index % 100 === 99 ? [`Nobody knows me ${index},An Author,,,${shelf}`] : [];
    return [`"${title}",An Author,${isbn13},${rating},${shelf}`, ...waits];
  });
  return ["Title,Author,ISBN13,My Rating,Exclusive Shelf", ...rows].join("\n");
}

it(
  "an undo that is killed with -9 repeatedly restores the library from before the import",
  async () => {
    service = await start();
    const reader = await newReader(service.url);
    const imported = async (file: string): Promise<string> => {
      const { jobId } = await uploaded(service.url, reader, file, "?enrich=false");
      const job = await eventually(() => snapshot(service.url, reader, jobId), isOver);
      expect(job).toMatchObject({ status: "completed", outcomes: { notProcessed: 0 } });
      return jobId;
    };
    const earlier = await imported(csv(EARLIER, "to-read", 0));
    const before = await libraryOf(service.url, reader, earlier);
    const jobId = await imported(csv(books.length, "read", 4));
    const { outcomes } = await snapshot(service.url, reader, jobId);
    expect(outcomes).toMatchObject({ created: books.length - EARLIER, updated: EARLIER });

    const undo = await ask(service.url, reader, `/api/v2/imports/${jobId}/undo`, {
      method: "POST",
    });
    expect(undo.status).toBe(202);
    const db = watchLocalD1(state.path);
    for (const chunk of KILLS) {
      await reached(db, reader, ({ next_chunk: next }) => next >= chunk);
      await service.kill9();
      expect(jobIn(db, reader)?.state).toBe("undoing");
      service = await start();
    }
    await reached(db, reader, ({ state: now }) => now === "undone");
    db.close();
    const end = await snapshot(service.url, reader, jobId);
    expect(end).toMatchObject({ status: "undone", attempt: 2, outcomes });
    expect(await libraryOf(service.url, reader, earlier)).toEqual(before);
  },
  SLOW_MS,
);
