/**
 * Two ways to migrate old values from KV to D1, with their operations counted: `POST /engine` runs the service's engine,
 * `POST /plan` the baseline. `POST /fill` writes values into KV, and `POST /empty` clears the results of a run.
 */
import { d1MigrationRuns } from "../../src/kv-migration/storage/runs.ts";
import { migrationWork } from "../../src/kv-migration/run-work.ts";
import { platformOf } from "../../src/platform/isolate.ts";
import type { MigrationOperations } from "../operation-counts.ts";
import { countingFirst, countingRows, watched } from "./counted-service/counting.ts";
import { planLoop } from "./plan-loop.ts";

export default {
  async fetch(request, env): Promise<Response> {
    switch (new URL(request.url).pathname) {
      case "/fill": {
        const values = await request.json<Record<string, unknown>>();
        const puts = Object.entries(values).map(([key, value]) =>
          env.BOOK_CACHE.put(key, JSON.stringify(value)),
        );
        await Promise.all(puts);
        return Response.json({});
      }
      case "/empty": {
        const tables = ["Books", "BookSearch", "MigratedKeys", "MigrationErrors", "MigrationRuns"];
        await env.DB.batch(tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
        return Response.json({});
      }
      case "/engine":
        return Response.json(await counted(env, engine));
      case "/plan":
        return Response.json(await counted(env, planLoop));
      default:
        return new Response(null, { status: 404 });
    }
  },
} satisfies ExportedHandler<Env>;

/** Runs a whole migration in one request; the service spreads it over alarms. */
async function engine(env: Env): Promise<number> {
  const now = (): number => Date.now();
  const runs = d1MigrationRuns(env.DB);
  const run = { runId: "bench", kind: "migration", prefix: "book:isbn:", dryRun: false } as const;
  await runs.start({ ...run, startedAt: now() });
  const { work } = migrationWork({ ...platformOf(env), now });
  while ((await work("migration")) === "more");
  return (await runs.latest("migration"))?.counts.migrated ?? 0;
}

async function counted(
  env: Env,
  move: (env: Env) => Promise<number>,
): Promise<MigrationOperations> {
  const counts = { kvReads: 0, d1Calls: 0, d1Batches: 0 };
  const rows = { read: 0, written: 0 };
  const statement = (prepared: D1PreparedStatement): D1PreparedStatement =>
    watched(prepared, (name, args, call) => {
      if (name === "bind") return statement(call() as D1PreparedStatement);
      counts.d1Calls += 1;
      if (name === "first") return countingFirst(prepared, args[0], rows);
      return countingRows(call() as Promise<D1Result>, rows);
    });
  const DB = watched(env.DB, (name, _args, call) => {
    if (name === "prepare") return statement(call() as D1PreparedStatement);
    counts.d1Calls += 1;
    if (name !== "batch") return call();
    counts.d1Batches += 1;
    return countingRows(call() as Promise<D1Result[]>, rows);
  });
  const BOOK_CACHE = watched(env.BOOK_CACHE, (name, _args, call) => {
    if (name === "get") counts.kvReads += 1;
    return call();
  });
  const moved = await move({ ...env, DB, BOOK_CACHE });
  return { moved, ...counts, d1RowsRead: rows.read, d1RowsWritten: rows.written };
}
