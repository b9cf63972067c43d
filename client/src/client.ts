import { accountsOver, type Accounts } from "./accounts.ts";
import { DEFAULT_RETRIES, sleep, type RetryPolicy } from "./backoff.ts";
import { catalogueOver, type Catalogue } from "./catalogue.ts";
import { SILENCE_MS } from "./event-stream.ts";
import { importsOver, type Imports } from "./imports.ts";
import { libraryOver, type Library } from "./library.ts";
import { newKey as randomKey } from "./new-key.ts";
import type { Capabilities, Readiness } from "./schema.ts";
import { syncApiOver } from "./sync/http.ts";
import type { SyncApi } from "./sync/types.ts";
import { createTransport, type Transport } from "./transport.ts";

export interface ClientOptions {
  /** Base URL of the service, such as `https://api.example.org`. */
  baseUrl: string;
  /** Token of an account. Public routes work without one. */
  token?: string;
  /** Your app and its version, such as `ios/3.2.0`. `capabilities` then lists the deprecations that affect it. */
  clientVersion?: string;
  retries?: Partial<RetryPolicy>;
  /** Timeout of one attempt, in ms; 60,000 by default. An export may take longer once it has started. */
  timeoutMs?: number;
  /** Timeout of one attempt to upload a file, in ms; 300,000 by default. */
  uploadTimeoutMs?: number;
  /** Time without data after which an event stream counts as broken, in ms; 45,000 by default. */
  silenceMs?: number;
  /** Replaces the global `fetch`. */
  fetch?: typeof fetch;
  /** Replaces `Math.random` for the jitter of delays; returns a number from 0 to below 1. */
  random?: () => number;
  /** Replaces the timer that waits between attempts. */
  sleep?: typeof sleep;
  /** Generates idempotency keys; random UUIDs by default. */
  newKey?: () => string;
}

/** Client of the BooksTrack service. Every call accepts an abort signal. */
export interface BooksTrackClient {
  readonly accounts: Accounts;
  readonly catalogue: Catalogue;
  readonly imports: Imports;
  /** The user's shelves. @param userId owner of the client's token */
  library(userId: string): Library;
  /** The feed, the outbox and the stream of a user, for `createSyncEngine`. @param userId owner of the client's token */
  sync(userId: string): SyncApi;
  /** Limits, formats, features and notices of the service for this caller. */
  capabilities(call?: { signal?: AbortSignal }): Promise<Capabilities>;
  /**
   * The service's dependencies and whether they can be reached.
   * @throws UnavailableError while the service is not ready
   */
  readiness(call?: { signal?: AbortSignal }): Promise<Readiness>;
}

export function createClient(options: ClientOptions): BooksTrackClient {
  const newKey = options.newKey ?? randomKey;
  const transport = transportOf(options);
  return {
    accounts: accountsOver(transport),
    catalogue: catalogueOver(transport, newKey),
    imports: importsOver(transport, newKey),
    library: (userId) => libraryOver(transport, userId, newKey),
    sync: (userId) => syncApiOver(transport, userId),
    capabilities: ({ signal } = {}) => transport.json("/api/v2/capabilities", { signal }),
    readiness: ({ signal } = {}) => transport.json("/health/ready", { signal }),
  };
}

/** The transport of a client, with the defaults of its options. */
export function transportOf(options: ClientOptions): Transport {
  return createTransport({
    baseUrl: options.baseUrl,
    token: options.token,
    clientVersion: options.clientVersion,
    // Browsers require `fetch` to be called on the global object.
    fetch: options.fetch ?? ((...request) => fetch(...request)),
    retries: { ...DEFAULT_RETRIES, ...options.retries },
    timeoutMs: options.timeoutMs ?? 60_000,
    uploadTimeoutMs: options.uploadTimeoutMs ?? 300_000,
    silenceMs: options.silenceMs ?? SILENCE_MS,
    random: options.random ?? Math.random,
    sleep: options.sleep ?? sleep,
  });
}
