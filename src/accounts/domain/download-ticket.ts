import type { Identity } from "../../platform/identity.ts";
import { MINUTE_MS } from "../../platform/time.ts";
import { base32, type Secrets } from "./secrets.ts";

/** 160 bits. */
const TICKET_BYTES = 20;
export const TICKET_LIFETIME_MS = 5 * MINUTE_MS;

/** A ticket as it is stored. */
export interface StoredTicket {
  hash: string;
  userId: string;
  /** The token that created the ticket. Revoking it voids the ticket. */
  tokenId: string;
  /** The download that the ticket authorises. */
  purpose: string;
  /** Ms since the epoch. */
  expiresAt: number;
}

/** Tickets. Each method throws DomainError DATABASE_UNAVAILABLE. */
export interface TicketStore {
  /** @returns false if the token that creates it no longer exists */
  add(ticket: StoredTicket): Promise<boolean>;
  /**
   * Consumes a ticket.
   * @returns whether it was valid for this user and purpose; a ticket for another purpose is not
   * consumed
   */
  use(ticket: Pick<StoredTicket, "hash" | "userId" | "purpose">, now: number): Promise<boolean>;
  /** Whether a ticket is valid, without consuming it. */
  has(ticket: Pick<StoredTicket, "hash" | "userId" | "purpose">, now: number): Promise<boolean>;
}

/** Dependencies of download tickets. */
export interface TicketDeps {
  tickets: TicketStore;
  secrets: Secrets;
  now(): number;
}

/**
 * Issues a single-use ticket for one download.
 * @returns undefined if the account or the token is gone
 */
export async function issueDownloadTicket(
  { userId, tokenId }: Identity,
  purpose: string,
  { tickets, secrets, now }: TicketDeps,
): Promise<{ ticket: string; expiresAt: number } | undefined> {
  const ticket = base32(secrets.randomBytes(TICKET_BYTES));
  const expiresAt = now() + TICKET_LIFETIME_MS;
  const hash = await secrets.sha256(ticket);
  const isStored = await tickets.add({ hash, userId, tokenId, purpose, expiresAt });
  return isStored ? { ticket, expiresAt } : undefined;
}

/** A ticket as a request presents it. */
export interface PresentedTicket {
  userId: string;
  purpose: string;
  ticket: string;
  /** Whether the request only inspects the download, as HEAD does. */
  isProbe: boolean;
}

/**
 * Consumes a ticket, unless the request is a probe.
 * @returns whether it was valid for this user and purpose
 */
export async function useDownloadTicket(
  { userId, purpose, ticket, isProbe }: PresentedTicket,
  { tickets, secrets, now }: TicketDeps,
): Promise<boolean> {
  const presented = { hash: await secrets.sha256(ticket), userId, purpose };
  return isProbe ? tickets.has(presented, now()) : tickets.use(presented, now());
}
