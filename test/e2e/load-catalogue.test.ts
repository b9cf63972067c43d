import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { LoadState } from "../../contract/local-catalogue.ts";
import { loadIdOf } from "../../scripts/catalogue/batches.ts";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";
import { writeDump } from "../tools/dump.ts";
import { withLocalD1 } from "../tools/local-d1.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { generatedBooks } from "../tools/stand-in/generated-books.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import { admin, ADMIN_TOKEN } from "./migration-support.ts";
import { waitFor } from "../support/wait.ts";
import { isOver, newReader, snapshot, uploaded } from "./import-support.ts";
import { lookUp, temporaryState } from "./support.ts";

const SETUP_MS = 1_200_000;
const EDITIONS = 6000;
const LOOKUPS = 1000;
/** The batch after whose acknowledgement the command dies. */
const KILLED_AFTER = [0, 1, 3, 6, 9] as const;
/** The batch after whose acknowledgement the service dies too. */
const SERVICE_KILLED_AFTER = 6;

const folder = mkdtempSync(join(tmpdir(), "bookstrack-load-e2e-"));
const files = {
  editions: join(folder, "editions.txt.gz"),
  authors: join(folder, "authors.txt.gz"),
};
const state = temporaryState();
let standIn: StandIn;
let service: ServiceProcess;

async function serve(): Promise<void> {
  service = await startService({
    stateDir: state.path,
    env: { ...standIn.env, ...NO_LIMITS, ADMIN_TOKEN },
  });
}

function command(): ChildProcess {
  const script = join(PROJECT_ROOT, "scripts/catalogue/load-catalogue.ts");
  const args = ["--editions", files.editions, "--authors", files.authors, "--url", service.url];
  return spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ADMIN_TOKEN },
    stdio: "ignore",
  });
}

async function progress(): Promise<LoadState> {
  const response = await admin(service.url, "GET", `catalogue?load=${loadIdOf(files)}`);
  return (await response.json()) as LoadState;
}

beforeAll(async () => {
  await writeDump(files, EDITIONS);
  standIn = await startStandIn({ books: [] });
  await serve();
}, SETUP_MS);
afterAll(async () => {
  await service.kill9();
  await standIn.close();
  state.remove();
  rmSync(folder, { recursive: true, force: true });
});

it(
  "is complete, with each edition once, after kill -9 at five moments, and then needs no provider",
  async () => {
    for (const batch of KILLED_AFTER) {
      const child = command();
      const ended = once(child, "exit");
      while ((await progress()).nextBatch <= batch && child.exitCode === null);
      child.kill("SIGKILL");
      await ended;
      if (batch !== SERVICE_KILLED_AFTER) continue;
      await service.kill9();
      await serve();
    }
    const interrupted = await progress();
    expect(interrupted).toMatchObject({ completed: false });
    const [code] = (await once(command(), "exit")) as [number | null];
    expect(code).toBe(0);
    expect(await progress()).toMatchObject({ completed: true, books: EDITIONS });
    const books = generatedBooks(EDITIONS);
    withLocalD1(state.path, (database) => {
      const rows = database.prepare("SELECT isbn, version FROM Books ORDER BY isbn").all();
      expect(rows.map(({ isbn }) => isbn)).toEqual(books.map(({ isbn13 }) => isbn13).sort());
      expect(new Set(rows.map(({ version }) => version))).toEqual(new Set([1]));
      const texts = database.prepare("SELECT count(*) AS n FROM BookSearch").get();
      expect(texts).toEqual({ n: EDITIONS });
    });
    for (const { isbn13 } of books.slice(0, LOOKUPS)) {
      expect(await lookUp(service.url, isbn13)).toMatchObject({ status: 200 });
    }
    const rows = books.slice(0, LOOKUPS).map(({ isbn13, title }) => `"${title}",Ann Lee,${isbn13}`);
    const reader = await newReader(service.url);
    const file = `Title,Author,ISBN13\n${rows.join("\n")}\n`;
    const { jobId } = await uploaded(service.url, reader, file);
    await waitFor(async () => {
      const job = await snapshot(service.url, reader, jobId);
      expect(isOver(job)).toBe(true);
      expect(job).toMatchObject({ status: "completed", outcomes: { created: LOOKUPS } });
    });
    expect(standIn.openlibrary.stats().calls).toBe(0);
  },
  SETUP_MS,
);
