import { DomainError } from "../../platform/errors.ts";
import { shareOf, type ImportShare } from "./budget.ts";
import type { Charge } from "./charge.ts";
import { resetOf, type QuotaName } from "./policy.ts";

/** Why something is refused. `resetsAt` is in ms since the epoch. */
export type Refusal =
  /** A daily quota is used up. */
  | { kind: "quota"; quota: QuotaName; limit: number; used: number; resetsAt: number }
  /** The maximum number exists; only the user can make room. */
  | { kind: "limit"; quota: StandingQuota; limit: number; used: number }
  /** A share of the budget of the whole service is used up. */
  | { kind: "budget"; share: ImportShare; resetsAt: number };

/** Quotas on what exists, which do not reset daily. */
export type StandingQuota = "openImports" | "entries" | "progress" | "tokens" | "waitingRows";

const NOUNS: Partial<Record<QuotaName, string>> = {
  importRows: "imported rows",
  importBytes: "bytes of imported rows",
  googleQuestions: "queries to Google Books",
  openLibraryQuestions: "queries to Open Library",
  changes: "changes sent by devices",
  accountsPer64: "new accounts from this network",
  accountsPer48: "new accounts from this network",
  accountsPerIpv4: "new accounts from this address",
};

const AT_LIMIT: Record<StandingQuota, (limit: string) => string> = {
  openImports: (limit) =>
    `At most ${limit} imports run at the same time. Wait until one has ended, or cancel one.`,
  entries: (limit) => `A shelf holds at most ${limit} books. Remove some to add others.`,
  progress: (limit) =>
    `An account holds at most ${limit} records of progress. Delete some to record more.`,
  tokens: (limit) =>
    `An account has at most ${limit} tokens. Revoke one that you no longer use: DELETE /api/v2/tokens/{tokenId}.`,
  waitingRows: (limit) =>
    `At most ${limit} rows wait in the review queue. Settle or dismiss some first.`,
};

const SPENT: Record<ImportShare, string> = {
  imports: "The service has reached today's limit for imports.",
  young: "Accounts younger than 24 hours have together reached today's limit for imports.",
  network: "Your network has reached today's limit for imports.",
  youngNetwork:
    "Accounts of your network younger than 24 hours have together reached today's limit for imports.",
};

/** The refusal of a charge that does not fit. @param over the charge, with the present use */
export function refusalOf(over: Charge & { limit: number; used: number }): Refusal {
  const { subject, quota, limit, used, day } = over;
  const resetsAt = resetOf(day);
  return quota === "serviceRows"
    ? { kind: "budget", share: shareOf(subject), resetsAt }
    : { kind: "quota", quota, limit, used, resetsAt };
}

/**
 * The problem that a refusal becomes: QUOTA_EXCEEDED, LIMIT_REACHED or SERVICE_BUDGET.
 * @param now ms since the epoch
 */
export function refusalError(refusal: Refusal, now: number): DomainError {
  if (refusal.kind === "limit") {
    const { quota, limit, used } = refusal;
    const text = AT_LIMIT[quota](limit.toLocaleString("en"));
    return new DomainError("LIMIT_REACHED", text, { details: { quota, limit, used } });
  }
  const resetsAt = new Date(refusal.resetsAt).toISOString();
  const retryAfterSeconds = Math.max(1, Math.ceil((refusal.resetsAt - now) / 1000));
  if (refusal.kind === "budget") {
    const { share } = refusal;
    const text = `${SPENT[share]} Try again after ${resetsAt}. Everything else works as usual.`;
    return new DomainError("SERVICE_BUDGET", text, {
      details: { share, resetsAt },
      retryAfterSeconds,
    });
  }
  const { quota, limit, used } = refusal;
  const text = `The limit is ${limit.toLocaleString("en")} ${NOUNS[quota] ?? quota} per day, and ${used.toLocaleString("en")} are used; this request would exceed it. The count resets at ${resetsAt}.`;
  return new DomainError("QUOTA_EXCEEDED", text, {
    details: { quota, limit, used, resetsAt },
    retryAfterSeconds,
  });
}
