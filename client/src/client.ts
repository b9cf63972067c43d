import { accountsOver, type Accounts } from "./accounts.ts";
import { DEFAULT_RETRIES, sleep, type RetryPolicy } from "./backoff.ts";
import { catalogueOver, type Catalogue } from "./catalogue.ts";
import { SILENCE_MS } from "./event-stream.ts";
import { importsOver, type Imports } from "./imports.ts";
import { libraryOver, type Library } from "./library.ts";
import type { Capabilities } from "./schema.ts";
import { createTransport } from "./transport.ts";

export interface ClientOptions {
  /** Where the service is: `https://api.example.org`. */
  baseUrl: string;
  /** A token of an account; public routes answer without one. */
  token?: string;
  /** Your app and its version, `ios/3.2.0`: deprecations that touch it are then told in `capabilities`. */
  clientVersion?: string;
  retries?: Partial<RetryPolicy>;
  /** How long one try may take, in ms; 60,000 when it is absent. An export may take longer once it has begun. */
  timeoutMs?: number;
  /** How long one try to upload a file may take, in ms; 300,000 when it is absent. */
  uploadTimeoutMs?: number;
  /** How long an event stream may say nothing before it counts as broken, in ms; 45,000 when it is absent. */
  silenceMs?: number;
  /** In place of the global one. */
  fetch?: typeof fetch;
  /** In place of `Math.random`, from 0 to below 1: the jitter of the pauses. */
  random?: () => number;
  /** In place of waiting. */
  sleep?: typeof sleep;
  /** In place of random UUIDs: the idempotency keys. */
  newKey?: () => string;
}

/** The service, for an app. Every call takes an abort signal. */
export interface BooksTrackClient {
  readonly accounts: Accounts;
  readonly catalogue: Catalogue;
  readonly imports: Imports;
  /** @param userId whose shelves: the one that the token belongs to */
  library(userId: string): Library;
  /** What this service can do, and which of its features are on for this caller. */
  capabilities(call?: { signal?: AbortSignal }): Promise<Capabilities>;
}

export function createClient(options: ClientOptions): BooksTrackClient {
  const newKey = options.newKey ?? (() => crypto.randomUUID());
  const transport = createTransport({
    baseUrl: options.baseUrl,
    token: options.token,
    clientVersion: options.clientVersion,
    // Browsers want `fetch` called on the global.
    fetch: options.fetch ?? ((...request) => fetch(...request)),
    retries: { ...DEFAULT_RETRIES, ...options.retries },
    timeoutMs: options.timeoutMs ?? 60_000,
    uploadTimeoutMs: options.uploadTimeoutMs ?? 300_000,
    silenceMs: options.silenceMs ?? SILENCE_MS,
    random: options.random ?? Math.random,
    sleep: options.sleep ?? sleep,
  });
  return {
    accounts: accountsOver(transport),
    catalogue: catalogueOver(transport, newKey),
    imports: importsOver(transport, newKey),
    library: (userId) => libraryOver(transport, userId, newKey),
    capabilities: ({ signal } = {}) => transport.json("/api/v2/capabilities", { signal }),
  };
}
