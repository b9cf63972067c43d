import * as z from "zod";
import { SIGNUP_MODES } from "./accounts/domain/signup.ts";
import { QUOTA_NAMES, type QuotaName } from "./quotas/domain/policy.ts";

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

const secret = z.string().min(1, "must not be empty; omit it to disable the feature").optional();

const providerLimit = z.strictObject({
  perSecond: z.number().positive().max(100),
  perDay: z.int().positive().optional(),
});

/** Public-key algorithms only: a key set is public, so anyone could read an HMAC key in it. */
const SIGNATURE_ALGORITHMS =
  "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" ");
const signatureAlgorithm = z.enum(
  SIGNATURE_ALGORITHMS,
  `must be one of ${SIGNATURE_ALGORITHMS.join(", ")}`,
);

const identityIssuer = z.strictObject({
  issuer: z.string().min(1, "must be exactly the issuer's iss"),
  jwks: z
    .string()
    .regex(
      /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])[^\s]+$/,
      "must be the https URL of the issuer's key set",
    ),
  audience: z.union(
    [z.string().min(1), z.array(z.string().min(1)).min(1)],
    "must be the aud of tokens for this service, or a list of them",
  ),
  algorithms: z.array(signatureAlgorithm).min(1, "must name at least one algorithm"),
});

/** An instant in ms since the epoch. A date means midnight UTC. */
const instant = z
  .union(
    [z.iso.date(), z.iso.datetime({ offset: true })],
    "must be a date such as 2026-12-01 or a time such as 2026-12-01T09:00:00Z",
  )
  .transform((text) => Date.parse(text))
  .optional();

const rate = z.int().min(0).optional();

const days = z.int().min(0).max(36_500);

/** Numbers by quota; an unknown name is an error that lists the known ones. */
const quotaLimits = z.strictObject(
  Object.fromEntries(QUOTA_NAMES.map((name) => [name, rate])) as Record<QuotaName, typeof rate>,
  {
    error: ({ code }) =>
      code === "unrecognized_keys"
        ? `has an unknown quota; the quotas are ${QUOTA_NAMES.join(", ")}`
        : undefined,
  },
);

const varsSchema = z.object({
  ENVIRONMENT: z.enum(["local", "staging", "production"]),
  ADMIN_TOKEN: secret,
  METRICS_TOKEN: secret,
  OPEN_LIBRARY_BASE_URL: baseUrl.default("https://openlibrary.org"),
  GOOGLE_BOOKS_BASE_URL: baseUrl.default("https://www.googleapis.com/books/v1"),
  COVERS_BASE_URL: baseUrl.default("https://covers.openlibrary.org"),
  GOOGLE_COVERS_BASE_URL: baseUrl.optional(),
  GOOGLE_BOOKS_API_KEY: secret,
  GOOGLE_BOOKS_COUNTRY: z
    .string()
    .regex(/^[A-Z]{2}$/, "must be two capital letters such as US")
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
      covers: rate,
    }),
    '{"search":100,"enrich":60}',
  ).default({}),
  QUOTAS: jsonOf(quotaLimits, '{"importRows":200000,"serviceRows":0}').default({}),
  RETENTION: jsonOf(
    z.strictObject({ waitingRows: days.default(730), emptyAccounts: days.default(365) }),
    '{"waitingRows":730,"emptyAccounts":0}',
  ).default({ waitingRows: 730, emptyAccounts: 365 }),
  AUTH_ISSUERS: jsonOf(
    z
      .array(identityIssuer)
      .refine((list) => new Set(list.map(({ issuer }) => issuer)).size === list.length, {
        message: "must list each issuer only once",
      }),
    '[{"issuer":"https://appleid.apple.com","jwks":"https://appleid.apple.com/auth/keys","audience":"com.example.app","algorithms":["RS256"]}]',
  ).default([]),
  SIGNUP: z.enum(SIGNUP_MODES, `must be one of ${SIGNUP_MODES.join(", ")}`).default("open"),
  SIGNUP_CODE: z
    .string()
    .min(8, "must have at least 8 characters; omit it where SIGNUP is not code")
    .max(200, "must have at most 200 characters")
    .optional(),
  FLAG_DEFAULTS: jsonOf(z.record(z.string(), z.boolean()), '{"enable_d1_reads":true}').default({}),
  CLIENT_IP_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9-]*$/, "must be a header name, or empty for none")
    .optional(),
  CORS_ORIGINS: z
    .string()
    .default("")
    .transform((list) => list.split(/[\s,]+/).filter((origin) => origin !== ""))
    .refine((origins) => !origins.includes("*"), "must list origins; * is not allowed"),
  MAX_DB_BYTES: z.coerce.number().int().min(0).optional(),
  STREAMS_PER_JOB: z.coerce.number().int().min(1).max(10_000).default(10),
  WS_DEPRECATION_DATE: instant,
  WS_SUNSET_DATE: instant,
  MIN_APP_VERSION: z
    .string()
    .regex(/^\d{1,9}(\.\d{1,9}){0,2}$/, "must be a version such as 2.0.0")
    .default("2.0.0"),
  LOG_SAMPLE: z.coerce.number().min(0).max(1).default(0.01),
});

/** A shorter token can be guessed, or is likely to be a password that is used elsewhere. */
const MIN_ADMIN_TOKEN_LENGTH = 32;

const configSchema = varsSchema
  .refine(
    ({ ENVIRONMENT, METRICS_TOKEN }) => ENVIRONMENT === "local" || METRICS_TOKEN !== undefined,
    {
      path: ["METRICS_TOKEN"],
      message: "must be set in staging and production: /metrics is open without it",
    },
  )
  .refine(
    ({ ENVIRONMENT, ADMIN_TOKEN }) =>
      ENVIRONMENT === "local" ||
      ADMIN_TOKEN === undefined ||
      ADMIN_TOKEN.length >= MIN_ADMIN_TOKEN_LENGTH,
    {
      path: ["ADMIN_TOKEN"],
      message: `must have at least ${MIN_ADMIN_TOKEN_LENGTH} characters in staging and production, such as the output of: openssl rand -hex 32`,
    },
  )
  .refine(({ SIGNUP, SIGNUP_CODE }) => SIGNUP !== "code" || SIGNUP_CODE !== undefined, {
    path: ["SIGNUP_CODE"],
    message: "must be set where SIGNUP is code",
  })
  .refine(
    ({ WS_DEPRECATION_DATE: deprecation = -Infinity, WS_SUNSET_DATE: sunset = Infinity }) =>
      deprecation <= sunset,
    { path: ["WS_SUNSET_DATE"], message: "must not be before WS_DEPRECATION_DATE" },
  )
  .transform(({ CLIENT_IP_HEADER, ...vars }) => ({
    ...vars,
    // Cloudflare overwrites its header in every request. Elsewhere anyone can send it, so it is
    // trusted only if configured.
    CLIENT_IP_HEADER:
      (CLIENT_IP_HEADER ?? (vars.ENVIRONMENT === "local" ? "" : "CF-Connecting-IP")) || undefined,
  }));

/** Every var and secret of the Worker, validated and with defaults applied. Frozen. */
export type Config = Readonly<z.output<typeof configSchema>>;

/** The names of all vars and secrets, for launchers that pass them on from the process environment. */
export const CONFIG_KEYS: readonly string[] = Object.keys(varsSchema.shape);

/**
 * Parses the Worker's vars and secrets. Unknown names, such as bindings, are ignored.
 * @throws Error with one line per invalid value: its name and what it must be. Values are never repeated: they may be
 * secret.
 */
export function parseConfig(env: Readonly<Record<string, unknown>>): Config {
  const parsed = configSchema.safeParse(env);
  if (parsed.success) return Object.freeze(parsed.data);
  const lines = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`The configuration is invalid.\n${lines.join("\n")}`);
}
