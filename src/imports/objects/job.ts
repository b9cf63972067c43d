import { isAhead, MINUTE_MS, SECOND_MS } from "../../platform/time.ts";
import { DurableObject } from "cloudflare:workers";
import type { StepOutcome } from "../domain/enrich/step.ts";
import type { WorkOutcome } from "../domain/job/work-on-job.ts";
import type { ImportWork } from "./connections.ts";
import { dismiss, join } from "../../platform/streams/hub.ts";
import { announce } from "./hub.ts";

const JOB_KEY = "job";
const FAILURES_KEY = "failures";
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = MINUTE_MS;
/** Interval of checks on a job that another worker is processing, or that waits for its providers. */
const WATCH_MS = 10 * SECOND_MS;
/**
 * Maximum time until an alarm while the job has work; after a kill of the service, the job resumes
 * within this time.
 */
const RESUME_MS = 2 * SECOND_MS;

/**
 * Drives the imports: one Durable Object per job, named by the job's id. Its alarm reschedules itself until the job has
 * ended. The job is stored in D1; the Durable Object stores only the job's id and the number of consecutive failures.
 *
 * The steps of the enrichment phase run here too, so a Durable Object that has just started knows that the holder of a lease
 * on its job was killed with its predecessor.
 */
export function importJob(connect: (env: Env) => ImportWork) {
  return class ImportJob extends DurableObject<Env> {
    /** Frees the lease of the predecessor; undefined until the first step, and after a failure. */
    #freed: Promise<void> | undefined;
    /**
     * Until when steps of the enrichment phase follow one another, unless one finds nothing to do;
     * ms since the epoch.
     */
    #busyUntil = Date.now() + WATCH_MS;
    /** The next check of a job that another worker is processing, ms since the epoch. */
    #checkDue = 0;

    /** Starts work immediately. Stores the job's id, because an alarm does not know the name of its Durable Object. */
    async wake(jobId: string): Promise<void> {
      await this.ctx.storage.put(JOB_KEY, jobId);
      await this.ctx.storage.delete(FAILURES_KEY);
      this.#checkDue = 0;
      await this.ctx.storage.setAlarm(Date.now());
    }

    /** Schedules work in two seconds unless an alarm is set; one that is too far ahead was set before the clock was set back. Called before work is written, so that none is lost. */
    async ensureAwake(jobId: string): Promise<void> {
      this.#checkDue = 0;
      const set = await this.ctx.storage.getAlarm();
      if (set !== null && isAhead(set, MAX_DELAY_MS, Date.now())) return;
      await this.ctx.storage.put(JOB_KEY, jobId);
      await this.ctx.storage.setAlarm(Date.now() + RESUME_MS);
    }

    /**
     * Runs one step of the enrichment phase, or none while another call runs one, because the lease
     * on the job admits only one.
     */
    async enrich(jobId: string): Promise<StepOutcome> {
      const { enrich, freeLease } = connect(this.env);
      this.#freed ??= freeLease(jobId);
      try {
        await this.#freed;
      } catch (error) {
        this.#freed = undefined;
        throw error;
      }
      this.#busyUntil = Date.now() + WATCH_MS;
      const outcome = await enrich(jobId, () => this.announce(jobId));
      const isBusy = outcome.kind === "again" && outcome.afterMs === 0;
      this.#busyUntil = isBusy ? Date.now() + WATCH_MS : 0;
      return outcome;
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
      dismiss(this.ctx, "The import was deleted.");
      await this.ctx.storage.deleteAlarm();
      await this.ctx.storage.deleteAll();
    }

    /**
     * Whether steps of the enrichment phase follow one another without the alarm, which then only
     * has to catch failures.
     */
    #isBusy(): boolean {
      return isAhead(this.#busyUntil, WATCH_MS, Date.now());
    }

    /** The delay of the next alarm; undefined for none. */
    #delayAfter(outcome: WorkOutcome): number | undefined {
      switch (outcome) {
        case "more":
          return 0;
        case "later":
          return FIRST_DELAY_MS;
        case "idle":
          return undefined;
        case "watch":
          this.#checkDue = Date.now() + WATCH_MS;
          return this.#isBusy() ? RESUME_MS : WATCH_MS;
      }
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
      if (this.#isBusy() && isAhead(this.#checkDue, WATCH_MS, Date.now())) {
        await this.#setAlarm(RESUME_MS);
        return;
      }
      const { work, failed } = connect(this.env);
      const before = (await this.ctx.storage.get<number>(FAILURES_KEY)) ?? 0;
      let delayMs: number | undefined = FIRST_DELAY_MS;
      try {
        delayMs = this.#delayAfter(await work(jobId, before, () => this.announce(jobId)));
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
