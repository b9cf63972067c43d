import type { V4ModuleRule, V4WorkerOptions } from "miniflare";

/** The Worker as declared in wrangler.jsonc, stored as JSON so that a start does not need to load wrangler. */
export interface WorkerDescription {
  readonly name: string;
  readonly crons: readonly string[];
  /** The vars of wrangler.jsonc, without .dev.vars and the environment. */
  readonly vars: Readonly<Record<string, unknown>>;
  /** Globs that assign a module type to the files of a bundle. */
  readonly modulesRules: readonly V4ModuleRule[];
  /** Bindings and compatibility settings. */
  readonly options: Partial<V4WorkerOptions>;
  readonly database: DatabaseDescription;
}

/** The D1 database and its migrations. */
export interface DatabaseDescription {
  /** `database_id`. The local file is named after it. */
  readonly id: string;
  /** Relative to the project's folder. */
  readonly migrationsDir: string;
  /** Table with the names of the applied migrations. */
  readonly migrationsTable: string;
}
