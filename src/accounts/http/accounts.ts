import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import {
  createdAccountSchema,
  issuedTokenSchema,
  issueTokenRequestSchema,
  linkedIdentitySchema,
  linkIdentityRequestSchema,
  SCOPES,
  type IssueTokenRequest,
  type Scope,
} from "../../../contract/accounts.ts";
import type { Identity } from "../../platform/identity.ts";
import type { IssueOutcome, Proof } from "../domain/issue-token.ts";
import type { LinkOutcome } from "../domain/link-identity.ts";
import type { OutsideVerdict } from "../domain/outside-identity.ts";
import type { IssuedToken } from "../domain/tokens.ts";
import { DomainError } from "../../platform/errors.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import { requireUser, type Authenticate } from "./auth.ts";
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
  jsonBody,
  problems,
  RATE_LIMIT_HEADERS,
  REPLAYED,
} from "../../platform/http/openapi-parts.ts";
import { rateLimit } from "../../rate-limits/module.ts";
import { router } from "../../platform/http/router.ts";
import { emptyBodyIsNone } from "../../platform/http/validation.ts";

/** What the routes call. */
export interface AccountUseCases {
  authenticate: Authenticate;
  /**
   * The same by the database alone. For what opens the account from then on: a revoked token that an isolate still
   * remembers must not turn into another one within its last 30 s.
   */
  authenticateAfresh: Authenticate;
  createAccount(): Promise<IssuedToken & { recoveryCode: string }>;
  issueToken(proof: Proof, scopes: readonly Scope[] | undefined): Promise<IssueOutcome>;
  revokeToken(identity: Identity): Promise<void>;
  linkIdentity(userId: string, identityToken: string): Promise<LinkOutcome>;
}

export interface AccountsDeps extends AccountUseCases {
  limiters: Limiters;
  /** The request header that names a caller's address. */
  clientIpHeader: string;
  once: Once;
}

/** An issuer that is away is asked again after 5 s at the earliest. */
const ISSUER_RETRY_SECONDS = 5;

/** Answers that hold a secret, or say that one is gone, are for nobody's cache. */
const UNCACHED = { "Cache-Control": "no-store" };

const COMMON_PROBLEMS = [
  "PAYLOAD_TOO_LARGE",
  "RATE_LIMIT_EXCEEDED",
  "INTERNAL_ERROR",
  "DATABASE_UNAVAILABLE",
] as const;

/** Of the routes that take a proof of who calls; an outside issuer may be the provider that is away. */
const PROOF_PROBLEMS = [
  "INVALID_REQUEST",
  "UNAUTHORIZED",
  "FORBIDDEN",
  "UNSUPPORTED_MEDIA_TYPE",
  "PROVIDERS_UNAVAILABLE",
] as const;

const createUser = createRoute({
  operationId: "createUser",
  method: "post",
  path: "/api/v2/users",
  tags: ["Accounts"],
  summary: "Make an anonymous account",
  description:
    "Nothing has to be told. The token and the recovery code are shown this once. An account that is never used is deleted after 30 days.",
  responses: {
    201: jsonBody(
      "The account, its first token and its recovery code",
      createdAccountSchema,
      RATE_LIMIT_HEADERS,
    ),
    ...problems(...COMMON_PROBLEMS),
  },
});

const createToken = createRoute({
  operationId: "createToken",
  method: "post",
  path: "/api/v2/tokens",
  tags: ["Accounts"],
  summary: "Get a new token",
  description:
    "For a valid token in Authorization, for a user id with its recovery code, or for the identity token of an outside issuer (in the body, or in Authorization). `scopes` are those of the proof, or fewer. The old token stays valid.",
  security: [...BEARER, {}],
  request: {
    body: { content: { "application/json": { schema: issueTokenRequestSchema } }, required: false },
  },
  responses: {
    201: jsonBody("The token, shown this once", issuedTokenSchema, RATE_LIMIT_HEADERS),
    ...problems(...PROOF_PROBLEMS, ...COMMON_PROBLEMS),
  },
});

const revokeCurrentToken = createRoute({
  operationId: "revokeCurrentToken",
  method: "delete",
  path: "/api/v2/tokens/current",
  tags: ["Accounts"],
  summary: "Revoke the token that this request is made with",
  description: "It is dead everywhere within 30 s. Other tokens of the account stay valid.",
  security: BEARER,
  responses: {
    204: { description: "It is revoked", headers: RATE_LIMIT_HEADERS },
    ...problems("UNAUTHORIZED", ...COMMON_PROBLEMS),
  },
});

const linkUser = createRoute({
  operationId: "linkIdentity",
  method: "post",
  path: "/api/v2/users/link",
  tags: ["Accounts"],
  summary: "Let an outside identity open this account",
  description:
    "From then on an identity token of that issuer and subject gets tokens of this account, with every scope: so the token must hold every scope itself. An identity opens one account only.",
  security: BEARER,
  parameters: [IDEMPOTENCY_KEY],
  request: {
    body: {
      content: { "application/json": { schema: linkIdentityRequestSchema } },
      required: true,
    },
  },
  responses: {
    200: jsonBody("It is linked, now or since earlier", linkedIdentitySchema, {
      ...RATE_LIMIT_HEADERS,
      ...REPLAYED,
    }),
    ...problems("CONFLICT", ...KEY_REFUSALS, ...PROOF_PROBLEMS, ...COMMON_PROBLEMS),
  },
});

/** Accounts, tokens, outside identities. */
export function accountRoutes(deps: AccountsDeps): OpenAPIHono<App> {
  const app = router();
  const { accounts } = deps.limiters;
  // Guesses at recovery codes come from somewhere; who has a token is counted by his account.
  const perAddress = rateLimit(accounts, (c) => addressCaller(c, deps.clientIpHeader));
  const perUser = rateLimit(accounts, (c) => userCaller(c.get("user").userId));

  app.openapi({ ...createUser, middleware: perAddress }, async (c) => {
    const { recoveryCode, ...token } = await deps.createAccount();
    return c.json({ ...presentToken(token), recoveryCode }, 201, UNCACHED);
  });

  app.openapi({ ...createToken, middleware: [perAddress, emptyBodyIsNone] }, async (c) => {
    const request = c.req.valid("json");
    const proof = proofOf(request, c.req.header("Authorization"));
    const token = issuedToken(await deps.issueToken(proof, request.scopes), proof);
    return c.json(presentToken(token), 201, UNCACHED);
  });

  app.openapi(
    { ...revokeCurrentToken, middleware: [requireUser(deps.authenticate), perUser] },
    async (c) => {
      await deps.revokeToken(c.get("user"));
      return c.body(null, 204, UNCACHED);
    },
  );

  app.openapi(
    { ...linkUser, middleware: [requireUser(deps.authenticateAfresh, ...SCOPES), perUser] },
    async (c) => {
      const { userId } = c.get("user");
      const { identityToken } = c.req.valid("json");
      const keyed = {
        caller: userCaller(userId),
        operation: linkUser.operationId,
        fields: { identityToken },
        isPublic: false,
      };
      // The answer is kept after the link: should that fail, the same request finds it linked, and answers the same.
      const { body } = await idempotently(c, deps.once, keyed, async () => {
        const { issuer, linkedAt } = linkedIdentity(await deps.linkIdentity(userId, identityToken));
        const linked = { userId, issuer, linkedAt: new Date(linkedAt).toISOString() };
        return { status: 200, body: linked };
      });
      return c.json(body, 200, UNCACHED);
    },
  );

  return app;
}

/** What the body holds counts before the header, which some apps send with every request, expired or not. */
function proofOf(request: IssueTokenRequest, authorization: string | undefined): Proof {
  const { userId, recoveryCode, identityToken } = request;
  if (userId !== undefined && recoveryCode !== undefined) {
    return { kind: "recovery", userId, recoveryCode };
  }
  if (identityToken !== undefined) return { kind: "identity", identityToken };
  const token = bearerToken(authorization);
  return token.startsWith("bt_")
    ? { kind: "token", token }
    : { kind: "identity", identityToken: token };
}

function presentToken({ userId, token, scopes, expiresAt }: IssuedToken) {
  return { userId, token, scopes: [...scopes], expiresAt: new Date(expiresAt).toISOString() };
}

/** @throws DomainError for every outcome that is not a token */
function issuedToken(outcome: IssueOutcome, { kind }: Proof): IssuedToken {
  switch (outcome.kind) {
    case "issued":
      return outcome.token;
    case "refused":
      throw kind === "recovery"
        ? new DomainError("UNAUTHORIZED", "There is no account with this id and recovery code.")
        : invalidToken();
    case "not_linked":
      throw new DomainError(
        "UNAUTHORIZED",
        "This identity opens no account yet. Make one, then link the identity to it.",
      );
    case "beyond_scopes":
      throw new DomainError("FORBIDDEN", "A token gets a new one with its own scopes or fewer.");
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
      throw new DomainError("CONFLICT", "This identity opens another account already.");
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
}: Extract<OutsideVerdict, { kind: "unavailable" }>): DomainError {
  return new DomainError(
    "PROVIDERS_UNAVAILABLE",
    "The issuer of the identity token cannot be asked for its keys now. Try again.",
    { details: { providers: { [issuer]: reason } }, retryAfterSeconds: ISSUER_RETRY_SECONDS },
  );
}
