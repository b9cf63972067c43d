import { isTerminal, type Job } from "../job/job.ts";
import { HOUR_MS } from "../../../platform/time.ts";

/** How long a ticket remains valid after the end of the import, in ms. */
const TICKET_VALID_AFTER_END_MS = HOUR_MS;

export interface TicketDeps {
  /** Returns the HMAC-SHA-256 of a text under a key, as 43 base64url digits. */
  sign(key: string, text: string): Promise<string>;
  /** Compares two signatures in constant time. */
  sameHash(one: string, other: string): boolean;
  /** Returns at least 64 random bits, as base64url. */
  newNonce(): string;
}

const TICKET = /^([\w-]{8,32})\.([\w-]{43})$/;

const signedText = (jobId: string, nonce: string): string => `stream ${jobId} ${nonce}`;

/**
 * Issues a ticket for one job's stream, for clients that cannot send an Authorization header. It is signed with a key that
 * is unique to the job, so that it opens no other stream and becomes invalid when the job is deleted.
 */
export async function issueTicket(
  { jobId, ticketKey }: { jobId: string; ticketKey: string },
  deps: TicketDeps,
): Promise<string> {
  const nonce = deps.newNonce();
  return `${nonce}.${await deps.sign(ticketKey, signedText(jobId, nonce))}`;
}

/** Checks whether a ticket opens the stream of this job. @param now ms since the epoch */
export async function ticketOpens(
  ticket: string,
  job: Pick<Job, "jobId" | "state" | "completedAt"> & { ticketKey: string },
  now: number,
  deps: TicketDeps,
): Promise<boolean> {
  const [, nonce, signature] = TICKET.exec(ticket) ?? [];
  if (nonce === undefined || signature === undefined) return false;
  const expected = await deps.sign(job.ticketKey, signedText(job.jobId, nonce));
  if (!deps.sameHash(signature, expected)) return false;
  return !isTerminal(job.state) || now <= (job.completedAt ?? 0) + TICKET_VALID_AFTER_END_MS;
}

/** Returns the URL path of a job's stream, including the ticket. */
export function streamUrl(jobId: string, ticket: string): string {
  return `/api/v2/imports/${encodeURIComponent(jobId)}/stream?ticket=${ticket}`;
}
