import type {
  ProviderAnswer,
  ProviderFailed,
  ProviderSearchAnswer,
  TitleQuery,
} from "../provider.ts";
import { Canaries } from "./canaries.ts";
import { judge, learnFrom, partsOf } from "./isolation.ts";
import {
  deliver,
  failAll,
  isImage,
  makeCall,
  openCall,
  TIMEOUT,
  type Call,
  type Reply,
} from "./call.ts";
import { Gate } from "./gate.ts";
import { InFlight } from "./in-flight.ts";
import { Instruments } from "./instruments.ts";
import { backoffMs, isTransient, MAX_ATTEMPTS, outcomeOf } from "./outcome.ts";
import type { AskOptions, Desk, DeskDeps, DeskStatus } from "./ports.ts";
import { WakeUp } from "./wake-up.ts";
import { WorkQueue } from "./work-queue.ts";
import {
  dismiss,
  lastStart,
  lookupJob,
  searchJob,
  searchKey,
  spenderOf,
  waiterFor,
  type Job,
  type Load,
  type Waiter,
} from "./work.ts";
import { defined } from "../../../platform/defined.ts";

/** The time budget of a user's whole lookup, on which the status is based. */
const SCAN_BUDGET_MS = 5_000;

/** Creates the rate-limited gateway to one provider and restores its persisted state from storage. */
export function createDesk(deps: DeskDeps): Desk {
  return new OneDesk(deps);
}

class OneDesk implements Desk {
  readonly #deps: DeskDeps;
  readonly #gate: Gate;
  readonly #queue: WorkQueue;
  readonly #canaries: Canaries | undefined;
  readonly #inFlight = new InFlight();
  readonly #instruments: Instruments;
  readonly #wakeUp: WakeUp;

  constructor(deps: DeskDeps) {
    this.#deps = deps;
    const record = deps.storage.load();
    this.#gate = new Gate(deps.limits, record, deps.now());
    if (deps.provider.usesCanaries) {
      this.#canaries = new Canaries(record?.canaries, deps.seedCanaries);
    }
    this.#queue = new WorkQueue(deps.provider.maxBatch);
    this.#instruments = new Instruments(deps.metrics, deps.provider.id);
    this.#wakeUp = new WakeUp({ ...deps, fire: () => this.#tick() });
  }

  lookup(isbn: string, options: AskOptions): Promise<ProviderAnswer> {
    return new Promise((resolve) => {
      const now = this.#deps.now();
      const waiter = waiterFor<ProviderAnswer>(options, now, resolve);
      if (this.#rejects(waiter, now)) return;
      const known = this.#find(isbn);
      const job = known?.kind === "lookup" ? known : lookupJob(isbn, waiter.lane, now);
      job.waiters.push(waiter);
      this.#take(job, waiter, now);
    });
  }

  search(query: TitleQuery, options: AskOptions): Promise<ProviderSearchAnswer> {
    return new Promise((resolve) => {
      const now = this.#deps.now();
      const waiter = waiterFor<ProviderSearchAnswer>(options, now, resolve);
      if (this.#rejects(waiter, now)) return;
      const known = this.#find(searchKey(query));
      const job = known?.kind === "search" ? known : searchJob(query, waiter.lane, now);
      job.waiters.push(waiter);
      this.#take(job, waiter, now);
    });
  }

  status(): DeskStatus {
    const now = this.#deps.now();
    const refusal = this.#gate.refusal({ spender: "live", deadline: now + SCAN_BUDGET_MS }, now);
    const quota = this.#gate.quota(now);
    const { denied } = this.#gate;
    return {
      provider: this.#deps.provider.id,
      breaker: this.#gate.breaker,
      ...(denied && { denied: { since: denied.since, ...defined({ status: denied.status }) } }),
      ...defined({ refusesForMs: refusal?.retryAfterMs }),
      queued: { scan: this.#queue.size("scan"), import: this.#queue.size("import") },
      inFlight: this.#inFlight.size,
      ...defined({ quota }),
    };
  }

  #find(key: string): Job | undefined {
    return this.#inFlight.get(key) ?? this.#queue.get(key);
  }

  /** Rejects a caller that cannot be served in time. @returns whether it was rejected */
  #rejects(waiter: Waiter, now: number): boolean {
    const refusal = this.#refusal(waiter, now, now);
    if (refusal !== undefined) waiter.resolve(refusal);
    return refusal !== undefined;
  }

  #take(job: Job, waiter: Waiter, now: number): void {
    if (this.#inFlight.get(job.key) === job) this.#inFlight.join(job, waiter.lane);
    else this.#queue.join(job, waiter.lane, now);
    this.#wakeUp.by(Math.min(this.#startCalls(now), lastStart(waiter)));
  }

  /** Handles everything that is due, and sets the timer for the next event. */
  #tick(): void {
    const now = this.#deps.now();
    for (const call of this.#inFlight.overdue(now))
      this.#end(call, failAll(call.load, TIMEOUT), now);
    this.#inFlight.dismissLate(now);
    this.#dismissQueued(now);
    const startAt = this.#startCalls(now);
    this.#wakeUp.at(Math.min(startAt, this.#queue.nextEvent(), this.#inFlight.nextEvent()));
  }

  /**
   * Starts all calls that may start now.
   * @returns when more may start; Infinity if nothing is waiting for a time
   */
  #startCalls(now: number): number {
    for (;;) {
      const next = this.#queue.next(now);
      if (next.kind === "empty") return Infinity;
      const opensAt = this.#gate.opensAt(now);
      if (next.kind === "wait") return Math.max(next.until, opensAt);
      if (!this.#inFlight.hasRoom(next.carriesScan)) return Infinity;
      if (opensAt > now) return opensAt;
      this.#start(next.load, next.carriesScan, now);
      // That call may have used up the quota, or be the breaker's probe.
      this.#dismissQueued(now);
    }
  }

  #start(load: Load, carriesScan: boolean, now: number): void {
    const breaker = this.#gate.breaker;
    const permit = this.#gate.begin(spenderOf(load), now);
    this.#instruments.breaker(breaker, this.#gate.breaker);
    this.#save(now);
    const call = openCall(load, permit, carriesScan, now);
    for (const job of load.jobs) {
      this.#queue.remove(job);
      job.attempts += 1;
    }
    this.#inFlight.add(call);
    this.#instruments.started(call);
    void this.#run(call);
  }

  async #run(call: Call): Promise<void> {
    const { provider, report, now } = this.#deps;
    const canary = call.load.kind === "lookup" ? await this.#canaries?.pick() : undefined;
    if (canary !== undefined) call.canary = canary;
    const replies = await makeCall(call, provider, (error) => report("provider_threw", error));
    this.#end(call, replies, now());
    this.#tick();
  }

  #end(call: Call, replies: readonly Reply[], now: number): void {
    // An abandoned call has already been answered.
    if (!this.#inFlight.remove(call)) return;
    const { permit, timeoutMs } = call;
    const { random } = this.#deps;
    const breaker = this.#gate.breaker;
    const verdict = this.#canaries && judge(call, replies, this.#canaries);
    if (this.#canaries) learnFrom(call, replies, this.#canaries);
    const outcome = outcomeOf(
      replies.map(({ answer }) => answer),
      verdict?.isolating,
    );
    this.#gate.end(permit, outcome, { now, timeoutMs, random, isImage: isImage(call) });
    this.#instruments.breaker(breaker, this.#gate.breaker);
    this.#instruments.ended(call, outcome, now);
    if (outcome.kind === "failed" || permit.probe) this.#save(now);
    // One pause for the whole batch, so that it is retried as one batch.
    const retryAt = now + backoffMs(call.load.jobs[0]?.attempts ?? 1, random);
    const again = this.#askInParts(call, replies, now);
    for (const reply of replies) {
      if (!again.has(reply.job)) this.#conclude(reply, retryAt, now);
    }
    if (verdict?.prove !== undefined) this.#prove(verdict.prove);
  }

  /** Repeats the questions of an inconclusive answer in parts. @returns those questions */
  #askInParts(call: Call, replies: readonly Reply[], now: number): ReadonlySet<Job> {
    const jobs = this.#canaries ? partsOf(call, replies, this.#canaries).flat() : [];
    for (const job of jobs) {
      // Only the part was tried, not the book, so all retries are left for other failures.
      job.attempts = 1;
      this.#queue.retry(job, now);
    }
    return new Set(jobs);
  }

  /** Asks for a book that the provider is known to have, to find out whether it works. */
  #prove(canary: string): void {
    void this.lookup(canary, { lane: "scan", budgetMs: SCAN_BUDGET_MS, account: true });
  }

  #conclude(reply: Reply, retryAt: number, now: number): void {
    const { job, answer } = reply;
    if (answer.kind !== "failed") {
      deliver(reply);
    } else if (isTransient(answer) && job.attempts < MAX_ATTEMPTS) {
      // Without its Retry-After, because the gate now tracks the remaining pause.
      job.failure = { kind: "failed", reason: answer.reason, ...statusOf(answer) };
      this.#queue.retry(job, retryAt);
    } else {
      dismiss(job, (waiter) => withWait(answer, this.#gate.refusal(waiter, now)));
    }
  }

  #dismissQueued(now: number): void {
    for (const job of this.#queue.jobs()) {
      dismiss(job, (waiter) => {
        const refusal = this.#refusal(waiter, Math.max(now, job.notBefore), now);
        return refusal && job.failure ? withWait(job.failure, refusal) : refusal;
      });
      if (job.waiters.length === 0) this.#queue.remove(job);
    }
  }

  /** Why a caller whose question cannot be sent before `sendAt` cannot be served in time. */
  #refusal(waiter: Waiter, sendAt: number, now: number): ProviderFailed | undefined {
    const refusal = this.#gate.refusal(waiter, now) ?? this.#tooLate(waiter, sendAt);
    if (refusal !== undefined) this.#instruments.refused(waiter, refusal);
    return refusal;
  }

  #tooLate(waiter: Waiter, sendAt: number): ProviderFailed | undefined {
    if (sendAt < lastStart(waiter)) return undefined;
    const retryAfterMs = Math.ceil(this.#queue.callsAhead(waiter.lane) * this.#gate.intervalMs);
    return { kind: "failed", reason: "budget_spent", retryAfterMs };
  }

  /**
   * If the record cannot be written, the desk enforces the limits from memory; only a restart at
   * that moment could exceed them.
   */
  #save(now: number): void {
    try {
      const canaries = this.#canaries?.known();
      this.#deps.storage.save({ ...this.#gate.record(now), ...defined({ canaries }) });
    } catch (error) {
      this.#deps.report("record_not_saved", error);
    }
  }
}

/** Adds a retry delay to a failure, unless the provider has given one. */
function withWait(failure: ProviderFailed, refusal: ProviderFailed | undefined): ProviderFailed {
  const retryAfterMs = failure.retryAfterMs ?? refusal?.retryAfterMs;
  return retryAfterMs === undefined ? failure : { ...failure, retryAfterMs };
}

function statusOf({ status }: ProviderFailed): { status?: number } {
  return defined({ status });
}
