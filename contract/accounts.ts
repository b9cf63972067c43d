import * as z from "zod";

/** What a token may be used for. */
export const scopeSchema = z.enum(["library:read", "library:write", "imports"]);

/** Every scope there is; a new account's first token has them all. */
export const SCOPES: readonly Scope[] = scopeSchema.options;

/** A token as it is handed out, once: only its hash is kept. */
export const issuedTokenSchema = z
  .object({
    userId: z.string(),
    token: z.string().regex(/^bt_[0-9a-z]+_[0-9a-z]+$/),
    scopes: z.array(scopeSchema),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "IssuedToken" });

/** A new anonymous account. The recovery code is what its owner keeps on paper: it is never shown again. */
export const createdAccountSchema = issuedTokenSchema
  .extend({ recoveryCode: z.string().regex(/^[0-9A-Z]{4}(-[0-9A-Z]{4})+$/) })
  .meta({ id: "CreatedAccount" });

/** Identity tokens with many claims have 2 to 3 KB. */
const identityTokenSchema = z.string().min(1).max(8192);

/** What proves who asks for a token; without any of it, the Authorization header does. */
export const issueTokenRequestSchema = z
  .object({
    userId: z.string().min(1).max(100).optional(),
    recoveryCode: z.string().min(1).max(100).optional(),
    identityToken: identityTokenSchema.optional(),
    scopes: z.array(scopeSchema).min(1).max(SCOPES.length).optional(),
  })
  .refine(({ userId, recoveryCode }) => (userId === undefined) === (recoveryCode === undefined), {
    message: "goes together with recoveryCode: send both or neither",
    path: ["userId"],
  })
  .refine(
    ({ recoveryCode, identityToken }) => recoveryCode === undefined || identityToken === undefined,
    { message: "cannot be sent beside recoveryCode", path: ["identityToken"] },
  )
  .meta({ id: "IssueTokenRequest" });

export const linkIdentityRequestSchema = z
  .object({ identityToken: identityTokenSchema })
  .meta({ id: "LinkIdentityRequest" });

/** An outside identity that opens this account from now on. */
export const linkedIdentitySchema = z
  .object({ userId: z.string(), issuer: z.string(), linkedAt: z.iso.datetime() })
  .meta({ id: "LinkedIdentity" });

export type Scope = z.infer<typeof scopeSchema>;
export type IssueTokenRequest = z.infer<typeof issueTokenRequestSchema>;
