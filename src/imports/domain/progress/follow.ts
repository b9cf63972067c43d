import { isTerminal, type Job, type JobEvent, type JobProgress } from "../job/job.ts";

/** One thing that a follower of a job is told. */
export interface News {
  /** Its number in the history of the job; absent when the news is the present state and not an event. */
  id?: number;
  event: "snapshot" | JobEvent["type"];
  progress: JobProgress;
}

/** What following a job needs. */
export interface FollowDeps {
  /** The job as it now is; undefined when it is gone. */
  readJob(): Promise<Job | undefined>;
  /** What happened after an event, oldest first, at most a page of it. */
  eventsAfter(seq: number): Promise<JobEvent[]>;
  /**
   * Waits until something may have happened: events as they are announced, an empty list for a look into the history, or
   * nothing when the follower has gone or has been here long enough.
   */
  next(): Promise<readonly JobEvent[] | undefined>;
  /** Passes news on, all of one page together. `false` when nobody listens any more. */
  tell(news: readonly News[]): Promise<boolean>;
}

/** Where a follower begins. */
export type Start =
  /** He was told everything, and nothing more can come. */
  | { kind: "nothing_new" }
  | { kind: "from_now"; job: Job }
  /** Behind the event `seq`. */
  | { kind: "behind"; job: Job; seq: number };

/**
 * Where to begin for a follower who says which event he saw last.
 * @param lastEventId as it came; what is no number of an event of this job counts as none
 */
export function startOf(job: Job, lastEventId: string | undefined): Start {
  const seq = /^\d{1,15}$/.test(lastEventId ?? "") ? Number(lastEventId) : undefined;
  if (seq === undefined || seq > job.seq) return { kind: "from_now", job };
  if (seq === job.seq && isTerminal(job.state)) return { kind: "nothing_new" };
  return { kind: "behind", job, seq };
}

/**
 * Tells a follower what happens to a job, every event once and in order, until its attempt has ended. The follower must
 * hear of new events before this begins: then nothing can fall between what was read and what is announced.
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
    if (events === undefined || !(await follower.hear(events))) return;
  }
}

/** Every step says whether there is more to come. */
class Follower {
  lastSeq = 0;
  #attempt: number;
  /** The history went so far when this began. */
  readonly #writtenSeq: number;
  readonly #deps: FollowDeps;

  constructor(deps: FollowDeps, { attempt, seq }: Job) {
    this.#deps = deps;
    this.#attempt = attempt;
    this.#writtenSeq = seq;
  }

  /** Tells the present state, and the end if it is one. */
  async snapshot(job: Job): Promise<boolean> {
    this.lastSeq = job.seq;
    this.#attempt = job.attempt;
    const news: News[] = [{ event: "snapshot", progress: job }];
    const hasEnded = isTerminal(job.state);
    if (isTerminal(job.state)) news.push({ id: job.seq, event: job.state, progress: job });
    return (await this.#deps.tell(news)) && !hasEnded;
  }

  /** Tells what is in the history, page by page. */
  async catchUp(): Promise<boolean> {
    for (;;) {
      const events = await this.#deps.eventsAfter(this.lastSeq);
      if (events.length === 0 && this.lastSeq >= this.#writtenSeq) return true;
      const isWhole = events[0]?.seq === this.lastSeq + 1;
      if (!(isWhole ? await this.#pass(events) : await this.#missed())) return false;
    }
  }

  /** Takes announced events; those in between that were not heard of are in the history. */
  async hear(events: readonly JobEvent[]): Promise<boolean> {
    const fresh = events.filter(({ seq }) => seq > this.lastSeq);
    if (events.length > 0 && fresh.length === 0) return true;
    const isNext = fresh.every(({ seq }, index) => seq === this.lastSeq + 1 + index);
    if (fresh.length > 0 && isNext) return this.#pass(fresh);
    return this.catchUp();
  }

  /** Part of the history is deleted: the present state says what it came to. */
  async #missed(): Promise<boolean> {
    const job = await this.#deps.readJob();
    return job !== undefined && (await this.snapshot(job));
  }

  async #pass(events: readonly JobEvent[]): Promise<boolean> {
    const news: News[] = [];
    let hasEnded = false;
    for (const { seq, attempt, type, progress } of events) {
      this.lastSeq = seq;
      this.#attempt = Math.max(this.#attempt, attempt);
      const ends = type !== "progress";
      // An end that the reader himself has undone by a new attempt is none any more.
      if (ends && attempt < this.#attempt) continue;
      news.push({ id: seq, event: type, progress });
      hasEnded = ends;
      if (hasEnded) break;
    }
    return (news.length === 0 || (await this.#deps.tell(news))) && !hasEnded;
  }
}
