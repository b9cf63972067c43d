import type { CreatedAccount, IssuedToken, IssueTokenRequest } from "./schema.ts";
import type { Transport } from "./transport.ts";

interface Call {
  signal?: AbortSignal | undefined;
}

/** Accounts and their tokens. */
export interface Accounts {
  /** A new anonymous account. Keep the recovery code: it is told once, and nobody else has it. */
  create(call?: Call): Promise<CreatedAccount>;
  /** A new token for an old one, a recovery code, or an outside identity; with the same or fewer scopes. */
  issueToken(request: IssueTokenRequest, call?: Call): Promise<IssuedToken>;
  /** Makes this client's token void. */
  revoke(call?: Call): Promise<void>;
}

export function accountsOver(transport: Transport): Accounts {
  return {
    // Neither takes a key, since its answer holds secrets: a failure is told, not repeated.
    create: ({ signal } = {}) => transport.json("/api/v2/users", { method: "POST", signal }),
    issueToken: (request, { signal } = {}) =>
      transport.json("/api/v2/tokens", { method: "POST", json: request, signal }),
    async revoke({ signal } = {}) {
      await transport.send("/api/v2/tokens/current", { method: "DELETE", signal }, () =>
        Promise.resolve(),
      );
    },
  };
}
