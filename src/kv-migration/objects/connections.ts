import type { RunKind } from "../domain/run.ts";

/** What the object is connected to. */
export interface MigrationWork {
  /** Takes the run that is on some pages further; `idle` when there is nothing to do. May throw. */
  work(kind: RunKind): Promise<"more" | "idle">;
  /** Told of each failure in a row, counted from 1; `false` when the run has been given up. */
  failed(kind: RunKind, error: unknown, failures: number): Promise<boolean>;
}
