import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import {
  linkedIdentitySchema,
  linkIdentityRequestSchema,
  SCOPES,
  type Scope,
} from "../../../contract/accounts.ts";
import type { Identity } from "../../platform/identity.ts";
import type { Refusal } from "../../quotas/domain/refusal.ts";
import type { Usage } from "../../quotas/domain/usage.ts";
import type { AccountRequest, CreateOutcome } from "../domain/create-account.ts";
import type { IssueOutcome, Proof } from "../domain/issue-token.ts";
import type { LinkOutcome } from "../domain/link-identity.ts";
import { DomainError } from "../../platform/errors.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import { requireUser, type Authenticate } from "./auth.ts";
import { COMMON_PROBLEMS, issuerUnavailable, PROOF_PROBLEMS } from "./proof-problems.ts";
import { BEARER, invalidToken } from "../../platform/http/bearer.ts";
import { userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { UNCACHED } from "../../platform/http/headers.ts";
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
import { rateLimit, type LimitedGuesses } from "../../rate-limits/module.ts";
import { router } from "../../platform/http/router.ts";
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
  /** The problem for a request that a quota refuses. */
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
  const perUser = rateLimit(accounts, (c) => userCaller(c.get("user").userId));

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

/** @throws DomainError unless the identity was linked */
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
