import type { RunKind } from "../domain/run.ts";

/** Dependencies of the Durable Object. */
export interface MigrationWork {
  /** Continues the running run for some pages; `idle` when there is nothing to do. May throw. */
  work(kind: RunKind): Promise<"more" | "idle">;
  /** Called for each consecutive failure, counted from 1; `false` when the run has been given up. */
  failed(kind: RunKind, error: unknown, failures: number): Promise<boolean>;
}
