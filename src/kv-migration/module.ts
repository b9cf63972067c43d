import type { IdempotencyModule } from "../idempotency/module.ts";
import { d1Errors } from "../platform/d1/database.ts";
import type { Module } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import type { ScheduledTask } from "../platform/scheduled.ts";
import { actOnRun, startRun, type ControlDeps } from "./domain/control.ts";
import type { RunKind } from "./domain/run.ts";
import { adminMigrationRoutes, type MigrationUseCases } from "./http/runs.ts";
import type { MigrationWork } from "./objects/connections.ts";
import { migrationWork } from "./run-work.ts";
import { d1MigrationErrors } from "./storage/errors.ts";
import { migrationGauges } from "./storage/gauges.ts";
import { d1MigrationRuns } from "./storage/runs.ts";

/** Number of faults in a status; the full list is paged. */
const SHOWN_FAULTS = 10;
const KINDS: readonly RunKind[] = ["migration", "validation"];

/** The module's interface for the Worker. */
export interface KvMigrationModule extends Module {
  /** The work that the Durable Object of a run drives. */
  runWork: MigrationWork;
}

function objectOf(env: Env, kind: RunKind) {
  return env.KV_MIGRATIONS.getByName(kind);
}

/** The migration of old KV values into D1, and its validation. */
export function kvMigrationModule(
  platform: Platform,
  below: { idempotency: IdempotencyModule },
): KvMigrationModule {
  const { env, log, now } = platform;
  return {
    runWork: migrationWork(platform),
    adminRoutes: () =>
      adminMigrationRoutes({ ...migrationUseCases(platform), once: below.idempotency.once, now }),
    tasks: migrationTasks(env),
    readiness: {
      async migration() {
        const status = (await d1MigrationRuns(env.DB).latest("migration"))?.status ?? "not_started";
        return { ok: status !== "failed", detail: status };
      },
    },
    gauges: { migration: () => migrationGauges(env.DB) },
  };

  function migrationUseCases({ newId }: Pick<Platform, "newId">): MigrationUseCases {
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
}

/** Wakes runs whose Durable Object has lost its alarm. */
export function migrationTasks(env: Env): Record<string, ScheduledTask> {
  const runs = d1MigrationRuns(env.DB);
  return {
    async keep_runs_going() {
      const open = await Promise.all(KINDS.map((kind) => runs.running(kind)));
      const kinds = open.flatMap((run) => (run === undefined ? [] : [run.kind]));
      await Promise.all(kinds.map((kind) => objectOf(env, kind).ensureAwake(kind)));
      // A run that resumes automatically is not reported.
      return 0;
    },
  };
}
