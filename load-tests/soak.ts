/** `npm run soak`: mixed traffic while the service is killed repeatedly, then undisturbed. See README.md. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { stopSignal } from "../scripts/local/stop-signal.ts";
import { ADMIN_TOKEN, seed } from "../test/e2e/migration-support.ts";
import { mixedKeys } from "../test/support/mixed-keys.ts";
import { withLocalD1 } from "../test/tools/local-d1.ts";
import { NO_LIMITS } from "../test/tools/no-limits.ts";
import { startStandIn } from "../test/tools/stand-in/server.ts";
import { Checks } from "./checks.ts";
import { Caller } from "./soak/caller.ts";
import { keepShelf } from "./soak/keeper.ts";
import { BEFORE_KILL_MS, migrate } from "./soak/migrator.ts";
import { moveIn } from "./soak/mover.ts";
import { scanAll } from "./soak/scanner.ts";
import { FIRST_OLD_BOOK, OLD_ISBNS, PROVIDER_BOOKS, type Traffic } from "./soak/traffic.ts";
import { printVerdict } from "./soak/verdict.ts";
import { Victim } from "./soak/victim.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "15" },
    "kill-every": { type: "string", default: "60" },
    "calm-minutes": { type: "string", default: "10" },
    keys: { type: "string", default: "5000" },
  },
});
const minutes = Number(values.minutes);
const killEvery = Number(values["kill-every"]);
const calmMinutes = Number(values["calm-minutes"]);
/** Number of books of each of the ten shapes; scanners look up those of one shape. */
const oldBooks = Math.floor(Number(values.keys) / 10);
if (!(minutes > 0 && killEvery >= 0 && calmMinutes >= 0 && oldBooks >= 1)) {
  console.error(
    "npm run soak -- [--minutes N] [--kill-every SECONDS, 0: never] [--calm-minutes N] [--keys N, at least 10]",
  );
  process.exit(2);
}

const stopped = stopSignal();
const failed = new AbortController();
const signal = AbortSignal.any([stopped, failed.signal]);
const checks = new Checks();
const stateDir = mkdtempSync(join(tmpdir(), "bookstrack-soak-"));
const standIn = await startStandIn({ books: PROVIDER_BOOKS });
const victim = new Victim(stateDir, { ...standIn.env, ...NO_LIMITS, ADMIN_TOKEN });
const around = { url: () => victim.url(), killWindow: () => victim.killWindow(), signal };
const caller = new Caller(around, checks);

/** Waits for concurrent parts. The first one that throws aborts the others. */
async function together(parts: readonly Promise<void>[]): Promise<void> {
  const ends = parts.map((part) =>
    part.catch((error: unknown) => {
      failed.abort();
      throw error;
    }),
  );
  const results = await Promise.allSettled(ends);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

async function soak(): Promise<number> {
  const mix = mixedKeys(oldBooks * 10, FIRST_OLD_BOOK);
  await seed(stateDir, mix.values);
  await victim.start();
  const startedAt = Date.now();
  const killsEndAt = startedAt + minutes * 60_000;
  const endsAt = killsEndAt + calmMinutes * 60_000;
  const traffic: Traffic = {
    caller,
    checks,
    signal,
    isOver: () => signal.aborted || Date.now() > endsAt,
  };
  const deaths = killEvery === 0 ? 0 : Math.floor((minutes * 60) / killEvery);
  const kills = Array.from({ length: deaths }, (_, n) => startedAt + (n + 1) * killEvery * 1000);
  const runs = [...kills.map((at) => at - BEFORE_KILL_MS), (killsEndAt + endsAt) / 2];

  const watching = new AbortController();
  const watch = victim.watch(AbortSignal.any([signal, watching.signal]));
  await together([
    scanAll(traffic, "scanner-1", oldBooks),
    scanAll(traffic, "scanner-2", oldBooks),
    keepShelf(traffic, "keeper-1"),
    keepShelf(traffic, "keeper-2"),
    moveIn(traffic, around),
    migrate(traffic, ADMIN_TOKEN, runs, mix.expected),
    victim.dieAt(kills, signal),
  ]);
  watching.abort();
  await watch;
  if (signal.aborted) return 0;
  await victim.stop();
  lookIntoDatabase(mix.books);
  return kills.length;
}

/** Checks that need the database: every migrated book has a row, no job is unfinished, and the file is intact. */
function lookIntoDatabase(books: number): void {
  withLocalD1(stateDir, (db) => {
    const all = (sql: string, ...given: string[]) => db.prepare(sql).all(...given);
    const [migrated] = all("SELECT count(*) AS n FROM Books WHERE isbn GLOB ?", OLD_ISBNS);
    const [jobs] = all(
      "SELECT count(*) AS n FROM ImportJobs WHERE state IN ('queued', 'processing')",
    );
    checks.note("at the end every migrated book exists", migrated?.["n"] === books);
    checks.note("at the end no import is unfinished", jobs?.["n"] === 0);
    const isSound = all("PRAGMA integrity_check")[0]?.["integrity_check"] === "ok";
    checks.note("the database is intact", isSound && all("PRAGMA foreign_key_check").length === 0);
  });
}

try {
  const kills = await soak();
  const holds = !signal.aborted && printVerdict({ caller, checks, lives: victim.lives, kills });
  if (stopped.aborted) console.error("Interrupted.");
  process.exitCode = holds ? 0 : 1;
} finally {
  await victim.end();
  await standIn.close();
  rmSync(stateDir, { recursive: true, force: true });
}
// The signal listener and connections left by a kill would keep the process alive.
process.exit();
