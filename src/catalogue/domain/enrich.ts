import { defined } from "../../platform/defined.ts";
import type { ParsedIsbn } from "./isbn/isbn.ts";
import {
  answerResolved,
  findStored,
  lookupBook,
  type LookupDeps,
  type LookupOutcome,
} from "./lookup.ts";
import type { Caller } from "../../platform/identity.ts";
import type { ProviderId } from "./provider.ts";

/** A scan. */
export interface EnrichRequest {
  isbn: ParsedIsbn;
  caller: Caller;
  /** The provider to ask first. Its values win in this answer but not in the stored book. */
  prefer?: ProviderId;
  /** Asks the providers even if the book is stored. */
  refresh: boolean;
}

export interface EnrichDeps extends LookupDeps {
  /** Takes one of the caller's refresh tokens; callers with an account are counted too. */
  admitRefresh(
    caller: Caller,
    isbn13: string,
  ): Promise<{ ok: true } | { ok: false; retryAfterSeconds: number }>;
  /** For a known absence, each of these providers has reported that it does not have the book. */
  countingProviders: readonly ProviderId[];
}

/**
 * Looks up the book behind a scan, or refreshes it from the providers. `absent` names the providers that do not have
 * it.
 */
export async function enrichBook(request: EnrichRequest, deps: EnrichDeps): Promise<LookupOutcome> {
  const outcome = await (request.refresh ? askAnew(request, deps) : lookupBook(request, deps));
  return outcome.kind === "absent" && outcome.providersChecked.length === 0
    ? { ...outcome, providersChecked: [...deps.countingProviders] }
    : outcome;
}

/** If the providers cannot confirm a stored book, the stored book is returned as stale. */
async function askAnew(
  { isbn, caller, prefer }: EnrichRequest,
  deps: EnrichDeps,
): Promise<LookupOutcome> {
  const admitted = await deps.admitRefresh(caller, isbn.isbn13);
  if (!admitted.ok) return { kind: "limited", retryAfterSeconds: admitted.retryAfterSeconds };
  const resolution = await deps.resolveMiss(isbn, caller, defined({ prefer }));
  if (resolution.kind !== "found") {
    const stored = await findStored({ isbn, caller }, deps);
    if (stored?.kind === "found") return { ...stored, state: "stale" };
  }
  return answerResolved({ isbn, caller, ...defined({ prefer }) }, resolution, deps);
}
