import { SCOPES, type Scope } from "../../../contract/accounts.ts";
import { recoveryHashOf } from "./create-account.ts";
import { holdsAll, type TokenVerdict } from "./identity.ts";
import type {
  ExternalIdentity,
  ExternalVerdict,
  VerifyIdentityToken,
} from "./external-identity.ts";
import { pairingHashOf, type PairingStore } from "./pairing.ts";
import { NO_HASH, type Secrets } from "./secrets.ts";
import { mintToken, type IssuedToken, type StoredToken } from "./tokens.ts";

/** The proof that a caller may get a token of an account. */
export type Proof =
  | { kind: "token"; token: string }
  | { kind: "recovery"; userId: string; recoveryCode: string }
  | { kind: "identity"; identityToken: string }
  | { kind: "pairing"; pairingCode: string };

/** Outcome of a request for a token. */
export type IssueOutcome =
  | { kind: "issued"; token: IssuedToken }
  | { kind: "refused" }
  | { kind: "not_linked" }
  | { kind: "beyond_scopes" }
  /** The account has the maximum number of tokens. */
  | { kind: "full"; used: number; limit: number }
  | Extract<ExternalVerdict, { kind: "unavailable" }>;

/** Dependencies of `issueToken`. Each throws DomainError DATABASE_UNAVAILABLE when D1 is unavailable. */
export interface IssueTokenDeps {
  verifyToken(token: string): Promise<TokenVerdict>;
  verifyIdentityToken: VerifyIdentityToken;
  users: { findRecoveryHash(userId: string): Promise<string | undefined> };
  identities: { findUser(identity: ExternalIdentity): Promise<string | undefined> };
  tokens: {
    /**
     * @param makesRoom whether to revoke the least recently used tokens to make room
     * @returns false, and stores nothing, if the user no longer exists or there is no room
     */
    add(token: StoredToken, makesRoom?: boolean): Promise<boolean>;
    /** The number of tokens that a user has, and the maximum. */
    room(userId: string, now: number): Promise<{ used: number; limit: number }>;
  };
  pairings: Pick<PairingStore, "find" | "redeem">;
  secrets: Secrets;
  now(): number;
}

/**
 * Issues a token for a proof. A token as proof allows at most its own scopes; a recovery code or an
 * external identity allows every scope. A pairing code allows the scopes of the token that created
 * it, and can be used once.
 * @param input.scopes scopes of the new token; by default all that the proof allows
 */
export async function issueToken(
  input: { proof: Proof; scopes: readonly Scope[] | undefined; name?: string | undefined },
  deps: IssueTokenDeps,
): Promise<IssueOutcome> {
  const proven = await prove(input.proof, deps);
  if (proven.kind !== "proven") return proven;
  const scopes = input.scopes ?? proven.scopes;
  if (!holdsAll(proven.scopes, scopes)) return { kind: "beyond_scopes" };
  const { userId, pairingHash } = proven;
  // A user with a signed-in device can revoke a token. A user without one must not be locked out.
  const makesRoom = input.proof.kind === "recovery" || input.proof.kind === "identity";
  const { used, limit } = await deps.tokens.room(userId, deps.now());
  if (!makesRoom && used >= limit) return { kind: "full", used, limit };
  const { issued, stored } = await mintToken({ userId, scopes, name: input.name }, deps);
  const isStored =
    pairingHash === undefined
      ? await deps.tokens.add(stored, makesRoom)
      : await deps.pairings.redeem(pairingHash, stored);
  return isStored ? { kind: "issued", token: issued } : { kind: "refused" };
}

type Proven = {
  kind: "proven";
  userId: string;
  scopes: readonly Scope[];
  /** The hash of the pairing code that the token consumes. */
  pairingHash?: string;
};

async function prove(
  proof: Proof,
  deps: IssueTokenDeps,
): Promise<Proven | Exclude<IssueOutcome, { kind: "issued" }>> {
  switch (proof.kind) {
    case "token": {
      const verdict = await deps.verifyToken(proof.token);
      if (verdict.kind === "refused") return verdict;
      const { userId, scopes } = verdict.identity;
      return { kind: "proven", userId, scopes };
    }
    case "recovery":
      return proveByCode(proof, deps);
    case "pairing":
      return proveByPairing(proof.pairingCode, deps);
    case "identity": {
      const verdict = await deps.verifyIdentityToken(proof.identityToken);
      if (verdict.kind !== "verified") return verdict;
      const userId = await deps.identities.findUser(verdict.identity);
      return userId === undefined
        ? { kind: "not_linked" }
        : { kind: "proven", userId, scopes: SCOPES };
    }
  }
}

/** An unknown user costs the same work as a wrong code and has the same outcome. */
async function proveByCode(
  { userId, recoveryCode }: Extract<Proof, { kind: "recovery" }>,
  { users, secrets }: IssueTokenDeps,
): Promise<Proven | { kind: "refused" }> {
  const stored = await users.findRecoveryHash(userId);
  const presented = await recoveryHashOf(recoveryCode, secrets);
  const matches = secrets.sameHash(stored ?? NO_HASH, presented);
  return stored !== undefined && matches
    ? { kind: "proven", userId, scopes: SCOPES }
    : { kind: "refused" };
}

async function proveByPairing(
  code: string,
  { pairings, secrets, now }: IssueTokenDeps,
): Promise<Proven | { kind: "refused" }> {
  const hash = await pairingHashOf(code, secrets);
  const pairing = hash === undefined ? undefined : await pairings.find(hash, now());
  if (hash === undefined || pairing === undefined) return { kind: "refused" };
  const { userId, scopes } = pairing;
  return { kind: "proven", userId, scopes, pairingHash: hash };
}
