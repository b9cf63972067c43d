/** Where the service runs. */
export type Environment = "local" | "staging" | "production";

/** A rollout flag as it is documented and defaulted. */
export interface FlagDefinition {
  readonly name: string;
  readonly what: string;
  /** What it is while KV holds no state for it. `FLAG_DEFAULTS` of a deployment goes before this. */
  readonly defaults: Readonly<Record<Environment, boolean>>;
  /** What happens while KV cannot be read: the last state an isolate saw stands, then the default. */
  readonly fails: string;
  /** Whether apps see it in `features` of GET /api/v2/capabilities. */
  readonly isFeature: boolean;
}

const LOCAL_ONLY = { local: true, staging: false, production: false } as const;
const NOT_IN_PRODUCTION = { local: true, staging: true, production: false } as const;

/** Every flag that the service knows; `docs/FLAGS.md` is this table. */
export const FLAGS = [
  {
    name: "enable_d1_reads",
    what: "Lookups of one book read D1 after KV. Off takes D1 out of that path at once; library, imports and search stay on it.",
    defaults: LOCAL_ONLY,
    fails:
      "Closed until the books are migrated: without it KV and the providers answer, as before D1.",
    isFeature: false,
  },
  {
    name: "useHTTPEnrichment",
    what: "Apps enrich a scan by POST /api/v2/books/enrich, not by the old WebSocket.",
    defaults: NOT_IN_PRODUCTION,
    fails: "Closed in production: apps keep the path that they had.",
    isFeature: true,
  },
  {
    name: "useSSEImport",
    what: "Apps import by POST /api/v2/imports and follow the job's event stream, not the old WebSocket.",
    defaults: NOT_IN_PRODUCTION,
    fails: "Closed in production: apps keep the path that they had.",
    isFeature: true,
  },
] as const satisfies readonly FlagDefinition[];

/** What each flag is in an environment while KV holds no state; `overrides` is what a deployment says itself. */
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
