/** Deployment environment of the service. */
export type Environment = "local" | "staging" | "production";

/** A rollout flag: its documentation and its defaults. */
export interface FlagDefinition {
  readonly name: string;
  readonly what: string;
  /** State while KV has none for the flag. `FLAG_DEFAULTS` of a deployment overrides it. */
  readonly defaults: Readonly<Record<Environment, boolean>>;
  /** Describes what happens while KV cannot be read: an isolate uses the last state that it read, else the default. */
  readonly fails: string;
  /** Whether the flag appears in `features` of GET /api/v2/capabilities. */
  readonly isFeature: boolean;
}

const LOCAL_ONLY = { local: true, staging: false, production: false } as const;
const NOT_IN_PRODUCTION = { local: true, staging: true, production: false } as const;

/** Every flag of the service. `docs/FLAGS.md` shows this table. */
export const FLAGS = [
  {
    name: "enable_d1_reads",
    what: "Single-book lookups read D1 after KV. Off removes D1 from that path immediately; library, imports and search still use it.",
    defaults: LOCAL_ONLY,
    fails: "Off until the books are migrated: KV and the providers answer, as before D1.",
    isFeature: false,
  },
  {
    name: "useHTTPEnrichment",
    what: "Apps enrich a scan with POST /api/v2/books/enrich instead of the old WebSocket.",
    defaults: NOT_IN_PRODUCTION,
    fails: "Off in production: apps keep using the old path.",
    isFeature: true,
  },
  {
    name: "useSSEImport",
    what: "Apps import with POST /api/v2/imports and follow the job's event stream instead of the old WebSocket.",
    defaults: NOT_IN_PRODUCTION,
    fails: "Off in production: apps keep using the old path.",
    isFeature: true,
  },
] as const satisfies readonly FlagDefinition[];

/** State of each flag in an environment while KV has none. `overrides` are the deployment's `FLAG_DEFAULTS`. */
export function flagDefaults(
  environment: Environment,
  overrides: Readonly<Record<string, boolean>>,
): Readonly<Record<string, boolean>> {
  const defaults = FLAGS.map(({ name, defaults: by }): [string, boolean] => [
    name,
    by[environment],
  ]);
  return { ...Object.fromEntries(defaults), ...overrides };
}
