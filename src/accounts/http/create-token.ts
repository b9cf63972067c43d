import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import {
  issuedTokenSchema,
  issueTokenRequestSchema,
  type IssueTokenRequest,
} from "../../../contract/accounts.ts";
import { DomainError } from "../../platform/errors.ts";
import { BEARER, bearerToken, invalidToken } from "../../platform/http/bearer.ts";
import { addressCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { UNCACHED } from "../../platform/http/headers.ts";
import { jsonBody, problems, RATE_LIMIT_HEADERS } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import { emptyBodyIsNone } from "../../platform/http/validation.ts";
import { rateLimit } from "../../rate-limits/module.ts";
import type { IssueOutcome, Proof } from "../domain/issue-token.ts";
import type { IssuedToken } from "../domain/tokens.ts";
import type { AccountsDeps } from "./accounts.ts";
import { presentToken } from "./present-token.ts";
import { COMMON_PROBLEMS, issuerUnavailable, PROOF_PROBLEMS } from "./proof-problems.ts";

const createToken = createRoute({
  operationId: "createToken",
  method: "post",
  path: "/api/v2/tokens",
  tags: ["Accounts"],
  summary: "Issue a new token",
  description:
    "Requires a valid token in Authorization, a user id with its recovery code, an identity token of an external issuer (in the body or in Authorization), or a pairing code, which can be used once. `scopes` must be a subset of the scopes of that proof. The old token remains valid. An account has at most 100 unexpired tokens (quota `tokens`). Beyond that, a request with a token or a pairing code as proof fails with 409 LIMIT_REACHED; one with a recovery code or an identity revokes the least recently used token. After 10 wrong pairing codes in an hour, further attempts from the address fail with 429.",
  security: [...BEARER, {}],
  request: {
    body: { content: { "application/json": { schema: issueTokenRequestSchema } }, required: false },
  },
  responses: {
    201: jsonBody("The token, shown only once", issuedTokenSchema, RATE_LIMIT_HEADERS),
    ...problems(...PROOF_PROBLEMS, "LIMIT_REACHED", ...COMMON_PROBLEMS),
  },
});

type CreateTokenDeps = Pick<
  AccountsDeps,
  "issueToken" | "refusalError" | "pairingGuesses" | "limiters" | "clientIpHeader"
>;

/** The route that issues tokens. */
export function createTokenRoutes(deps: CreateTokenDeps): OpenAPIHono<App> {
  const app = router();
  // Guesses at recovery codes are limited by address.
  const perAddress = rateLimit(deps.limiters.accounts, (c) =>
    addressCaller(c, deps.clientIpHeader),
  );
  // Wrong pairing codes have a separate limit; correct ones are not limited.
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
          ? await pairedToken(c, issue, deps)
          : issuedToken(await issue(), proof, deps);
      return c.json(presentToken(token), 201, UNCACHED);
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

/** Whether a pairing code is the proof. A body with a second proof is rejected with 400. */
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

/** @throws DomainError unless a token was issued */
async function pairedToken(
  c: Context<App>,
  issue: () => Promise<IssueOutcome>,
  deps: Pick<CreateTokenDeps, "pairingGuesses" | "refusalError">,
): Promise<IssuedToken> {
  const outcome = await deps.pairingGuesses.attempt(c, async () => {
    const attempt = await issue();
    return attempt.kind === "refused" ? undefined : attempt;
  });
  if (outcome !== undefined)
    return issuedToken(outcome, { kind: "pairing", pairingCode: "" }, deps);
  throw new DomainError(
    "UNAUTHORIZED",
    "This pairing code is wrong, used or expired. Create a new code on a device that is signed in.",
  );
}

/** @throws DomainError unless a token was issued */
function issuedToken(
  outcome: IssueOutcome,
  { kind }: Proof,
  { refusalError }: Pick<CreateTokenDeps, "refusalError">,
): IssuedToken {
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
    case "full": {
      const { used, limit } = outcome;
      throw refusalError({ kind: "limit", quota: "tokens", limit, used });
    }
    case "beyond_scopes":
      throw new DomainError("FORBIDDEN", "A new token cannot have more scopes than the old one.");
    case "unavailable":
      throw issuerUnavailable(outcome);
  }
}
