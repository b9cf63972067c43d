import { transportOf, type ClientOptions } from "./client.ts";
import { newKey as randomKey } from "./new-key.ts";
import type {
  CacheDropped,
  CacheMetrics,
  DeadLetter,
  DeadLetters,
  Deprecations,
  Flag,
  Flags,
  MigrationErrors,
  MigrationStatus,
  Readiness,
  RunStarted,
  ValidationStatus,
} from "./schema.ts";

interface Call {
  signal?: AbortSignal | undefined;
}

export type FlagState = Flag["state"];

/**
 * The administration of the service. Every call except `readiness` requires the operator's token.
 */
export interface Operator {
  /** The service's dependencies. Also resolves if the service is not ready. */
  readiness(call?: Call): Promise<Readiness>;
  flags(call?: Call): Promise<Flag[]>;
  setFlag(name: string, state: FlagState, call?: Call): Promise<Flag>;
  migrationStatus(call?: Call): Promise<MigrationStatus>;
  validationStatus(call?: Call): Promise<ValidationStatus>;
  /** Starts a migration of the old values of KV; a dry run writes nothing. */
  migrate(options?: { dryRun?: boolean } & Call): Promise<RunStarted>;
  /** Starts a comparison of every key with its row. */
  validate(call?: Call): Promise<RunStarted>;
  /** Pauses, resumes or cancels the migration. */
  steer(action: "pause" | "resume" | "cancel", call?: Call): Promise<RunStarted>;
  migrationErrors(
    query: { kind: "migration" | "validation"; limit?: number; cursor?: string } & Call,
  ): Promise<MigrationErrors>;
  deadLetters(query?: { limit?: number; cursor?: string } & Call): Promise<DeadLetters>;
  /** Sends a message to its queue again. */
  retryDeadLetter(id: string, call?: Call): Promise<DeadLetter>;
  cacheMetrics(query?: { limit?: number } & Call): Promise<CacheMetrics>;
  dropFromCache(isbn: string, call?: Call): Promise<CacheDropped>;
  deprecations(query?: { cursor?: string } & Call): Promise<Deprecations>;
  /** All metrics in the Prometheus text format. Requires METRICS_TOKEN, if the service has one. */
  metrics(call?: Call): Promise<string>;
}

/** @param options `token`: the operator's, or for `metrics` METRICS_TOKEN */
export function createOperator(options: ClientOptions): Operator {
  const transport = transportOf(options);
  const newKey = options.newKey ?? randomKey;
  const post = <T>(
    path: string,
    signal: AbortSignal | undefined,
    query: Record<string, string> = {},
  ): Promise<T> =>
    transport.json(path, {
      method: "POST",
      query,
      headers: { "Idempotency-Key": newKey() },
      signal,
    });
  return {
    readiness: ({ signal } = {}) => transport.json("/health/ready", { accept: [503], signal }),
    async flags({ signal } = {}) {
      return (await transport.json<Flags>("/admin/flags", { signal })).items;
    },
    setFlag: (name, state, { signal } = {}) =>
      transport.json(`/admin/flags/${encodeURIComponent(name)}`, {
        method: "PUT",
        json: state,
        signal,
      }),
    migrationStatus: ({ signal } = {}) => transport.json("/admin/migration-status", { signal }),
    validationStatus: ({ signal } = {}) => transport.json("/admin/validation-status", { signal }),
    migrate: ({ dryRun = false, signal } = {}) =>
      post("/admin/migrate-kv-to-d1", signal, dryRun ? { dryRun: "true" } : {}),
    validate: ({ signal } = {}) => post("/admin/validate-migration", signal),
    steer: (action, { signal } = {}) => post(`/admin/migration/${action}`, signal),
    migrationErrors: ({ signal, ...query }) => transport.json("/admin/errors", { query, signal }),
    deadLetters: ({ signal, ...query } = {}) =>
      transport.json("/admin/dead-letters", { query, signal }),
    retryDeadLetter: (id, { signal } = {}) =>
      post(`/admin/dead-letters/${encodeURIComponent(id)}/retry`, signal),
    cacheMetrics: ({ signal, ...query } = {}) =>
      transport.json("/admin/cache-metrics", { query, signal }),
    dropFromCache: (isbn, { signal } = {}) =>
      transport.json(`/admin/cache/${encodeURIComponent(isbn)}`, { method: "DELETE", signal }),
    deprecations: ({ signal, ...query } = {}) =>
      transport.json("/admin/deprecations", { query, signal }),
    metrics: ({ signal } = {}) =>
      transport.send("/metrics", { headers: { Accept: "text/plain" }, signal }, (response) =>
        response.text(),
      ),
  };
}
