import { isTerminal, type Job } from "../job/job.ts";
import { HOUR_MS } from "../../../platform/time.ts";

/** A ticket opens its stream until so long after the end of the import, in ms. */
const TICKET_LASTS_MS = HOUR_MS;

export interface TicketDeps {
  /** HMAC-SHA-256 of a text under a key, as 43 base64url digits. */
  sign(key: string, text: string): Promise<string>;
  /** Whether two signatures are equal; takes as long for a near miss as for any other. */
  sameHash(one: string, other: string): boolean;
  /** Different each time: at least 64 random bits, as base64url. */
  newNonce(): string;
}

const TICKET = /^([\w-]{8,32})\.([\w-]{43})$/;

const signed = (jobId: string, nonce: string): string => `stream ${jobId} ${nonce}`;

/**
 * A ticket for one job's stream, for whoever can send no header. It is signed with a key that only this job has, so that it
 * opens nothing else, and goes with the job.
 */
export async function issueTicket(
  { jobId, ticketKey }: { jobId: string; ticketKey: string },
  deps: TicketDeps,
): Promise<string> {
  const nonce = deps.newNonce();
  return `${nonce}.${await deps.sign(ticketKey, signed(jobId, nonce))}`;
}

/** Whether a ticket opens the stream of this job at this instant (ms since the epoch). */
export async function ticketOpens(
  ticket: string,
  job: Pick<Job, "jobId" | "state" | "completedAt"> & { ticketKey: string },
  now: number,
  deps: TicketDeps,
): Promise<boolean> {
  const [, nonce, signature] = TICKET.exec(ticket) ?? [];
  if (nonce === undefined || signature === undefined) return false;
  const due = await deps.sign(job.ticketKey, signed(job.jobId, nonce));
  if (!deps.sameHash(signature, due)) return false;
  return !isTerminal(job.state) || now <= (job.completedAt ?? 0) + TICKET_LASTS_MS;
}

/** Where the stream of a job is, opened by a ticket. */
export function streamUrl(jobId: string, ticket: string): string {
  return `/api/v2/imports/${encodeURIComponent(jobId)}/stream?ticket=${ticket}`;
}
