import { CLOCK_SKEW_MS, MINUTE_MS } from "../../platform/time.ts";
import { DurableObject } from "cloudflare:workers";
import type { RunKind } from "../domain/run.ts";
import type { MigrationWork } from "./connections.ts";

const KIND_KEY = "kind";
const FAILURES_KEY = "failures";
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = MINUTE_MS;

/**
 * Drives the runs: one Durable Object per kind, named after it, with an alarm that is set again until there is nothing
 * left to do. The run is stored in D1; the object only stores its number of consecutive failures. After a crash of the
 * process the platform runs the alarm again.
 */
export function kvMigration(connect: (env: Env) => MigrationWork) {
  return class KvMigration extends DurableObject<Env> {
    /** Starts working immediately. An alarm does not know the object's name, so the kind is a parameter. */
    async wake(kind: RunKind): Promise<void> {
      await this.ctx.storage.put(KIND_KEY, kind);
      await this.ctx.storage.delete(FAILURES_KEY);
      await this.ctx.storage.setAlarm(Date.now());
    }

    /**
     * Does the same unless an alarm is set. This check is free in the normal case. An alarm that
     * was set before the clock was set back does not count.
     */
    async ensureAwake(kind: RunKind): Promise<void> {
      const set = await this.ctx.storage.getAlarm();
      if (set === null || set > Date.now() + MAX_DELAY_MS + CLOCK_SKEW_MS) await this.wake(kind);
    }

    /** Never throws: the platform drops an alarm after six failures. */
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
        const continues = await failed(kind, error, failures).catch(() => true);
        delayMs = continues ? Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** failures) : undefined;
      } finally {
        if (delayMs !== undefined) await this.ctx.storage.setAlarm(Date.now() + delayMs);
      }
    }
  };
}
