/**
 * Loaded with `--import` into the wrangler process that builds the Worker. After a successful build it writes the
 * `WorkerDescription` to the path in `WORKER_DESCRIPTION`. It runs in the same process because loading wrangler takes as long
 * as the build.
 */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type Wrangler from "wrangler";
import { PROJECT_ROOT } from "../settings.ts";
import type { WorkerDescription } from "./description.ts";

const file = process.env["WORKER_DESCRIPTION"] ?? "";

process.once("exit", (code) => {
  if (code === 0) writeFileSync(file, JSON.stringify(describe()));
});

function describe(): WorkerDescription {
  // Already in the module cache.
  const wrangler = createRequire(import.meta.url)("wrangler") as typeof Wrangler;
  const config = wrangler.unstable_readConfig({ config: join(PROJECT_ROOT, "wrangler.jsonc") });
  const { modulesRules = [], ...options } =
    wrangler.unstable_getMiniflareWorkerOptions(config).workerOptions;
  const [database] = config.d1_databases;
  if (database?.database_id === undefined) {
    throw new Error("wrangler.jsonc has no D1 database with an id.");
  }
  return {
    // Durable Objects are stored under the Worker's name, so it must be the name that wrangler uses.
    name: config.name ?? "worker",
    crons: config.triggers.crons ?? [],
    vars: config.vars,
    modulesRules,
    // The checkout may be moved, bindings may include secrets from .dev.vars, and assets have a separate worker here.
    options: Object.fromEntries(
      Object.entries(options).filter(
        ([name]) => !["rootPath", "bindings", "assets"].includes(name),
      ),
    ),
    database: {
      id: database.database_id,
      migrationsDir: database.migrations_dir ?? "migrations",
      migrationsTable: database.migrations_table ?? "d1_migrations",
    },
  };
}
