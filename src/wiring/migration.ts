import type { MigrationWork } from "../kv-migration/objects/kv-migration.ts";
import type { ScheduledTask } from "../platform/scheduled.ts";
import { actOnRun, startRun, type ControlDeps } from "../kv-migration/domain/control.ts";
import type { RunKind } from "../kv-migration/domain/run.ts";
import { workOnRun, type WorkDeps } from "../kv-migration/domain/work.ts";
import type { MigrationUseCases } from "../kv-migration/http/runs.ts";
import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics/metrics.ts";
import { migrationObserver } from "../kv-migration/observer.ts";
import { d1Errors } from "../platform/d1/database.ts";
import { d1MigrationErrors } from "../kv-migration/storage/errors.ts";
import { d1HeldBooks } from "../kv-migration/storage/books.ts";
import { d1PageWriter } from "../kv-migration/storage/pages.ts";
import { d1MigrationRuns } from "../kv-migration/storage/runs.ts";
import { kvMigrationSource } from "../kv-migration/storage/source.ts";
import { runtimeSecrets } from "./secrets.ts";

/** Pages an alarm does: 200 statements of the 1,000 that D1 allows an invocation, and a few seconds. */
const PAGES_PER_ALARM = 100;
/**
 * Between two pages. On one machine a page's steps follow each other without the runtime looking at its sockets: readers
 * would wait for the whole run.
 */
const PAUSE_MS = 5;
/** With a minute between the later tries this is an hour and a half: nobody is looking, so it says so. */
const MAX_FAILURES = 100;
/** Faults that a status shows; the others are listed by pages. */
const SHOWN_FAULTS = 10;
const KINDS: readonly RunKind[] = ["migration", "validation"];

interface Shared {
  log: Log;
  now(): number;
}

const newId = (): string => crypto.randomUUID();

function objectOf(env: Env, kind: RunKind) {
  return env.KV_MIGRATIONS.getByName(kind);
}

/** The migration as the admin routes use it. */
export function migrationUseCases(env: Env, { log, now }: Shared): MigrationUseCases {
  const { read, write } = d1Errors(log);
  const stored = d1MigrationRuns(env.DB);
  const listed = d1MigrationErrors(env.DB);
  const runs: ControlDeps["runs"] = {
    start: (run) => write(stored.start(run)),
    latest: (kind) => read(stored.latest(kind)),
    change: (runId, action, at) => write(stored.change(runId, action, at)),
  };
  const faults: typeof listed = (runId, afterId, limit) => read(listed(runId, afterId, limit));
  const wake = (kind: RunKind): Promise<void> => objectOf(env, kind).wake(kind);
  const control: ControlDeps = { runs, wake, newId, now };
  return {
    startRun: (input) => startRun(input, control),
    actOnRun: (kind, action) => actOnRun({ kind, action }, control),
    async report(kind) {
      const run = await runs.latest(kind);
      if (run === undefined) return { run, knownTotal: undefined, firstFaults: [] };
      const [knownTotal, firstFaults] = await Promise.all([
        read(stored.knownTotal(run.prefix)),
        faults(run.runId, 0, SHOWN_FAULTS),
      ]);
      return { run, knownTotal, firstFaults };
    },
    async faults({ kind, runId, afterId, limit }) {
      const wanted = runId ?? (await runs.latest(kind))?.runId;
      return wanted === undefined ? [] : faults(wanted, afterId, limit);
    },
  };
}

/** What the object that drives the runs is connected to. */
export function migrationWork(
  env: Env,
  { log, metrics, now }: Shared & { metrics: Metrics },
): MigrationWork {
  const runs = d1MigrationRuns(env.DB);
  const write = d1PageWriter(env.DB, newId);
  const observe = migrationObserver(metrics);
  const deps: WorkDeps = {
    source: kvMigrationSource(env.BOOK_CACHE, (text) => runtimeSecrets.sha256(text)),
    held: d1HeldBooks(env.DB),
    runs: {
      running: (kind) => runs.running(kind),
      async commit(run, plan, checkpoint) {
        const outcome = await write(run, plan, checkpoint);
        observe.page(run, plan.tally, outcome);
        return outcome;
      },
    },
    pause: () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS)),
    now,
  };
  return {
    work: (kind) => workOnRun({ kind, pages: PAGES_PER_ALARM }, deps),
    async failed(kind, error, failures) {
      observe.failed(kind);
      log.error("migration_failed", { kind, failures, error });
      const run = await runs.running(kind);
      if (run === undefined) return false;
      const isFinal = failures >= MAX_FAILURES;
      const reason = error instanceof Error ? error.message : String(error);
      await runs.noteError(run.runId, reason, now(), isFinal);
      return !isFinal;
    },
  };
}

/** Looks after runs whose object has lost its alarm. */
export function migrationTasks(env: Env): Record<string, ScheduledTask> {
  const runs = d1MigrationRuns(env.DB);
  return {
    async keep_runs_going() {
      const open = await Promise.all(KINDS.map((kind) => runs.running(kind)));
      const kinds = open.flatMap((run) => (run === undefined ? [] : [run.kind]));
      await Promise.all(kinds.map((kind) => objectOf(env, kind).ensureAwake(kind)));
      // What goes on by itself is no news.
      return 0;
    },
  };
}
