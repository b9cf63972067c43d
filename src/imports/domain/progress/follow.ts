import { isTerminal, type Job, type JobEvent, type JobProgress } from "../job/job.ts";

/** One update that is sent to a follower of a job. */
export interface JobUpdate {
  /** Number of the event in the job's history; absent for a snapshot, which is not an event. */
  id?: number;
  event: "snapshot" | JobEvent["type"];
  progress: JobProgress;
}

/** Ports of `followJob`. */
export interface FollowDeps {
  /** Reads the current state of the job; undefined when it has been deleted. */
  readJob(): Promise<Job | undefined>;
  /** Reads the events after `seq`, oldest first, at most one page. */
  eventsAfter(seq: number): Promise<JobEvent[]>;
  /**
   * Waits for the next activity: announced events, or an empty list as a prompt to read the history. Returns undefined when
   * the follower has disconnected or has reached its maximum duration.
   */
  next(): Promise<readonly JobEvent[] | undefined>;
  /** Sends all updates of one page together. Returns `false` when the follower has disconnected. */
  send(updates: readonly JobUpdate[]): Promise<boolean>;
}

/** Where a follower starts. */
export type Start =
  /** The follower has seen every event, and no more can follow. */
  | { kind: "nothing_new" }
  | { kind: "from_now"; job: Job }
  /** After the event `seq`. */
  | { kind: "behind"; job: Job; seq: number };

/**
 * Determines the start for a follower that reports the last event it has seen.
 * @param lastEventId as received; anything but the number of an existing event of this job is ignored
 */
export function startOf(job: Job, lastEventId: string | undefined): Start {
  const seq = /^\d{1,15}$/.test(lastEventId ?? "") ? Number(lastEventId) : undefined;
  if (seq === undefined || seq > job.seq) return { kind: "from_now", job };
  if (seq === job.seq && isTerminal(job.state)) return { kind: "nothing_new" };
  return { kind: "behind", job, seq };
}

/**
 * Sends a follower every event of a job, once and in order, until the attempt has ended. The follower must be subscribed to
 * announcements before this call, so that no event is missed between reading the history and the first announcement.
 */
export async function followJob(
  start: Exclude<Start, { kind: "nothing_new" }>,
  deps: FollowDeps,
): Promise<void> {
  const { job } = start;
  const follower = new Follower(deps, job);
  if (start.kind === "from_now") {
    if (!(await follower.snapshot(job))) return;
  } else {
    follower.lastSeq = start.seq;
  }
  if (!(await follower.catchUp())) return;
  for (;;) {
    const events = await deps.next();
    if (events === undefined || !(await follower.receive(events))) return;
  }
}

/** The position of one follower. Every method returns whether more updates can follow. */
class Follower {
  lastSeq = 0;
  #attempt: number;
  /** Last event in the history when the follower started. */
  readonly #writtenSeq: number;
  readonly #deps: FollowDeps;

  constructor(deps: FollowDeps, { attempt, seq }: Job) {
    this.#deps = deps;
    this.#attempt = attempt;
    this.#writtenSeq = seq;
  }

  /** Sends the current state, followed by the event that ended the attempt if it has ended. */
  async snapshot(job: Job): Promise<boolean> {
    this.lastSeq = job.seq;
    this.#attempt = job.attempt;
    const updates: JobUpdate[] = [{ event: "snapshot", progress: job }];
    const hasEnded = isTerminal(job.state);
    if (isTerminal(job.state)) updates.push({ id: job.seq, event: job.state, progress: job });
    return (await this.#deps.send(updates)) && !hasEnded;
  }

  /** Sends the rest of the history, page by page. */
  async catchUp(): Promise<boolean> {
    for (;;) {
      const events = await this.#deps.eventsAfter(this.lastSeq);
      if (events.length === 0 && this.lastSeq >= this.#writtenSeq) return true;
      const isComplete = events[0]?.seq === this.lastSeq + 1;
      if (!(isComplete ? await this.#forward(events) : await this.#skipGap())) return false;
    }
  }

  /** Handles announced events. If earlier ones were missed, they are read from the history. */
  async receive(events: readonly JobEvent[]): Promise<boolean> {
    const fresh = events.filter(({ seq }) => seq > this.lastSeq);
    if (events.length > 0 && fresh.length === 0) return true;
    const isNext = fresh.every(({ seq }, index) => seq === this.lastSeq + 1 + index);
    if (fresh.length > 0 && isNext) return this.#forward(fresh);
    return this.catchUp();
  }

  /** Sends the current state in place of events that have been deleted from the history. */
  async #skipGap(): Promise<boolean> {
    const job = await this.#deps.readJob();
    return job !== undefined && (await this.snapshot(job));
  }

  async #forward(events: readonly JobEvent[]): Promise<boolean> {
    const updates: JobUpdate[] = [];
    let hasEnded = false;
    for (const { seq, attempt, type, progress } of events) {
      this.lastSeq = seq;
      this.#attempt = Math.max(this.#attempt, attempt);
      const ends = type !== "progress";
      // The end of an earlier attempt no longer counts once the user has started a new attempt.
      if (ends && attempt < this.#attempt) continue;
      updates.push({ id: seq, event: type, progress });
      hasEnded = ends;
      if (hasEnded) break;
    }
    return (updates.length === 0 || (await this.#deps.send(updates))) && !hasEnded;
  }
}
