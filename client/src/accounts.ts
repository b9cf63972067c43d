import type {
  ChangeSettingsRequest,
  CreatedAccount,
  CurrentUser,
  IssuedToken,
  IssueTokenRequest,
  Pairing,
  QuotaUsage,
  RecoveryCode,
  Token,
  Tokens,
  Usage,
} from "./schema.ts";
import type { Transport } from "./transport.ts";

interface Call {
  signal?: AbortSignal | undefined;
}

/** Accounts and their tokens. */
export interface Accounts {
  /**
   * Creates an anonymous account. Store the recovery code: it is returned only once and cannot be
   * looked up later.
   * @param call.signupCode required if `signup` of the service's capabilities is `code`
   * @param call.name the user's name for this device
   */
  create(
    call?: Call & { signupCode?: string | undefined; name?: string | undefined },
  ): Promise<CreatedAccount>;
  /** Issues a token in exchange for a current one, a recovery code, a pairing code or an external identity, with the same or fewer scopes. */
  issueToken(request: IssueTokenRequest, call?: Call): Promise<IssuedToken>;
  /**
   * The tokens of the account, newest first. This method and the next two require a token with
   * every scope.
   */
  tokens(call?: Call): Promise<readonly Token[]>;
  /** Revokes a token of the account. @throws NotFoundError if the account has no token with this id */
  revokeToken(id: string, call?: Call): Promise<void>;
  /** Replaces the recovery code; the old one becomes invalid. */
  newRecoveryCode(call?: Call): Promise<string>;
  /**
   * A single-use code with which another device gets a token within five minutes. It voids the
   * previous code.
   */
  pair(call?: Call): Promise<Pairing>;
  /** Revokes this client's token. */
  revoke(call?: Call): Promise<void>;
  /** The account of this client's token, with its settings. */
  current(call?: Call): Promise<CurrentUser>;
  /** Changes settings of the account; `null` restores a default. */
  changeSettings(change: ChangeSettingsRequest, call?: Call): Promise<CurrentUser>;
  /** How much of each quota the account has used. */
  usage(call?: Call): Promise<readonly QuotaUsage[]>;
}

export function accountsOver(transport: Transport): Accounts {
  return {
    // No request for a secret takes an idempotency key, because its response contains secrets. Failures are reported, not retried.
    create: ({ signal, ...request } = {}) =>
      transport.json("/api/v2/users", {
        method: "POST",
        signal,
        ...(Object.values(request).some((value) => value !== undefined) ? { json: request } : {}),
      }),
    issueToken: (request, { signal } = {}) =>
      transport.json("/api/v2/tokens", { method: "POST", json: request, signal }),
    async tokens({ signal } = {}) {
      return (await transport.json<Tokens>("/api/v2/tokens", { signal })).items;
    },
    async revokeToken(id, { signal } = {}) {
      const path = `/api/v2/tokens/${encodeURIComponent(id)}`;
      await transport.send(path, { method: "DELETE", signal }, () => Promise.resolve());
    },
    async newRecoveryCode({ signal } = {}) {
      const path = "/api/v2/users/recovery-code";
      return (await transport.json<RecoveryCode>(path, { method: "POST", signal })).recoveryCode;
    },
    pair: ({ signal } = {}) => transport.json("/api/v2/pairings", { method: "POST", signal }),
    async revoke({ signal } = {}) {
      await transport.send("/api/v2/tokens/current", { method: "DELETE", signal }, () =>
        Promise.resolve(),
      );
    },
    current: ({ signal } = {}) => transport.json("/api/v2/users/me", { signal }),
    changeSettings: (change, { signal } = {}) =>
      transport.json("/api/v2/users/me", { method: "PATCH", json: change, signal }),
    async usage({ signal } = {}) {
      return (await transport.json<Usage>("/api/v2/users/me/usage", { signal })).items;
    },
  };
}
