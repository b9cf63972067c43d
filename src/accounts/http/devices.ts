import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import {
  pairingSchema,
  recoveryCodeSchema,
  SCOPES,
  tokensSchema,
} from "../../../contract/accounts.ts";
import { defined } from "../../platform/defined.ts";
import { DomainError } from "../../platform/errors.ts";
import { BEARER, invalidToken } from "../../platform/http/bearer.ts";
import { userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { UNCACHED } from "../../platform/http/headers.ts";
import {
  AUTHENTICATED,
  jsonBody,
  problems,
  RATE_LIMIT_HEADERS,
} from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import type { Identity } from "../../platform/identity.ts";
import { isoTime } from "../../platform/time.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import { rateLimit } from "../../rate-limits/module.ts";
import type { StoredToken } from "../domain/tokens.ts";
import { requireUser, type Authenticate } from "./auth.ts";

/** The use cases behind the routes. */
export interface DeviceUseCases {
  authenticate: Authenticate;
  /** Verifies the token against the database. */
  authenticateUncached: Authenticate;
  listTokens(userId: string): Promise<StoredToken[]>;
  /** @returns whether the user had this token */
  revokeToken(token: Pick<Identity, "userId" | "tokenId">): Promise<boolean>;
  /** @returns undefined if the account or the token is gone */
  createPairing(identity: Identity): Promise<{ code: string; expiresAt: number } | undefined>;
  /** Replaces the recovery code. @returns undefined if the account is gone */
  renewRecoveryCode(userId: string): Promise<string | undefined>;
}

const COMMON = ["RATE_LIMIT_EXCEEDED", "INTERNAL_ERROR", "DATABASE_UNAVAILABLE"] as const;

const listTokens = createRoute({
  operationId: "listTokens",
  method: "get",
  path: "/api/v2/tokens",
  tags: ["Accounts"],
  summary: "List the tokens of the account",
  description:
    "Requires a token with every scope. Lists at most 1,000 tokens that have not expired, newest first, without their secrets.",
  security: BEARER,
  responses: {
    200: jsonBody("The tokens", tokensSchema, RATE_LIMIT_HEADERS),
    ...problems(...AUTHENTICATED, ...COMMON),
  },
});

const revokeToken = createRoute({
  operationId: "revokeToken",
  method: "delete",
  path: "/api/v2/tokens/{id}",
  tags: ["Accounts"],
  summary: "Revoke a token of the account",
  description:
    "Requires a token with every scope; a token with fewer revokes only itself (`current`). The revocation takes effect everywhere within 30 s. It also voids the pairing code and the download tickets that were created with the token, but not tokens that it was exchanged for.",
  security: BEARER,
  request: { params: z.object({ id: z.string().min(1).max(100) }) },
  responses: {
    204: { description: "The token is revoked", headers: RATE_LIMIT_HEADERS },
    ...problems("INVALID_REQUEST", ...AUTHENTICATED, "NOT_FOUND", "PAYLOAD_TOO_LARGE", ...COMMON),
  },
});

const createPairing = createRoute({
  operationId: "createPairing",
  method: "post",
  path: "/api/v2/pairings",
  tags: ["Accounts"],
  summary: "Create a pairing code with which another device signs in",
  description:
    "The other device sends the code as `pairingCode` to `POST /api/v2/tokens` within five minutes and gets a token with the scopes of this one. The code works once; a second request voids the first code. The code contains no letters that look like digits.",
  security: BEARER,
  responses: {
    201: jsonBody("The code, shown only once", pairingSchema, RATE_LIMIT_HEADERS),
    ...problems("UNAUTHORIZED", "PAYLOAD_TOO_LARGE", ...COMMON),
  },
});

const createRecoveryCode = createRoute({
  operationId: "createRecoveryCode",
  method: "post",
  path: "/api/v2/users/recovery-code",
  tags: ["Accounts"],
  summary: "Replace the recovery code",
  description:
    "Requires a token with every scope. The old code becomes invalid immediately; tokens remain valid. The new code is shown only once.",
  security: BEARER,
  responses: {
    201: jsonBody("The new recovery code", recoveryCodeSchema, RATE_LIMIT_HEADERS),
    ...problems(...AUTHENTICATED, "PAYLOAD_TOO_LARGE", ...COMMON),
  },
});

/** The routes of tokens as devices, of pairing, and of the recovery code. */
export function deviceRoutes(deps: DeviceUseCases & { limiters: Limiters }): OpenAPIHono<App> {
  const app = router();
  const perUser = rateLimit(deps.limiters.accounts, (c) => userCaller(c.get("user").userId));
  const verified = (...scopes: typeof SCOPES) => [
    requireUser(deps.authenticateUncached, ...scopes),
    perUser,
  ];
  const reading = [
    requireUser(deps.authenticate, ...SCOPES),
    rateLimit(deps.limiters.library, (c) => userCaller(c.get("user").userId)),
  ];

  app.openapi({ ...listTokens, middleware: reading }, async (c) => {
    const { userId, tokenId } = c.get("user");
    const tokens = await deps.listTokens(userId);
    return c.json({ items: tokens.map((token) => presented(token, tokenId)) }, 200, UNCACHED);
  });

  app.openapi({ ...revokeToken, middleware: verified(...SCOPES) }, async (c) => {
    const { userId } = c.get("user");
    const isRevoked = await deps.revokeToken({ userId, tokenId: c.req.valid("param").id });
    if (!isRevoked) {
      throw new DomainError(
        "NOT_FOUND",
        "The account has no token with this id. `GET /api/v2/tokens` lists the ids.",
      );
    }
    return c.body(null, 204, UNCACHED);
  });

  app.openapi({ ...createPairing, middleware: verified() }, async (c) => {
    const pairing = await deps.createPairing(c.get("user"));
    if (pairing === undefined) throw invalidToken();
    const { code, expiresAt } = pairing;
    return c.json({ code, expiresAt: isoTime(expiresAt) }, 201, UNCACHED);
  });

  app.openapi({ ...createRecoveryCode, middleware: verified(...SCOPES) }, async (c) => {
    const recoveryCode = await deps.renewRecoveryCode(c.get("user").userId);
    if (recoveryCode === undefined) throw invalidToken();
    return c.json({ recoveryCode }, 201, UNCACHED);
  });

  return app;
}

function presented(token: StoredToken, currentId: string) {
  const { id, name, scopes, createdAt, usedAt, expiresAt } = token;
  return {
    id,
    ...defined({ name, lastUsedAt: isoTime(usedAt)?.slice(0, 10) }),
    scopes: [...scopes],
    createdAt: isoTime(createdAt),
    expiresAt: isoTime(expiresAt),
    current: id === currentId,
  };
}
