import { execFile, spawn } from "node:child_process";
import { cpSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lockState } from "../../scripts/local/state-lock.ts";
import { randomOfThisRun } from "../support/properties.ts";
import { watchLocalD1, withLocalD1 } from "../tools/local-d1.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { generatedBooks } from "../tools/stand-in/generated-books.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import { isOver, libraryOf, newReader, reached, snapshot, uploaded } from "./import-support.ts";
import { emptyFolder, eventually, lookUp, newState, temporaryState } from "./support.ts";

const run = promisify(execFile);
const ROWS = 2_000;
const KILLS = 3;
const LONG_MS = 400_000;

const books = generatedBooks(200, 91);
const random = randomOfThisRun();
const state = temporaryState();
const folder = emptyFolder();
const file = join(folder.path, "backup.tar.gz");
const daily = join(folder.path, "daily");
const running: ServiceProcess[] = [];
let standIn: StandIn;

const start = async (settings: Record<string, string> = {}): Promise<ServiceProcess> => {
  const limits = { ...NO_LIMITS, PROVIDER_LIMITS: '{"openlibrary":{"perSecond":2}}' };
  const env = { ...standIn.env, ...limits, ...settings };
  const service = await startService({ stateDir: state.path, env });
  running.push(service);
  return service;
};
/** Runs an npm script as an operator does. Resolves to its output, or rejects with it. */
const npm = async (...args: string[]): Promise<string> => {
  const env = { ...process.env, STATE_DIR: state.path };
  return (await run("npm", ["run", "--silent", ...args], { env })).stdout;
};
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "it did not fail",
    (error: { stderr: string }) => error.stderr,
  );
const mark = (): void =>
  withLocalD1(state.path, (db) =>
    db.exec("INSERT INTO Users (id, recovery_hash, created_at) VALUES ('newer', 'x', 1)"),
  );
/** Whether the state is the marked one. Throws if it is damaged. */
const isMarked = (): boolean =>
  withLocalD1(state.path, (db) => {
    expect(db.prepare("PRAGMA quick_check").get()).toEqual({ quick_check: "ok" });
    return db.prepare("SELECT id FROM Users WHERE id = 'newer'").get() !== undefined;
  });

beforeAll(async () => {
  standIn = await startStandIn({ books });
});
afterAll(async () => {
  for (const service of running) await service.kill9();
  await standIn.close();
  state.remove();
  folder.remove();
});

it(
  "a backup made during an import is restored after kills -9 of the restore, and the import completes",
  async () => {
    const service = await start({ BACKUP_DIR: daily, BACKUP_KEEP: "2" });
    const reader = await newReader(service.url);
    const looked = books.at(-1)!;
    expect(await lookUp(service.url, looked.isbn13)).toMatchObject({ title: looked.title });
    // Makes the import take longer than the backup.
    standIn.openlibrary.behave({ latency: { fixedMs: 3_000 } });
    const rows = Array.from({ length: ROWS }, (_, index) => {
      const { title, isbn13 } = books[index % books.length]!;
      return `"${title}",${isbn13},read,tag-${index % 7}`;
    });
    const csv = ["Title,ISBN13,Exclusive Shelf,Bookshelves", ...rows].join("\n");
    const { jobId } = await uploaded(service.url, reader, csv);
    const watched = watchLocalD1(state.path);
    await reached(watched, reader, ({ phase }) => phase === "enriching");
    expect(await npm("backup", "--", "--out", file)).toMatch(/verified: 1 account, .* 1 import /);
    standIn.openlibrary.behave();
    watched.close();
    expect(await refusal(npm("restore", "--", file, "--replace"))).toMatch(
      /Another instance is using .* Stop it first/,
    );
    await eventually(() => snapshot(service.url, reader, jobId), isOver);
    const expected = await libraryOf(service.url, reader, jobId);
    const [automatic = ""] = await eventually(
      async () => (existsSync(daily) ? readdirSync(daily) : []),
      ([name]) => name?.endsWith(".tar.gz") === true,
    );
    expect(await npm("restore", "--", join(daily, automatic), "--check")).toContain("is intact");
    await service.kill9();

    expect(await refusal(npm("restore", "--", file))).toContain("Add --replace");
    mark();
    const script = ["scripts/restore.ts", file, "--replace"];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const env = { ...process.env, STATE_DIR: state.path };
      const child = spawn(process.execPath, script, { env, stdio: "ignore" });
      const ended = new Promise((done) => child.once("close", done));
      await new Promise((next) => setTimeout(next, 100 + random() * 700));
      child.kill("SIGKILL");
      await ended;
      // The next start also begins with this.
      (await lockState(state.path)).release();
      if (!isMarked()) mark();
    }
    expect(await npm("restore", "--", file, "--replace")).toContain(`Restored to ${state.path}`);
    expect(isMarked()).toBe(false);
    withLocalD1(state.path, (db) =>
      expect(db.prepare("SELECT state FROM ImportJobs").all()).toEqual([{ state: "processing" }]),
    );

    const again = await start();
    const job = await eventually(() => snapshot(again.url, reader, jobId), isOver);
    expect(job).toMatchObject({ status: "completed", totalRows: ROWS, processedRows: ROWS });
    expect(await libraryOf(again.url, reader, jobId)).toEqual(expected);
    standIn.openlibrary.behave({ faults: [{ fault: { kind: "server-error", status: 500 } }] });
    expect(await lookUp(again.url, looked.isbn13)).toMatchObject({
      source: "kv; state=fresh",
      title: looked.title,
    });
    await again.kill9();
  },
  LONG_MS,
);

it(
  "a failed daily backup is logged and counted, and a successful one is counted",
  async () => {
    const gauges = async (settings: Record<string, string>, log: string) => {
      const service = await start(settings);
      await eventually(
        async () => service.output(),
        (output) => output.includes(log),
      );
      const text = await (await fetch(`${service.url}/metrics`)).text();
      await service.kill9();
      return text.match(/^bookstrack_backup_\w+ .*$/gm);
    };
    const file = join(folder.path, "a-file");
    writeFileSync(file, "");
    expect(await gauges({ BACKUP_DIR: join(file, "daily") }, "backup_failed")).toEqual([
      expect.stringMatching(/^bookstrack_backup_age_seconds \d/),
      "bookstrack_backup_failed 1",
    ]);
    const kept = join(folder.path, "kept");
    expect(await gauges({ BACKUP_DIR: kept }, "backup_made")).toEqual([
      expect.stringMatching(/^bookstrack_backup_age_seconds \d/),
      "bookstrack_backup_failed 0",
    ]);
    expect(await gauges({}, "Ready on")).toBeNull();
  },
  LONG_MS,
);

it(
  "a start refuses a state of a newer version, and a restore refuses its backup",
  async () => {
    const newer = emptyFolder();
    cpSync(newState(), newer.path, { recursive: true });
    withLocalD1(newer.path, (db) =>
      db.exec("INSERT INTO d1_migrations (name) VALUES ('9999_of_a_newer_version.sql')"),
    );
    const failed = await startService({ stateDir: newer.path }).catch(
      (error: Error) => error.message,
    );
    expect(failed).toContain("exited with code 1");
    expect(failed).toMatch(/has 9999_of_a_newer_version\.sql, which version \S+ does not/);
    const env = { ...process.env, STATE_DIR: newer.path };
    const backup = join(folder.path, "newer.tar.gz");
    await run("npm", ["run", "--silent", "backup", "--", "--out", backup], { env });
    expect(await refusal(npm("restore", "--", backup, "--replace"))).toContain(
      "9999_of_a_newer_version.sql",
    );
    newer.remove();
  },
  LONG_MS,
);
