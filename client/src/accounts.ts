import type {
  CreatedAccount,
  IssuedToken,
  IssueTokenRequest,
  QuotaUsage,
  Usage,
} from "./schema.ts";
import type { Transport } from "./transport.ts";

interface Call {
  signal?: AbortSignal | undefined;
}

/** Accounts and their tokens. */
export interface Accounts {
  /**
   * Creates an anonymous account. Store the recovery code: it is returned only once and cannot be looked up later.
   * @param call.signupCode required by a service whose `signup` is `code`
   */
  create(call?: Call & { signupCode?: string | undefined }): Promise<CreatedAccount>;
  /** Issues a token in exchange for a current one, a recovery code or an external identity, with the same or fewer scopes. */
  issueToken(request: IssueTokenRequest, call?: Call): Promise<IssuedToken>;
  /** Revokes this client's token. */
  revoke(call?: Call): Promise<void>;
  /** How much of each quota the account has used. */
  usage(call?: Call): Promise<readonly QuotaUsage[]>;
}

export function accountsOver(transport: Transport): Accounts {
  return {
    // Neither request takes an idempotency key, because its response contains secrets. Failures are reported, not retried.
    create: ({ signal, signupCode } = {}) =>
      transport.json("/api/v2/users", {
        method: "POST",
        signal,
        ...(signupCode === undefined ? {} : { json: { signupCode } }),
      }),
    issueToken: (request, { signal } = {}) =>
      transport.json("/api/v2/tokens", { method: "POST", json: request, signal }),
    async revoke({ signal } = {}) {
      await transport.send("/api/v2/tokens/current", { method: "DELETE", signal }, () =>
        Promise.resolve(),
      );
    },
    async usage({ signal } = {}) {
      return (await transport.json<Usage>("/api/v2/users/me/usage", { signal })).items;
    },
  };
}
