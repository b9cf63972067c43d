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

/** What a scan asks for. */
export interface EnrichRequest {
  isbn: ParsedIsbn;
  caller: Caller;
  /** The provider to ask first, if one has to be asked; its word then stands where several say something. */
  prefer?: ProviderId;
  /** Asks the providers anew whatever is stored. */
  refresh: boolean;
}

export interface EnrichDeps extends LookupDeps {
  /** Takes one of the caller's tokens for asking anew, from callers with an account too. */
  admitRefresh(
    caller: Caller,
    isbn13: string,
  ): Promise<{ ok: true } | { ok: false; retryAfterSeconds: number }>;
  /** Every one of them said no where an absence is known. */
  countingProviders: readonly ProviderId[];
}

/** Finds the book behind a scan: as a lookup does, or by asking the providers anew. `absent` names who said no. */
export async function enrichBook(request: EnrichRequest, deps: EnrichDeps): Promise<LookupOutcome> {
  const outcome = await (request.refresh ? askAnew(request, deps) : lookupBook(request, deps));
  return outcome.kind === "absent" && outcome.providersChecked.length === 0
    ? { ...outcome, providersChecked: [...deps.countingProviders] }
    : outcome;
}

/** A book that is stored is not lost because nobody could confirm it: it is answered as stale. */
async function askAnew(
  { isbn, caller, prefer }: EnrichRequest,
  deps: EnrichDeps,
): Promise<LookupOutcome> {
  const admitted = await deps.admitRefresh(caller, isbn.isbn13);
  if (!admitted.ok) return { kind: "limited", retryAfterSeconds: admitted.retryAfterSeconds };
  const resolution = await deps.resolve(isbn, caller, prefer);
  if (resolution.kind !== "found") {
    const stored = await findStored(isbn, deps);
    if (stored?.kind === "found") return { ...stored, state: "stale" };
  }
  return answerResolved(isbn, resolution, deps);
}
