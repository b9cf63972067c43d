import * as z from "zod";

const jsonOf = <Shape extends z.ZodType>(shape: Shape, example: string) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: "custom", message: `must be JSON such as ${example}` });
        return z.NEVER;
      }
    })
    .pipe(shape);

const baseUrl = z
  .string()
  .regex(
    /^https?:\/\/[^\s?#]+$/,
    "must be an http(s) URL without query, such as https://openlibrary.org",
  )
  .transform((url) => url.replace(/\/+$/, ""));

const secret = z
  .string()
  .min(1, "must not be empty; leave it out to switch the feature off")
  .optional();

const providerLimit = z.strictObject({
  perSecond: z.number().positive().max(100),
  perDay: z.int().positive().optional(),
});

/** Public-key algorithms alone: with a public key set, an HMAC would be keyed by what everyone can read. */
const SIGNATURE_ALGORITHMS =
  "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" ");
const signatureAlgorithm = z.enum(
  SIGNATURE_ALGORITHMS,
  `must be one of ${SIGNATURE_ALGORITHMS.join(", ")}`,
);

const identityIssuer = z.strictObject({
  issuer: z.string().min(1, "must be the issuer's iss, to the letter"),
  jwks: z
    .string()
    .regex(
      /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])[^\s]+$/,
      "must be the https URL of the issuer's key set",
    ),
  audience: z.union(
    [z.string().min(1), z.array(z.string().min(1)).min(1)],
    "must be the aud that tokens for this service have, or a list of them",
  ),
  algorithms: z.array(signatureAlgorithm).min(1, "must name at least one algorithm"),
});

/** In ms since the epoch; a day begins at midnight UTC. */
const instant = z
  .union(
    [z.iso.date(), z.iso.datetime({ offset: true })],
    "must be a day such as 2026-12-01, or an instant such as 2026-12-01T09:00:00Z",
  )
  .transform((text) => Date.parse(text))
  .optional();

const rate = z.int().min(0).optional();

const varsSchema = z.object({
  ENVIRONMENT: z.enum(["local", "staging", "production"]),
  ADMIN_TOKEN: secret,
  METRICS_TOKEN: secret,
  OPEN_LIBRARY_BASE_URL: baseUrl.default("https://openlibrary.org"),
  GOOGLE_BOOKS_BASE_URL: baseUrl.default("https://www.googleapis.com/books/v1"),
  GOOGLE_BOOKS_API_KEY: secret,
  GOOGLE_BOOKS_COUNTRY: z
    .string()
    .regex(/^[A-Z]{2}$/, "must be two capital letters, such as US")
    .default("US"),
  GOOGLE_BOOKS_KEYLESS: z
    .enum(["0", "1"])
    .default("0")
    .transform((flag) => flag === "1"),
  PROVIDER_CONTACT: secret,
  PROVIDER_LIMITS: jsonOf(
    z.strictObject({
      openlibrary: providerLimit.optional(),
      "google-books": providerLimit.optional(),
    }),
    '{"openlibrary":{"perSecond":3}}',
  ).default({}),
  RATE_LIMITS: jsonOf(
    z.strictObject({
      search: rate,
      enrich: rate,
      imports: rate,
      accounts: rate,
      library: rate,
      jobs: rate,
      admin: rate,
      misses: rate,
    }),
    '{"search":100,"enrich":60}',
  ).default({}),
  AUTH_ISSUERS: jsonOf(
    z
      .array(identityIssuer)
      .refine((list) => new Set(list.map(({ issuer }) => issuer)).size === list.length, {
        message: "must name each issuer once",
      }),
    '[{"issuer":"https://appleid.apple.com","jwks":"https://appleid.apple.com/auth/keys","audience":"com.example.app","algorithms":["RS256"]}]',
  ).default([]),
  FLAG_DEFAULTS: jsonOf(z.record(z.string(), z.boolean()), '{"enable_d1_reads":true}').default({}),
  CLIENT_IP_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, "must be the name of a header")
    .default("CF-Connecting-IP"),
  CORS_ORIGINS: z
    .string()
    .default("")
    .transform((list) => list.split(/[\s,]+/).filter((origin) => origin !== ""))
    .refine((origins) => !origins.includes("*"), "must name origins; * is not allowed"),
  STREAMS_PER_JOB: z.coerce.number().int().min(1).max(10_000).default(10),
  WS_DEPRECATION_DATE: instant,
  WS_SUNSET_DATE: instant,
  MIN_APP_VERSION: z
    .string()
    .regex(/^\d{1,9}(\.\d{1,9}){0,2}$/, "must be a version such as 2.0.0")
    .default("2.0.0"),
  LOG_SAMPLE: z.coerce.number().min(0).max(1).default(0.01),
});

const configSchema = varsSchema
  .refine(
    ({ ENVIRONMENT, METRICS_TOKEN }) => ENVIRONMENT !== "production" || METRICS_TOKEN !== undefined,
    { path: ["METRICS_TOKEN"], message: "must be set in production: /metrics is open without it" },
  )
  .refine(
    ({ WS_DEPRECATION_DATE: deprecation = -Infinity, WS_SUNSET_DATE: sunset = Infinity }) =>
      deprecation <= sunset,
    { path: ["WS_SUNSET_DATE"], message: "must not be before WS_DEPRECATION_DATE" },
  );

/** Every var and secret of the Worker, checked and with defaults filled in. Frozen: nothing changes it later. */
export type Config = Readonly<z.output<typeof configSchema>>;

/** The names of all vars and secrets, for launchers that hand them over from the process environment. */
export const CONFIG_KEYS: readonly string[] = Object.keys(varsSchema.shape);

/**
 * Parses the Worker's vars and secrets; unknown names (bindings among them) are passed over.
 * @throws Error with one line for each bad value: its name, what it must be. A value is never repeated: it may be secret.
 */
export function parseConfig(env: Readonly<Record<string, unknown>>): Config {
  const parsed = configSchema.safeParse(env);
  if (parsed.success) return Object.freeze(parsed.data);
  const lines = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`The configuration is not valid.\n${lines.join("\n")}`);
}
