import { defined } from "../../../platform/defined.ts";
import type {
  Provider,
  ProviderAnswer,
  ProviderFailed,
  ProviderSearchAnswer,
} from "../provider.ts";
import type { Permit } from "./gate.ts";
import type { Load, LookupJob, SearchJob } from "./work.ts";

/** A call that carries a scan is short, so that another provider can still be asked within the user's 5 s. */
const SCAN_CALL_MS = 3_000;
const IMPORT_CALL_MS = 10_000;
/**
 * A provider ends its call when the time is up; otherwise the call is abandoned after this grace
 * period.
 */
const GRACE_MS = 500;

/** A call under way. */
export interface Call {
  readonly load: Load;
  readonly permit: Permit;
  readonly carriesScan: boolean;
  readonly startedAt: number;
  readonly timeoutMs: number;
  /** When the call is abandoned in any case. */
  readonly endsBy: number;
  /** The canary that the call carries; set when it is sent. */
  canary?: string;
}

/** The answer for one job. */
export type Reply =
  | { readonly kind: "lookup"; readonly job: LookupJob; readonly answer: ProviderAnswer }
  | { readonly kind: "search"; readonly job: SearchJob; readonly answer: ProviderSearchAnswer };

/** The answer for an abandoned call, and for a caller whose time ended during a call. */
export const TIMEOUT: ProviderFailed = { kind: "failed", reason: "timeout" };

const BAD_ANSWER: ProviderFailed = { kind: "failed", reason: "bad_answer" };

/**
 * Sets a call's timeout: no longer than its last caller waits. A probe is as short as a scan, because all callers wait
 * for it.
 */
export function openCall(load: Load, permit: Permit, carriesScan: boolean, now: number): Call {
  const cap = carriesScan || permit.probe ? SCAN_CALL_MS : IMPORT_CALL_MS;
  const deadlines = load.jobs.flatMap((job) => job.waiters.map(({ deadline }) => deadline));
  const timeoutMs = Math.min(cap, Math.max(...deadlines) - now);
  return {
    load,
    permit,
    carriesScan,
    startedAt: now,
    timeoutMs,
    endsBy: now + timeoutMs + GRACE_MS,
  };
}

/** Makes the call. A provider that throws or omits an ISBN has returned a bad answer. */
export async function makeCall(
  { load, timeoutMs, canary }: Call,
  provider: Provider,
  report: (error: unknown) => void,
): Promise<Reply[]> {
  try {
    if (load.kind === "search") {
      const [job] = load.jobs;
      return [{ kind: "search", job, answer: await provider.search(job.query, { timeoutMs }) }];
    }
    const isbns = load.jobs.map(({ isbn }) => isbn);
    const answers = await provider.lookup(isbns, { timeoutMs, ...defined({ canary }) });
    return load.jobs.map((job) => ({
      kind: "lookup",
      job,
      answer: answers.get(job.isbn) ?? BAD_ANSWER,
    }));
  } catch (error) {
    report(error);
    return failAll(load, BAD_ANSWER);
  }
}

/** The same failure for every job of a call. */
export function failAll(load: Load, answer: ProviderFailed): Reply[] {
  if (load.kind === "search") return [{ kind: "search", job: load.jobs[0], answer }];
  return load.jobs.map((job) => ({ kind: "lookup", job, answer }));
}

/** Resolves every waiter of a job with the reply. */
export function deliver(reply: Reply): void {
  if (reply.kind === "search") reply.job.waiters.forEach((waiter) => waiter.resolve(reply.answer));
  else reply.job.waiters.forEach((waiter) => waiter.resolve(reply.answer));
}

/** Whether a call asks for an image. */
export function isImage({ load }: Call): boolean {
  return load.kind === "search" && load.jobs[0].query.image !== undefined;
}
