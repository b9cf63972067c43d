import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { createdAccountSchema, createUserRequestSchema } from "../../../contract/accounts.ts";
import { DomainError } from "../../platform/errors.ts";
import { addressCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { UNCACHED } from "../../platform/http/headers.ts";
import { jsonBody, problems, RATE_LIMIT_HEADERS } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import { emptyBodyIsNone } from "../../platform/http/validation.ts";
import type { Refusal } from "../../quotas/domain/refusal.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import { rateLimit } from "../../rate-limits/module.ts";
import type { AccountRequest, CreateOutcome } from "../domain/create-account.ts";
import { presentToken } from "./present-token.ts";

export interface CreateUserDeps {
  createAccount(request: AccountRequest): Promise<CreateOutcome>;
  /** The problem for a request that a quota refuses. */
  refusalError(refusal: Refusal): DomainError;
  limiters: Limiters;
  /** The request header in which a proxy sends the client's address, if configured. */
  clientIpHeader: string | undefined;
}

const createUser = createRoute({
  operationId: "createUser",
  method: "post",
  path: "/api/v2/users",
  tags: ["Accounts"],
  summary: "Create an anonymous account",
  description:
    "Requires no input where `signup` of `GET /api/v2/capabilities` is `open`, and `signupCode` where it is `code`. The token and the recovery code are shown only once. An account that is never used is deleted after 30 days.",
  request: {
    body: {
      content: { "application/json": { schema: createUserRequestSchema } },
      required: false,
    },
  },
  responses: {
    201: jsonBody(
      "The account, its first token and its recovery code",
      createdAccountSchema,
      RATE_LIMIT_HEADERS,
    ),
    ...problems(
      "INVALID_REQUEST",
      "FORBIDDEN",
      "PAYLOAD_TOO_LARGE",
      "UNSUPPORTED_MEDIA_TYPE",
      "RATE_LIMIT_EXCEEDED",
      "QUOTA_EXCEEDED",
      "INTERNAL_ERROR",
      "DATABASE_UNAVAILABLE",
    ),
  },
});

/** The route that creates accounts. */
export function createUserRoutes(deps: CreateUserDeps): OpenAPIHono<App> {
  const app = router();
  const caller = (c: Parameters<typeof addressCaller>[0]) => addressCaller(c, deps.clientIpHeader);
  const middleware = [rateLimit(deps.limiters.accounts, caller), emptyBodyIsNone];
  app.openapi({ ...createUser, middleware }, async (c) => {
    const { signupCode, name } = c.req.valid("json");
    const outcome = await deps.createAccount({ addressKey: caller(c).key, signupCode, name });
    const { recoveryCode, ...token } = createdAccount(outcome, deps);
    return c.json({ ...presentToken(token), recoveryCode }, 201, UNCACHED);
  });
  return app;
}

/** @throws DomainError unless an account was created */
function createdAccount(outcome: CreateOutcome, { refusalError }: CreateUserDeps) {
  switch (outcome.kind) {
    case "created":
      return outcome.account;
    case "refused":
      throw refusalError(outcome.refusal);
    case "closed":
      throw new DomainError("FORBIDDEN", "This service does not accept new accounts.");
    case "code_missing":
      throw new DomainError(
        "FORBIDDEN",
        "This service requires a signup code for new accounts: send it as signupCode.",
      );
    case "code_wrong":
      throw new DomainError("FORBIDDEN", "The signupCode is wrong. Ask the operator for it.");
  }
}
