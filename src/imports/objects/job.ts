import { isAhead, MINUTE_MS } from "../../platform/time.ts";
import { DurableObject } from "cloudflare:workers";
import type { WorkOutcome } from "../domain/job/work-on-job.ts";
import type { ImportWork } from "./connections.ts";
import { join } from "../../platform/streams/hub.ts";
import { announce } from "./hub.ts";

const JOB_KEY = "job";
const FAILURES_KEY = "failures";
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = MINUTE_MS;
/** Interval of checks on a job that another worker is processing. */
const WATCH_MS = 10_000;

const DELAYS: Readonly<Record<WorkOutcome, number | undefined>> = {
  more: 0,
  later: FIRST_DELAY_MS,
  watch: WATCH_MS,
  idle: undefined,
};

/**
 * Drives the imports: one Durable Object per job, named by the job's id. Its alarm reschedules itself until the job has
 * ended. The job is stored in D1; the Durable Object stores only the job's id and the number of consecutive failures.
 */
export function importJob(connect: (env: Env) => ImportWork) {
  return class ImportJob extends DurableObject<Env> {
    /** Starts work immediately. Stores the job's id, because an alarm does not know the name of its Durable Object. */
    async wake(jobId: string): Promise<void> {
      await this.ctx.storage.put(JOB_KEY, jobId);
      await this.ctx.storage.delete(FAILURES_KEY);
      await this.ctx.storage.setAlarm(Date.now());
    }

    /** Schedules work in ten seconds unless an alarm is set; one that is too far ahead was set before the clock was set back. Called before work is written, so that none is lost. */
    async ensureAwake(jobId: string): Promise<void> {
      const set = await this.ctx.storage.getAlarm();
      if (set !== null && isAhead(set, MAX_DELAY_MS, Date.now())) return;
      await this.ctx.storage.put(JOB_KEY, jobId);
      await this.ctx.storage.setAlarm(Date.now() + WATCH_MS);
    }

    /** Announces events that were written outside this Durable Object. */
    async announce(jobId: string): Promise<void> {
      await announce(this.ctx, connect(this.env).history(jobId));
    }

    /** Connects a follower that the caller has authorised: 101, or 429 when there are too many. */
    override fetch(): Response {
      return join(this.ctx, connect(this.env).streamsPerJob);
    }

    /** Ignores messages: followers only listen. */
    override webSocketMessage(): void {}

    override webSocketClose(socket: WebSocket): void {
      socket.close();
    }

    /** Deletes all state and disconnects all followers, because the job was deleted with its user. */
    async forget(): Promise<void> {
      for (const socket of this.ctx.getWebSockets()) socket.close(1000, "The import was deleted.");
      await this.ctx.storage.deleteAlarm();
      await this.ctx.storage.deleteAll();
    }

    /** Sets the next alarm unless an earlier one was set in the meantime. Without a delay, deletes all state. */
    async #setAlarm(delayMs: number | undefined): Promise<void> {
      const set = await this.ctx.storage.getAlarm();
      if (delayMs === undefined) {
        if (set === null) await this.ctx.storage.deleteAll();
        return;
      }
      const due = Date.now() + delayMs;
      if (set === null || set > due) await this.ctx.storage.setAlarm(due);
    }

    /** Never throws, because the platform gives up an alarm after six failures. */
    override async alarm(): Promise<void> {
      const jobId = await this.ctx.storage.get<string>(JOB_KEY);
      if (jobId === undefined) return;
      const { work, failed } = connect(this.env);
      const before = (await this.ctx.storage.get<number>(FAILURES_KEY)) ?? 0;
      let delayMs: number | undefined = FIRST_DELAY_MS;
      try {
        delayMs = DELAYS[await work(jobId, before, () => this.announce(jobId))];
        await this.ctx.storage.delete(FAILURES_KEY);
      } catch (error) {
        const failures = before + 1;
        await this.ctx.storage.put(FAILURES_KEY, failures);
        const continues = await failed(jobId, error, failures).catch(() => true);
        // A job that was given up has a new event. A follower that misses it finds it in the history.
        if (!continues) await this.announce(jobId).catch(() => undefined);
        delayMs = continues ? Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** failures) : undefined;
      } finally {
        await this.#setAlarm(delayMs);
      }
    }
  };
}
