import type { V4ModuleRule, V4WorkerOptions } from "miniflare";

/** The Worker as wrangler.jsonc declares it, in JSON: what a start needs of it without loading wrangler. */
export interface WorkerDescription {
  readonly name: string;
  readonly crons: readonly string[];
  /** The vars of wrangler.jsonc; neither .dev.vars nor the environment is in them. */
  readonly vars: Readonly<Record<string, unknown>>;
  /** Which files of a bundle are modules of what kind. */
  readonly modulesRules: readonly V4ModuleRule[];
  /** Bindings and compatibility settings. */
  readonly options: Partial<V4WorkerOptions>;
  readonly database: DatabaseDescription;
}

/** The D1 database that is migrated. */
export interface DatabaseDescription {
  /** `database_id`: local files are named after it. */
  readonly id: string;
  /** Relative to the project's folder. */
  readonly migrationsDir: string;
  /** Where the names of applied migrations are kept. */
  readonly migrationsTable: string;
}
