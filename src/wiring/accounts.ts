import type { ScheduledTask } from "../platform/scheduled.ts";
import type { Config } from "../config.ts";
import { createAccount } from "../accounts/domain/create-account.ts";
import {
  deleteUser,
  finishDeletions,
  TOMBSTONE_RETENTION_MS,
  type DeleteUserDeps,
  type PurgeUsers,
} from "../accounts/domain/delete-user.ts";
import { issueToken } from "../accounts/domain/issue-token.ts";
import { linkIdentity } from "../accounts/domain/link-identity.ts";
import { verifyToken, type VerifyTokenDeps } from "../accounts/domain/verify-token.ts";
import type { AccountUseCases } from "../accounts/http/accounts.ts";
import { bearerAuthentication } from "../accounts/http/auth.ts";
import type { Log } from "../platform/log.ts";
import { identityIssuers } from "../accounts/providers/identity-issuers.ts";
import { d1Identities } from "../accounts/storage/identities.ts";
import { rememberedTokens } from "../accounts/storage/remembered-tokens.ts";
import { d1Tokens, sweepExpiredTokens } from "../accounts/storage/tokens.ts";
import { d1Tombstones, pruneTombstones, purgeUserTables } from "../accounts/storage/user-data.ts";
import { d1Users, sweepUnusedUsers } from "../accounts/storage/users.ts";
import { stopImports } from "./imports.ts";
import { runtimeSecrets as secrets } from "./secrets.ts";

/** An anonymous account that was never used is kept for 30 days. */
const UNUSED_RETENTION_MS = 30 * 86_400_000;
/** Rows that one run of a sweep deletes at most; the rest waits a minute. */
const SWEEP_BATCH_SIZE = 500;

const NOTHING_REMEMBERED: VerifyTokenDeps["remembered"] = {
  get: () => undefined,
  put: () => undefined,
};

/** What accounts need of the isolate. */
interface Shared {
  config: Pick<Config, "AUTH_ISSUERS">;
  log: Log;
  now(): number;
  defer(work: Promise<unknown>): void;
}

/** Accounts as the rest of the service uses them. */
export interface Accounts {
  http: AccountUseCases;
  /** Deletes everything of a user. @throws DomainError DATABASE_UNAVAILABLE, and then nothing has happened */
  deleteUser(userId: string): Promise<void>;
  /** Whether a user was deleted: what still runs for him must stop. @throws DomainError DATABASE_UNAVAILABLE */
  isDeleted(userId: string): Promise<boolean>;
  tasks: Record<string, ScheduledTask>;
}

/**
 * Puts accounts together. A capability that keeps something of users outside of D1 adds its own to `purges`; one that
 * keeps it in D1 adds its tables to `USER_TABLES`.
 */
export function buildAccounts(env: Env, { config, log, now, defer }: Shared): Accounts {
  const db = env.DB;
  const purges: PurgeUsers[] = [stopImports(env), purgeUserTables(db)];
  const remembered = rememberedTokens(now);
  const tokens = d1Tokens(db, log);
  const users = d1Users(db, log);
  const identities = d1Identities(db, log);
  const tombstones = d1Tombstones(db, log);
  const verifyIdentityToken = identityIssuers(config.AUTH_ISSUERS, {
    fetch: (input, init) => fetch(input, init),
    now,
  });
  const verify = (token: string) => verifyToken(token, { remembered, tokens, secrets, defer, now });
  const verifyAfresh = (token: string) =>
    verifyToken(token, { remembered: NOTHING_REMEMBERED, tokens, secrets, defer, now });
  const deletion: DeleteUserDeps = {
    tombstones,
    purges,
    forget: (userId) => remembered.forget(({ identity }) => identity.userId === userId),
    failed: (error) => log.error("purge_failed", { error }),
    now,
  };

  return {
    http: {
      authenticate: bearerAuthentication(verify),
      authenticateUncached: bearerAuthentication(verifyAfresh),
      createAccount: () => createAccount({ users, secrets, now }),
      issueToken: (proof, scopes) =>
        issueToken(
          { proof, scopes },
          {
            verifyToken: verifyAfresh,
            verifyIdentityToken,
            users,
            identities,
            tokens,
            secrets,
            now,
          },
        ),
      async revokeToken({ tokenId }) {
        await tokens.revoke(tokenId);
        remembered.forget(({ identity }) => identity.tokenId === tokenId);
      },
      linkIdentity: (userId, identityToken) =>
        linkIdentity({ userId, identityToken }, { verifyIdentityToken, identities, now }),
    },
    deleteUser: (userId) => deleteUser(userId, deletion),
    isDeleted: (userId) => tombstones.isDeleted(userId),
    tasks: {
      finish_deletions: () => finishDeletions(deletion),
      prune_tombstones: () => pruneTombstones(db, now() - TOMBSTONE_RETENTION_MS, SWEEP_BATCH_SIZE),
      sweep_expired_tokens: () => sweepExpiredTokens(db, now(), SWEEP_BATCH_SIZE),
      sweep_unused_accounts: () =>
        sweepUnusedUsers(db, now() - UNUSED_RETENTION_MS, SWEEP_BATCH_SIZE),
    },
  };
}
