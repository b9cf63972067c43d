import type { Lane } from "../provider.ts";
import { MAX_BACKOFF_MS } from "./outcome.ts";
import { lastStart, type Job, type Load, type LookupJob } from "./work.ts";

/**
 * How long a lone question waits to be batched with others. The questions of an import's step
 * arrive over a longer time on a busy machine and are not urgent.
 */
const GATHER_MS: Readonly<Record<Lane, number>> = { scan: 20, import: 500 };

/** The next call to send, or when there will be one. */
export type Next =
  | { readonly kind: "ready"; readonly load: Load; readonly carriesScan: boolean }
  | { readonly kind: "wait"; readonly until: number }
  | { readonly kind: "empty" };

const EMPTY: Next = { kind: "empty" };

/** Records complete an already stored book, so an import's questions are asked before them. */
function isForLater(job: Job): boolean {
  if (job.kind !== "search" || job.lane === "scan") return false;
  return job.query.workRecord !== undefined || job.query.isbn13 !== undefined;
}

/**
 * Unsent questions: scans before imports before records, and in each lane retries first, then first come, first served.
 */
export class WorkQueue {
  readonly #maxBatch: number;
  readonly #retried: Readonly<Record<Lane, Map<string, Job>>> = {
    scan: new Map(),
    import: new Map(),
  };
  readonly #fresh: Readonly<Record<Lane, Map<string, Job>>> = {
    scan: new Map(),
    import: new Map(),
  };

  readonly #records = new Map<string, Job>();

  /** @param maxBatch maximum number of lookups per call, at least 1. */
  constructor(maxBatch: number) {
    this.#maxBatch = maxBatch;
  }

  get(key: string): Job | undefined {
    return this.#ranks()
      .find((rank) => rank.has(key))
      ?.get(key);
  }

  /**
   * Adds a question that arrived in a lane. If it is already waiting it moves up to the better lane and is sent sooner.
   */
  join(job: Job, lane: Lane, now: number): void {
    const company = job.kind === "lookup" && this.#maxBatch > 1 ? GATHER_MS[lane] : 0;
    job.gatherUntil = Math.min(job.gatherUntil, now + company);
    if (this.get(job.key) !== undefined) {
      if (job.lane === lane || lane === "import") return;
      this.remove(job);
    }
    if (lane === "scan") job.lane = lane;
    this.#insert(job);
  }

  /** Requeues a question after a failed attempt, ahead of the fresh ones in its lane. It is not sent before `notBefore`. */
  retry(job: Job, notBefore: number): void {
    job.notBefore = notBefore;
    this.#insert(job);
  }

  remove(job: Job): void {
    for (const rank of this.#ranks()) rank.delete(job.key);
  }

  /** A copy of all waiting jobs: they may be removed during iteration. */
  jobs(): Job[] {
    return this.#ranks().flatMap((rank) => [...rank.values()]);
  }

  /** The number of waiting questions in a lane. */
  size(lane: Lane): number {
    const records = lane === "import" ? this.#records.size : 0;
    return this.#retried[lane].size + this.#fresh[lane].size + records;
  }

  /** The earliest time at which a waiting caller's question can no longer be sent; Infinity if no caller waits. */
  nextEvent(): number {
    let next = Infinity;
    for (const rank of this.#ranks()) {
      for (const { waiters } of rank.values()) {
        for (const waiter of waiters) next = Math.min(next, lastStart(waiter));
      }
    }
    return next;
  }

  /** The number of calls until a question that has just arrived in the lane is sent. */
  callsAhead(lane: Lane): number {
    const ahead = lane === "scan" ? this.size("scan") : this.size("scan") + this.size("import");
    return Math.max(1, Math.ceil(ahead / this.#maxBatch));
  }

  /** The next call's load. It stays in the queue until it is removed. */
  next(now: number): Next {
    this.#boundWaits(now);
    let earliest = Infinity;
    const lookups: LookupJob[] = [];
    for (const rank of this.#ranks()) {
      for (const job of rank.values()) {
        if (job.notBefore > now) {
          earliest = Math.min(earliest, job.notBefore);
        } else if (job.kind === "lookup") {
          if (lookups[0] !== undefined && lookups[0].part !== job.part) continue;
          lookups.push(job);
          if (lookups.length === this.#maxBatch) return ready({ kind: "lookup", jobs: lookups });
        } else if (lookups.length === 0) {
          return ready({ kind: "search", jobs: [job] });
        }
      }
    }
    if (lookups.length === 0)
      return earliest === Infinity ? EMPTY : { kind: "wait", until: earliest };
    const until = Math.min(...lookups.map(({ gatherUntil }) => gatherUntil));
    if (until <= now) return ready({ kind: "lookup", jobs: lookups });
    return { kind: "wait", until: Math.min(until, earliest) };
  }

  /** Keeps jobs from waiting for the clock to catch up after it was set back. */
  #boundWaits(now: number): void {
    for (const rank of this.#ranks()) {
      for (const job of rank.values()) {
        job.gatherUntil = Math.min(job.gatherUntil, now + GATHER_MS[job.lane]);
        job.notBefore = Math.min(job.notBefore, now + MAX_BACKOFF_MS);
      }
    }
  }

  #insert(job: Job): void {
    const lanes = job.attempts > 0 ? this.#retried : this.#fresh;
    (isForLater(job) ? this.#records : lanes[job.lane]).set(job.key, job);
  }

  #ranks(): readonly Map<string, Job>[] {
    const { scan, import: imports } = this.#fresh;
    return [this.#retried.scan, scan, this.#retried.import, imports, this.#records];
  }
}

function ready(load: Load): Next {
  return { kind: "ready", load, carriesScan: load.jobs.some(({ lane }) => lane === "scan") };
}
