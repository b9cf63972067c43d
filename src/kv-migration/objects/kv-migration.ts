import { DurableObject } from "cloudflare:workers";
import type { RunKind } from "../domain/run.ts";
import { MINUTE_MS } from "../../platform/time.ts";

/** What the object is connected to. */
export interface MigrationWork {
  /** Takes the run that is on some pages further; `idle` when there is nothing to do. May throw. */
  work(kind: RunKind): Promise<"more" | "idle">;
  /** Told of each failure in a row, counted from 1; `false` when the run has been given up. */
  failed(kind: RunKind, error: unknown, failures: number): Promise<boolean>;
}

const KIND_KEY = "kind";
const FAILURES_KEY = "failures";
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = MINUTE_MS;

/**
 * Drives the runs: one object a kind, named after it, with an alarm that sets itself again until there is nothing left
 * to do. The run itself is in D1; the object holds only how often it failed in a row. A killed process starts the
 * alarm again by itself.
 */
export function kvMigration(connect: (env: Env) => MigrationWork) {
  return class KvMigration extends DurableObject<Env> {
    /** Goes to work at once. An alarm does not know the object's name, so it is told what kind of run is meant. */
    async wake(kind: RunKind): Promise<void> {
      await this.ctx.storage.put(KIND_KEY, kind);
      await this.ctx.storage.delete(FAILURES_KEY);
      await this.ctx.storage.setAlarm(Date.now());
    }

    /** The same, unless one is: a look after the object that costs nothing when all is well. */
    async ensureAwake(kind: RunKind): Promise<void> {
      if ((await this.ctx.storage.getAlarm()) === null) await this.wake(kind);
    }

    /** Never throws: the platform gives an alarm up after six failures. */
    override async alarm(): Promise<void> {
      const kind = (await this.ctx.storage.get<RunKind>(KIND_KEY)) ?? "migration";
      const { work, failed } = connect(this.env);
      let delayMs: number | undefined = FIRST_DELAY_MS;
      try {
        delayMs = (await work(kind)) === "more" ? 0 : undefined;
        await this.ctx.storage.delete(FAILURES_KEY);
      } catch (error) {
        const failures = ((await this.ctx.storage.get<number>(FAILURES_KEY)) ?? 0) + 1;
        await this.ctx.storage.put(FAILURES_KEY, failures);
        const goesOn = await failed(kind, error, failures).catch(() => true);
        delayMs = goesOn ? Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** failures) : undefined;
      } finally {
        if (delayMs !== undefined) await this.ctx.storage.setAlarm(Date.now() + delayMs);
      }
    }
  };
}
