import { MINUTE_MS } from "../../platform/time.ts";
import { DurableObject } from "cloudflare:workers";
import type { WorkOutcome } from "../domain/job/work-on-job.ts";
import type { ImportWork } from "./connections.ts";
import { announce, join } from "./import-hub.ts";

const JOB_KEY = "job";
const FAILURES_KEY = "failures";
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = MINUTE_MS;
/** While others work on the job it looks after them. */
const WATCH_MS = 10_000;

const DELAYS: Readonly<Record<WorkOutcome, number | undefined>> = {
  more: 0,
  later: FIRST_DELAY_MS,
  watch: WATCH_MS,
  idle: undefined,
};

/**
 * Drives the imports: one object a job, named by its id, with an alarm that sets itself again until the job has ended.
 * The job itself is in D1; the object holds only whose alarm it is and how often it failed in a row.
 */
export function importJob(connect: (env: Env) => ImportWork) {
  return class ImportJob extends DurableObject<Env> {
    /** Goes to work at once. An alarm does not know the object's name, so it is told which job is meant. */
    async wake(jobId: string): Promise<void> {
      await this.ctx.storage.put(JOB_KEY, jobId);
      await this.ctx.storage.delete(FAILURES_KEY);
      await this.ctx.storage.setAlarm(Date.now());
    }

    /** Goes to work in ten seconds unless it does so anyway: for whoever is about to give it work. */
    async ensureAwake(jobId: string): Promise<void> {
      if ((await this.ctx.storage.getAlarm()) !== null) return;
      await this.ctx.storage.put(JOB_KEY, jobId);
      await this.ctx.storage.setAlarm(Date.now() + WATCH_MS);
    }

    /** For whoever has written something about the job elsewhere. */
    async announce(jobId: string): Promise<void> {
      await announce(this.ctx, connect(this.env).history(jobId));
    }

    /** Joins a follower, whom the caller has checked: 101, or 429 when there are too many. */
    override fetch(): Response {
      return join(this.ctx, connect(this.env).streamsPerJob);
    }

    /** Followers have nothing to say. */
    override webSocketMessage(): void {}

    override webSocketClose(socket: WebSocket): void {
      socket.close();
    }

    /** The job's user is gone, and everything of the job with him. */
    async forget(): Promise<void> {
      for (const socket of this.ctx.getWebSockets()) socket.close(1000, "The import is deleted.");
      await this.ctx.storage.deleteAlarm();
      await this.ctx.storage.deleteAll();
    }

    /** Somebody may have set an earlier alarm meanwhile: that one stays. What has ended leaves nothing behind. */
    async #setAlarm(delayMs: number | undefined): Promise<void> {
      const set = await this.ctx.storage.getAlarm();
      if (delayMs === undefined) {
        if (set === null) await this.ctx.storage.deleteAll();
        return;
      }
      const due = Date.now() + delayMs;
      if (set === null || set > due) await this.ctx.storage.setAlarm(due);
    }

    /** Never throws: the platform gives an alarm up after six failures. */
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
        const goesOn = await failed(jobId, error, failures).catch(() => true);
        // That it was given up is news, too; whoever misses it finds it in the history.
        if (!goesOn) await this.announce(jobId).catch(() => undefined);
        delayMs = goesOn ? Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** failures) : undefined;
      } finally {
        await this.#setAlarm(delayMs);
      }
    }
  };
}
