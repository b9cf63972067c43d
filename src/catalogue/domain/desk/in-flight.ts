import type { Lane } from "../provider.ts";
import type { Call } from "./call.ts";
import { TIMEOUT } from "./call.ts";
import { dismiss, type Job } from "./work.ts";

/** A Worker has six connections. Two of them are never used for imports, so that no scan waits for one. */
const MAX_CALLS = 6;
const MAX_IMPORT_CALLS = 4;

/** The calls under way and their waiting callers. */
export class InFlight {
  readonly #calls = new Set<Call>();
  readonly #jobs = new Map<string, Job>();

  get size(): number {
    return this.#calls.size;
  }

  /** Whether one more call may be under way. */
  hasRoom(carriesScan: boolean): boolean {
    if (this.#calls.size >= MAX_CALLS) return false;
    if (carriesScan) return true;
    const imports = [...this.#calls].filter((call) => !call.carriesScan).length;
    return imports < MAX_IMPORT_CALLS;
  }

  add(call: Call): void {
    this.#calls.add(call);
    for (const job of call.load.jobs) this.#jobs.set(job.key, job);
  }

  /** Removes a call. @returns false if it was already removed. */
  remove(call: Call): boolean {
    if (!this.#calls.delete(call)) return false;
    for (const { key } of call.load.jobs) this.#jobs.delete(key);
    return true;
  }

  get(key: string): Job | undefined {
    return this.#jobs.get(key);
  }

  /** Adds a caller to a running job. A retry of the job uses the better lane. */
  join(job: Job, lane: Lane): void {
    if (lane === "scan") job.lane = lane;
  }

  /** Calls that the provider should have ended by now. */
  overdue(now: number): Call[] {
    return [...this.#calls].filter(({ endsBy }) => endsBy <= now);
  }

  /** Answers callers whose time is up; their calls continue for the others. */
  dismissLate(now: number): void {
    for (const job of this.#jobs.values()) {
      dismiss(job, ({ deadline }) => (deadline <= now ? TIMEOUT : undefined));
    }
  }

  /** The earliest deadline of a caller or call; Infinity if nothing is in flight. */
  nextEvent(): number {
    let next = Infinity;
    for (const { endsBy } of this.#calls) next = Math.min(next, endsBy);
    for (const { waiters } of this.#jobs.values()) {
      for (const { deadline } of waiters) next = Math.min(next, deadline);
    }
    return next;
  }
}
