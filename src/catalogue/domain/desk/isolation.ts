import type { Canaries } from "./canaries.ts";
import type { Call, Reply } from "./call.ts";
import type { LookupJob, Part, Split } from "./work.ts";

/** The assessment of a call with an inconclusive answer. */
export interface Verdict {
  /** Whether one of its books may have broken the answer, rather than the provider being down. */
  readonly isolating: boolean;
  /** The canary to ask for alone, to find out whether the provider works. */
  readonly prove?: string;
}

/** Whether an answer has neither found its book nor proved that the provider lacks it. */
export function isUnproven({ answer }: Reply): boolean {
  return answer.kind === "failed" && answer.unproven === true;
}

/**
 * Updates the canaries from a call's answers: adds books that the provider has, and removes those
 * that it no longer has.
 */
export function learnFrom(call: Call, replies: readonly Reply[], canaries: Canaries): void {
  const found = replies.some(({ answer }) => answer.kind === "found");
  for (const { job, answer } of replies) {
    if (job.kind !== "lookup") continue;
    if (answer.kind === "found") canaries.learn(job.isbn);
    if (answer.kind === "absent") canaries.forget(job.isbn);
  }
  if (call.canary === undefined || !replies.some(isUnproven)) return;
  // Other books were found, so it is the canary that the provider no longer has.
  if (found) canaries.forget(call.canary);
  else canaries.rotate(call.canary);
}

/** Judges a call without a proof; undefined for any other call. */
export function judge(
  call: Call,
  replies: readonly Reply[],
  canaries: Canaries,
): Verdict | undefined {
  if (call.load.kind !== "lookup" || !replies.some(isUnproven)) return undefined;
  const [job, ...others] = call.load.jobs;
  if (job?.part !== undefined) {
    job.part.split.unproven += 1;
    return { isolating: job.part.split.unproven < 2 };
  }
  if (others.length > 0) return { isolating: true };
  const isCanary = job !== undefined && canaries.has(job.isbn);
  const prove = canaries.known().find((isbn) => isbn !== job?.isbn);
  return { isolating: !isCanary, ...(isCanary || prove === undefined ? {} : { prove }) };
}

/**
 * The questions of a call to repeat, in groups that share a call: halves, to isolate a book that
 * breaks the answer; or all of them, together with other waiting questions, if a canary has become
 * known since. Empty if a question was asked alone.
 */
export function partsOf(call: Call, replies: readonly Reply[], canaries: Canaries): LookupJob[][] {
  const open = replies
    .filter(isUnproven)
    .flatMap(({ job }) => (job.kind === "lookup" ? [job] : []));
  if (call.load.jobs.length < 2 || open.length === 0) return [];
  const isNewlyKnown = call.canary === undefined && canaries.known().length > 0;
  if (isNewlyKnown) return [open];
  const middle = Math.ceil(open.length / 2);
  const split: Split = { unproven: 0 };
  const parts = [open.slice(0, middle), open.slice(middle)].filter((jobs) => jobs.length > 0);
  for (const jobs of parts) {
    const part: Part = { split };
    for (const job of jobs) job.part = part;
  }
  return parts;
}
