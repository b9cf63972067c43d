import * as z from "zod";

/** Permission of a token. */
export const scopeSchema = z.enum(["library:read", "library:write", "imports"]);

/** All scopes. The first token of a new account has every one of them. */
export const SCOPES: readonly Scope[] = scopeSchema.options;

/** The user's name for the device or app that holds a token. */
const tokenNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .refine(
    (name) => !/[\p{Cc}\p{Cs}]/u.test(name),
    "must not contain control characters or an unpaired surrogate",
  )
  .meta({
    description: "The user's name for the device",
    examples: ["Kitchen tablet"],
  });

/** An issued token. The token is returned once; the service stores only its hash. */
export const issuedTokenSchema = z
  .object({
    userId: z.string(),
    token: z.string().regex(/^bt_[0-9a-z]+_[0-9a-z]+$/),
    scopes: z.array(scopeSchema),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "IssuedToken" });

/** A new anonymous account. The recovery code is shown only here; the user writes it down. */
export const createdAccountSchema = issuedTokenSchema
  .extend({ recoveryCode: z.string().regex(/^[0-9A-Z]{4}(-[0-9A-Z]{4})+$/) })
  .meta({ id: "CreatedAccount" });

/** A request for an account. */
export const createUserRequestSchema = z
  .object({
    signupCode: z.string().min(1).max(200).optional().meta({
      description: "The signup code, required if `signup` of the capabilities is `code`",
    }),
    name: tokenNameSchema.optional(),
  })
  .meta({ id: "CreateUserRequest" });

/** How much of a quota is used. */
export const quotaUsageSchema = z
  .object({
    quota: z.string().meta({ description: "The name of the quota, as in docs/QUOTAS.md" }),
    limit: z.int().positive().nullable().meta({ description: "null means no limit" }),
    used: z.int().min(0),
    resetsAt: z.iso.datetime().optional().meta({
      description: "When `used` is reset to 0; absent for quotas that do not reset daily",
    }),
  })
  .meta({ id: "QuotaUsage" });

/** The usage of every quota of an account. */
export const usageSchema = z.object({ items: z.array(quotaUsageSchema) }).meta({ id: "Usage" });

/** Identity tokens with many claims take 2 to 3 KB. */
const identityTokenSchema = z.string().min(1).max(8192);

/**
 * Credentials for a new token: user id and recovery code, an identity token, or a pairing code.
 * Without them the Authorization header identifies the caller.
 */
export const issueTokenRequestSchema = z
  .object({
    userId: z.string().min(1).max(100).optional(),
    recoveryCode: z.string().min(1).max(100).optional(),
    identityToken: identityTokenSchema.optional(),
    pairingCode: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .meta({
        description: "The code of `POST /api/v2/pairings`. Case, spaces and dashes are ignored.",
        examples: ["K7QM-2F0V"],
      }),
    name: tokenNameSchema.optional(),
    scopes: z.array(scopeSchema).min(1).max(SCOPES.length).optional(),
  })
  .refine(({ userId, recoveryCode }) => (userId === undefined) === (recoveryCode === undefined), {
    message: "must be sent together with recoveryCode: send both or neither",
    path: ["userId"],
  })
  .refine(
    ({ recoveryCode, identityToken }) => recoveryCode === undefined || identityToken === undefined,
    { message: "must not be combined with recoveryCode", path: ["identityToken"] },
  )
  .refine(
    ({ recoveryCode, identityToken, pairingCode }) =>
      pairingCode === undefined || (recoveryCode === undefined && identityToken === undefined),
    { message: "must be the only proof: do not send another one with it", path: ["pairingCode"] },
  )
  .meta({ id: "IssueTokenRequest" });

export const linkIdentityRequestSchema = z
  .object({ identityToken: identityTokenSchema })
  .meta({ id: "LinkIdentityRequest" });

/** An external identity that can now sign in to this account. */
export const linkedIdentitySchema = z
  .object({ userId: z.string(), issuer: z.string(), linkedAt: z.iso.datetime() })
  .meta({ id: "LinkedIdentity" });

/** A token of the account, without its secret. */
export const tokenSchema = z
  .object({
    id: z.string().meta({ description: "The middle part of the token: `bt_<id>_<secret>`" }),
    name: z.string().optional(),
    scopes: z.array(scopeSchema),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.date().optional().meta({
      description: "The day (UTC) of the last use; absent for a token that has not been used",
    }),
    expiresAt: z.iso.datetime(),
    current: z.boolean().meta({ description: "Whether this request was made with the token" }),
  })
  .meta({ id: "Token" });

/** The tokens of an account that have not expired, newest first. */
export const tokensSchema = z.object({ items: z.array(tokenSchema) }).meta({ id: "Tokens" });

/** A new recovery code, shown only here. */
export const recoveryCodeSchema = z
  .object({ recoveryCode: createdAccountSchema.shape.recoveryCode })
  .meta({ id: "RecoveryCode" });

/** A single-use code with which another device gets a token. */
export const pairingSchema = z
  .object({ code: z.string().regex(/^[0-9A-Z]{8}$/), expiresAt: z.iso.datetime() })
  .meta({ id: "Pairing" });

export type Scope = z.infer<typeof scopeSchema>;
export type IssueTokenRequest = z.infer<typeof issueTokenRequestSchema>;
