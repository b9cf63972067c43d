import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import {
  issuedTokenSchema,
  issueTokenRequestSchema,
  linkedIdentitySchema,
  linkIdentityRequestSchema,
  SCOPES,
  type IssueTokenRequest,
  type Scope,
} from "../../../contract/accounts.ts";
import type { Identity } from "../../platform/identity.ts";
import type { Refusal } from "../../quotas/domain/refusal.ts";
import type { Usage } from "../../quotas/domain/usage.ts";
import type { AccountRequest, CreateOutcome } from "../domain/create-account.ts";
import type { IssueOutcome, Proof } from "../domain/issue-token.ts";
import type { LinkOutcome } from "../domain/link-identity.ts";
import type { ExternalVerdict } from "../domain/external-identity.ts";
import type { IssuedToken } from "../domain/tokens.ts";
import { DomainError } from "../../platform/errors.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import { requireUser, type Authenticate } from "./auth.ts";
import { presentToken } from "./present-token.ts";
import { BEARER, bearerToken, invalidToken } from "../../platform/http/bearer.ts";
import { addressCaller, userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import {
  IDEMPOTENCY_KEY,
  idempotently,
  KEY_REFUSALS,
  type Once,
} from "../../idempotency/module.ts";
import {
  AUTHENTICATED,
  jsonBody,
  problems,
  RATE_LIMIT_HEADERS,
  REPLAYED,
} from "../../platform/http/openapi-parts.ts";
import { rateLimit, type LimitedGuesses } from "../../rate-limits/module.ts";
import { router } from "../../platform/http/router.ts";
import { emptyBodyIsNone } from "../../platform/http/validation.ts";
import { isoTime } from "../../platform/time.ts";

/** The use cases behind the routes. */
export interface AccountUseCases {
  authenticate: Authenticate;
  /**
   * Authenticates against the database, without the cache. For operations that grant lasting access: a revoked token that
   * an isolate still has in its cache for up to 30 s must not be exchanged for another credential.
   */
  authenticateUncached: Authenticate;
  createAccount(request: AccountRequest): Promise<CreateOutcome>;
  /** The problem of a request that a quota refuses. */
  refusalError(refusal: Refusal): DomainError;
  /** The usage of an account's quotas. @throws DomainError DATABASE_UNAVAILABLE */
  readUsage(userId: string): Promise<Usage[]>;
  issueToken(request: {
    proof: Proof;
    scopes: readonly Scope[] | undefined;
    name: string | undefined;
  }): Promise<IssueOutcome>;
  /** Counts failed guesses at pairing codes. */
  pairingGuesses: LimitedGuesses;
  /** @returns whether the user had this token */
  revokeToken(token: Pick<Identity, "userId" | "tokenId">): Promise<boolean>;
  linkIdentity(userId: string, identityToken: string): Promise<LinkOutcome>;
}

export interface AccountsDeps extends AccountUseCases {
  limiters: Limiters;
  /** The request header with the client's address. */
  clientIpHeader: string | undefined;
  once: Once;
}

/** Matches the minimum interval between key fetches. */
const ISSUER_RETRY_SECONDS = 5;

/** Responses that contain a secret or confirm its deletion must not be cached. */
const UNCACHED = { "Cache-Control": "no-store" };

const COMMON_PROBLEMS = [
  "PAYLOAD_TOO_LARGE",
  "RATE_LIMIT_EXCEEDED",
  "INTERNAL_ERROR",
  "DATABASE_UNAVAILABLE",
] as const;

/** Problems of the routes that accept a proof of identity. PROVIDERS_UNAVAILABLE refers to an external issuer. */
const PROOF_PROBLEMS = [
  "INVALID_REQUEST",
  ...AUTHENTICATED,
  "UNSUPPORTED_MEDIA_TYPE",
  "PROVIDERS_UNAVAILABLE",
] as const;

const createToken = createRoute({
  operationId: "createToken",
  method: "post",
  path: "/api/v2/tokens",
  tags: ["Accounts"],
  summary: "Issue a new token",
  description:
    "Requires a valid token in Authorization, a user id with its recovery code, an identity token of an external issuer (in the body or in Authorization), or the code of a pairing, which is used up. `scopes` must be a subset of the scopes of that proof. The old token remains valid. 10 wrong pairing codes an hour from one address are 429.",
  security: [...BEARER, {}],
  request: {
    body: { content: { "application/json": { schema: issueTokenRequestSchema } }, required: false },
  },
  responses: {
    201: jsonBody("The token, shown only once", issuedTokenSchema, RATE_LIMIT_HEADERS),
    ...problems(...PROOF_PROBLEMS, ...COMMON_PROBLEMS),
  },
});

const revokeCurrentToken = createRoute({
  operationId: "revokeCurrentToken",
  method: "delete",
  path: "/api/v2/tokens/current",
  tags: ["Accounts"],
  summary: "Revoke the token of this request",
  description:
    "The revocation takes effect everywhere within 30 s. Other tokens of the account remain valid.",
  security: BEARER,
  responses: {
    204: { description: "The token is revoked", headers: RATE_LIMIT_HEADERS },
    ...problems("UNAUTHORIZED", ...COMMON_PROBLEMS),
  },
});

const linkUser = createRoute({
  operationId: "linkIdentity",
  method: "post",
  path: "/api/v2/users/link",
  tags: ["Accounts"],
  summary: "Link an external identity to this account",
  description:
    "Afterwards an identity token of that issuer and subject can be exchanged for tokens of this account with every scope; the token of this request must therefore have every scope. An identity can be linked to only one account.",
  security: BEARER,
  parameters: [IDEMPOTENCY_KEY],
  request: {
    body: {
      content: { "application/json": { schema: linkIdentityRequestSchema } },
      required: true,
    },
  },
  responses: {
    200: jsonBody("The identity is linked; it may have been linked before", linkedIdentitySchema, {
      ...RATE_LIMIT_HEADERS,
      ...REPLAYED,
    }),
    ...problems("CONFLICT", ...KEY_REFUSALS, ...PROOF_PROBLEMS, ...COMMON_PROBLEMS),
  },
});

/** The routes of accounts, tokens and external identities. */
export function accountRoutes(deps: AccountsDeps): OpenAPIHono<App> {
  const app = router();
  const { accounts } = deps.limiters;
  // Attempts to guess recovery codes are counted by address, requests with a token by account.
  const perAddress = rateLimit(accounts, (c) => addressCaller(c, deps.clientIpHeader));
  const perUser = rateLimit(accounts, (c) => userCaller(c.get("user").userId));

  // Wrong pairing codes have a limit of their own, and right ones have none.
  const perAddressUnlessPairing: MiddlewareHandler<App> = async (c, next) =>
    (await sendsPairingCode(c)) ? next() : perAddress(c, next);

  app.openapi(
    { ...createToken, middleware: [perAddressUnlessPairing, emptyBodyIsNone] },
    async (c) => {
      const request = c.req.valid("json");
      const proof = proofOf(request, c.req.header("Authorization"));
      const { scopes, name } = request;
      const issue = () => deps.issueToken({ proof, scopes, name });
      const token =
        proof.kind === "pairing"
          ? await pairedToken(c, issue, deps.pairingGuesses)
          : issuedToken(await issue(), proof);
      return c.json(presentToken(token), 201, UNCACHED);
    },
  );

  app.openapi(
    { ...revokeCurrentToken, middleware: [requireUser(deps.authenticate), perUser] },
    async (c) => {
      await deps.revokeToken(c.get("user"));
      return c.body(null, 204, UNCACHED);
    },
  );

  app.openapi(
    { ...linkUser, middleware: [requireUser(deps.authenticateUncached, ...SCOPES), perUser] },
    async (c) => {
      const { userId } = c.get("user");
      const { identityToken } = c.req.valid("json");
      const keyed = {
        caller: userCaller(userId),
        operation: linkUser.operationId,
        fields: { identityToken },
        isPublic: false,
      };
      // The answer is stored after the link. If storing fails, a retry finds the identity linked and gets the same answer.
      const { body } = await idempotently(c, deps.once, keyed, async () => {
        const { issuer, linkedAt } = linkedIdentity(await deps.linkIdentity(userId, identityToken));
        const linked = { userId, issuer, linkedAt: isoTime(linkedAt) };
        return { status: 200, body: linked };
      });
      return c.json(body, 200, UNCACHED);
    },
  );

  return app;
}

/** The body takes precedence over the header, which some apps send with every request, even after it has expired. */
function proofOf(request: IssueTokenRequest, authorization: string | undefined): Proof {
  const { userId, recoveryCode, identityToken, pairingCode } = request;
  if (pairingCode !== undefined) return { kind: "pairing", pairingCode };
  if (userId !== undefined && recoveryCode !== undefined) {
    return { kind: "recovery", userId, recoveryCode };
  }
  if (identityToken !== undefined) return { kind: "identity", identityToken };
  const token = bearerToken(authorization);
  return token.startsWith("bt_")
    ? { kind: "token", token }
    : { kind: "identity", identityToken: token };
}

/** Whether a pairing code is the proof. A body that has another proof beside it is refused with 400. */
async function sendsPairingCode(c: Context<App>): Promise<boolean> {
  if (c.req.header("Content-Type") === undefined) return false;
  const text = await c.req.text();
  try {
    const body = JSON.parse(text) as { pairingCode?: unknown } | null;
    return typeof body?.pairingCode === "string";
  } catch {
    return false;
  }
}

/** @throws DomainError for every outcome that is not a token */
async function pairedToken(
  c: Context<App>,
  issue: () => Promise<IssueOutcome>,
  guesses: LimitedGuesses,
): Promise<IssuedToken> {
  const outcome = await guesses.attempt(c, async () => {
    const attempt = await issue();
    return attempt.kind === "refused" ? undefined : attempt;
  });
  if (outcome !== undefined) return issuedToken(outcome, { kind: "pairing", pairingCode: "" });
  throw new DomainError(
    "UNAUTHORIZED",
    "This pairing code is wrong, used or expired. Ask for a new code on a device that is signed in.",
  );
}

/** @throws DomainError for every outcome that is not a token */
function issuedToken(outcome: IssueOutcome, { kind }: Proof): IssuedToken {
  switch (outcome.kind) {
    case "issued":
      return outcome.token;
    case "refused":
      throw kind === "recovery"
        ? new DomainError("UNAUTHORIZED", "No account has this user id and recovery code.")
        : invalidToken();
    case "not_linked":
      throw new DomainError(
        "UNAUTHORIZED",
        "This identity is not linked to an account. Create an account, then link the identity to it.",
      );
    case "beyond_scopes":
      throw new DomainError("FORBIDDEN", "A new token cannot have more scopes than the old one.");
    case "unavailable":
      throw issuerUnavailable(outcome);
  }
}

/** @throws DomainError for every outcome that is not a link */
function linkedIdentity(outcome: LinkOutcome): Extract<LinkOutcome, { kind: "linked" }> {
  switch (outcome.kind) {
    case "linked":
      return outcome;
    case "taken":
      throw new DomainError("CONFLICT", "This identity is already linked to another account.");
    case "refused":
    case "account_gone":
      throw invalidToken();
    case "unavailable":
      throw issuerUnavailable(outcome);
  }
}

function issuerUnavailable({
  issuer,
  reason,
}: Extract<ExternalVerdict, { kind: "unavailable" }>): DomainError {
  return new DomainError(
    "PROVIDERS_UNAVAILABLE",
    "The keys of the identity token's issuer are temporarily unavailable. Try again.",
    { details: { providers: { [issuer]: reason } }, retryAfterSeconds: ISSUER_RETRY_SECONDS },
  );
}
