import type {
  Provider,
  ProviderAnswer,
  ProviderFailed,
  ProviderSearchAnswer,
} from "../provider.ts";
import type { Permit } from "./gate.ts";
import type { Load, LookupJob, SearchJob } from "./work.ts";

/** A call that carries a scan is short, so that another provider can still be asked within the reader's 5 s. */
const SCAN_CALL_MS = 3_000;
const IMPORT_CALL_MS = 10_000;
/** A provider ends its call itself when the time is up; one that does not is given up after this. */
const GRACE_MS = 500;

/** A call under way. */
export interface Call {
  readonly load: Load;
  readonly permit: Permit;
  readonly carriesScan: boolean;
  readonly startedAt: number;
  readonly timeoutMs: number;
  /** When it is given up, whatever the provider does. */
  readonly endsBy: number;
}

/** What came back for one job. */
export type Reply =
  | { readonly kind: "lookup"; readonly job: LookupJob; readonly answer: ProviderAnswer }
  | { readonly kind: "search"; readonly job: SearchJob; readonly answer: ProviderSearchAnswer };

/** A call that had to be given up, and a caller whose time ended during one. */
export const TIMEOUT: ProviderFailed = { kind: "failed", reason: "timeout" };

const BAD_ANSWER: ProviderFailed = { kind: "failed", reason: "bad_answer" };

/** A call's terms: never longer than anybody waits for it, and a probe as short as a scan, because all wait for it. */
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

/** Makes the call. A provider that throws, or passes over an ISBN, has given a bad answer. */
export async function makeCall(
  { load, timeoutMs }: Call,
  provider: Provider,
  report: (error: unknown) => void,
): Promise<Reply[]> {
  try {
    if (load.kind === "search") {
      const [job] = load.jobs;
      return [{ kind: "search", job, answer: await provider.search(job.query, { timeoutMs }) }];
    }
    const isbns = load.jobs.map(({ isbn }) => isbn);
    const answers = await provider.lookup(isbns, { timeoutMs });
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

/** Gives everybody who waits for a job what came back for it. */
export function deliver(reply: Reply): void {
  if (reply.kind === "search") reply.job.waiters.forEach((waiter) => waiter.resolve(reply.answer));
  else reply.job.waiters.forEach((waiter) => waiter.resolve(reply.answer));
}
