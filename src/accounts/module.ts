import { spacing } from "../platform/spacing.ts";
import { DAY_MS, SECOND_MS } from "../platform/time.ts";
import type { Identity } from "../platform/identity.ts";
import { rememberingCheck, runtimeSecrets as secrets, tokenCheck } from "../platform/crypto.ts";
import type { IdempotencyModule } from "../idempotency/module.ts";
import { withTimeout } from "../platform/d1/with-timeout.ts";
import type { Module, PurgeUsers } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import { limitOf } from "../quotas/domain/policy.ts";
import { refusalError } from "../quotas/domain/refusal.ts";
import type { QuotasModule } from "../quotas/module.ts";
import {
  failedLogins,
  limitedGuesses,
  type FailedLogins,
  type LimitedGuesses,
  type RateLimitsModule,
} from "../rate-limits/module.ts";
import { createAccount, recoveryHashOf } from "./domain/create-account.ts";
import { createPairing } from "./domain/pairing.ts";
import {
  issueDownloadTicket,
  useDownloadTicket,
  type PresentedTicket,
  type TicketDeps,
} from "./domain/download-ticket.ts";
import { newRecoveryCode } from "./domain/recovery-code.ts";
import {
  deleteIdleUser,
  deleteUser,
  finishDeletions,
  TOMBSTONE_RETENTION_MS,
  type DeleteUserDeps,
  type PurgeUser,
} from "./domain/delete-user.ts";
import { deleteIdleAccounts } from "./domain/idle-accounts.ts";
import { issueToken } from "./domain/issue-token.ts";
import { linkIdentity } from "./domain/link-identity.ts";
import type { SignupPolicy } from "./domain/signup.ts";
import { router } from "../platform/http/router.ts";
import { createUserRoutes } from "./http/create-user.ts";
import { createTokenRoutes } from "./http/create-token.ts";
import { deviceRoutes, type DeviceUseCases } from "./http/devices.ts";
import { usageRoutes } from "./http/usage.ts";
import { d1DownloadTickets, d1Pairings, sweepShortLived } from "./storage/short-lived.ts";
import { verifyToken, type VerifyTokenDeps } from "./domain/verify-token.ts";
import { accountRoutes, type AccountUseCases } from "./http/accounts.ts";
import type { OperatorDeps } from "./http/admin-auth.ts";
import { bearerAuthentication, type Authenticate, type TokenFailures } from "./http/auth.ts";
import { identityIssuers } from "./providers/identity-issuers.ts";
import { d1Identities } from "./storage/identities.ts";
import { takeIdleUsers } from "./storage/idle-users.ts";
import { rememberedTokens } from "./storage/remembered-tokens.ts";
import { d1Tokens, sweepExpiredTokens } from "./storage/tokens.ts";
import {
  d1Tombstones,
  deletionGauges,
  pruneTombstones,
  purgeUserTables,
} from "./storage/user-data.ts";
import { d1Users, sweepUnusedUsers } from "./storage/users.ts";

export { OPERATOR, requireOperator } from "./http/admin-auth.ts";
export {
  identifyCaller,
  requireOwner,
  requireScopes,
  requireUser,
  type Authenticate,
} from "./http/auth.ts";

/** Retention of an anonymous account that was never used. */
const UNUSED_RETENTION_MS = 30 * DAY_MS;
/** Maximum number of rows that one run of a sweep deletes; the next run follows a minute later. */
const SWEEP_BATCH_SIZE = 500;
/** Spacing of reads of tokens new to the isolate, so that a flood of guesses leaves time for requests with known tokens. */
const NEW_TOKENS = { apartMs: 10, maxWaitMs: 2 * SECOND_MS };

/** Interface of the module for the modules above it. */
export interface AccountsModule extends Module {
  useCases: AccountUseCases;
  /** Verifies the bearer token of a request. */
  authenticate: Authenticate;
  /** Verifies it against the database, for actions that cannot be undone or that grant lasting access. */
  authenticateUncached: Authenticate;
  /** The limit on failed tokens and tickets of users. */
  logins: FailedLogins;
  /** The limit on failed tokens of the scraper, separate from the operator's. */
  scraperLogins: FailedLogins;
  /** Deletes all data of a user. @throws DomainError DATABASE_UNAVAILABLE if nothing was deleted */
  deleteUser(userId: string): Promise<void>;
  /** Whether a user was deleted, so that work on their behalf must stop. @throws DomainError DATABASE_UNAVAILABLE */
  isDeleted(userId: string): Promise<boolean>;
  /** Single-use tickets that authorise one download without a header. */
  downloadTickets: {
    /** @returns undefined if the account or the token is gone. @throws DomainError DATABASE_UNAVAILABLE */
    issue(
      identity: Identity,
      purpose: string,
    ): Promise<{ ticket: string; expiresAt: number } | undefined>;
    /** Consumes a valid ticket, unless the request is a probe. @throws DomainError DATABASE_UNAVAILABLE */
    use(request: PresentedTicket): Promise<boolean>;
  };
  /** Dependencies of the operator's guard. */
  operator: OperatorDeps;
}

/**
 * Accounts, their tokens, external identities, and the deletion of all data of a user. A module that stores user data in D1
 * adds its tables to `USER_TABLES`; one that stores it elsewhere has `purgeUsers`.
 * @param below `purgeUsers` runs the `purgeUsers` of all modules
 */
export function accountsModule(
  platform: Platform,
  below: {
    rateLimits: RateLimitsModule;
    idempotency: IdempotencyModule;
    quotas: QuotasModule;
    purgeUsers: PurgeUsers;
  },
): AccountsModule {
  const { env, config, log, metrics, now, defer } = platform;
  const { limiters } = below.rateLimits;
  const { quotas } = below;
  const db = env.DB;
  const remembered = rememberedTokens(now);
  const maxTokens = limitOf(quotas.quotas.tokens);
  const tokens = d1Tokens(db, log, maxTokens);
  const users = d1Users(quotas.countedDb("accounts"), log);
  const identities = d1Identities(db, log);
  const tombstones = d1Tombstones(db, log);
  const pairings = d1Pairings(db, log, maxTokens);
  const tickets: TicketDeps = { tickets: d1DownloadTickets(db, log), secrets, now };
  const verifyIdentityToken = identityIssuers(config.AUTH_ISSUERS, {
    fetch: (input, init) => fetch(input, init),
    now,
    defer,
  });
  const spread = spacing(platform, NEW_TOKENS);
  const verification: VerifyTokenDeps = {
    remembered,
    tokens,
    secrets,
    mayRead: async (hash) => (remembered.wasVerified(hash) ? undefined : spread()),
    defer,
    now,
  };
  const verify = (token: string) => verifyToken(token, verification);
  const verifyUncached = (token: string) =>
    verifyToken(token, { ...verification, remembered: { ...remembered, get: () => undefined } });
  const loginsOf = (of: "operator" | "scraper" | "user") =>
    failedLogins(limiters.admin, {
      of,
      clientIpHeader: config.CLIENT_IP_HEADER,
      mayCount: spacing(platform, NEW_TOKENS),
    });
  const logins = loginsOf("user");
  const failures: TokenFailures = {
    logins,
    wasVerified: async (token) => remembered.wasVerified(await secrets.sha256(token)),
  };
  const stopWork: PurgeUser = async (userId) => {
    await below.purgeUsers([userId]);
    return true;
  };
  const deletion: DeleteUserDeps = {
    tombstones,
    purges: [stopWork, purgeUserTables(db)],
    forget: (userId) => remembered.forget(({ identity }) => identity.userId === userId),
    failed: (error) => log.error("purge_failed", { error }),
    withTimeout,
    defer,
    now,
  };
  const useCases: AccountUseCases = {
    authenticate: bearerAuthentication(verify, failures),
    authenticateUncached: bearerAuthentication(verifyUncached, failures),
    createAccount: (request) =>
      createAccount(request, {
        users,
        signup: signupOf(config),
        accountCharges: quotas.accountCharges,
        secrets,
        now,
      }),
    refusalError(refusal) {
      quotas.refused(refusal);
      return refusalError(refusal, now());
    },
    readUsage: quotas.readUsage,
    issueToken: (request) =>
      issueToken(request, {
        verifyToken: verifyUncached,
        verifyIdentityToken,
        users,
        identities,
        tokens,
        pairings,
        secrets,
        now,
      }),
    async revokeToken({ userId, tokenId }) {
      const isRevoked = await tokens.revoke(userId, tokenId);
      if (isRevoked) remembered.forget(({ identity }) => identity.tokenId === tokenId);
      return isRevoked;
    },
    pairingGuesses: countedGuesses(
      limitedGuesses(below.rateLimits.guesses, config.CLIENT_IP_HEADER),
      () => metrics.count("failed_pairings", {}),
    ),
    linkIdentity: (userId, identityToken) =>
      linkIdentity({ userId, identityToken }, { verifyIdentityToken, identities, now }),
  };
  const devices: DeviceUseCases = {
    ...useCases,
    listTokens: (userId) => tokens.list(userId, now()),
    createPairing: (identity) => createPairing(identity, { pairings, secrets, now }),
    async renewRecoveryCode(userId) {
      const code = newRecoveryCode(secrets);
      const isSet = await users.setRecoveryHash(userId, await recoveryHashOf(code, secrets));
      return isSet ? code : undefined;
    },
  };

  return {
    useCases,
    downloadTickets: {
      issue: (identity, purpose) => issueDownloadTicket(identity, purpose, tickets),
      use: (request) => useDownloadTicket(request, tickets),
    },
    authenticate: useCases.authenticate,
    authenticateUncached: useCases.authenticateUncached,
    logins,
    scraperLogins: loginsOf("scraper"),
    deleteUser: (userId) => deleteUser(userId, deletion),
    isDeleted: (userId) => tombstones.isDeleted(userId),
    operator: {
      operatorCheck: rememberingCheck(tokenCheck(config.ADMIN_TOKEN)),
      logins: loginsOf("operator"),
      log,
    },
    routes: () =>
      router()
        .route(
          "/",
          createUserRoutes({ ...useCases, limiters, clientIpHeader: config.CLIENT_IP_HEADER }),
        )
        .route(
          "/",
          accountRoutes({
            ...useCases,
            limiters,
            clientIpHeader: config.CLIENT_IP_HEADER,
            once: below.idempotency.once,
          }),
        )
        .route(
          "/",
          createTokenRoutes({ ...useCases, limiters, clientIpHeader: config.CLIENT_IP_HEADER }),
        )
        .route("/", deviceRoutes({ ...devices, limiters }))
        .route("/", usageRoutes({ ...useCases, limiters })),
    gauges: { deletions: () => deletionGauges(db, now()) },
    tasks: {
      finish_deletions: () => finishDeletions(deletion),
      prune_tombstones: () => pruneTombstones(db, now() - TOMBSTONE_RETENTION_MS, SWEEP_BATCH_SIZE),
      async sweep_expired_tokens() {
        const deleted = await sweepExpiredTokens(db, now(), SWEEP_BATCH_SIZE);
        return deleted + (await sweepShortLived(db, now(), SWEEP_BATCH_SIZE));
      },
      sweep_unused_accounts: () =>
        sweepUnusedUsers(db, now() - UNUSED_RETENTION_MS, SWEEP_BATCH_SIZE),
      delete_idle_accounts: () =>
        deleteIdleAccounts(config.RETENTION.emptyAccounts, {
          takeIdle: (span) => takeIdleUsers(db, span),
          deleteIfIdle: (userId, unusedSince) => deleteIdleUser(userId, unusedSince, deletion),
          now,
        }),
    },
  };
}

/** Who may create an account. parseConfig has checked that `SIGNUP: code` comes with a code. */
function signupOf({ SIGNUP, SIGNUP_CODE }: Platform["config"]): SignupPolicy {
  return { mode: SIGNUP, isCode: tokenCheck(SIGNUP_CODE) ?? (async () => false) };
}

/** Counts wrong guesses. */
function countedGuesses(guesses: LimitedGuesses, count: () => void): LimitedGuesses {
  return {
    async attempt(c, check) {
      const result = await guesses.attempt(c, check);
      if (result === undefined) count();
      return result;
    },
  };
}
