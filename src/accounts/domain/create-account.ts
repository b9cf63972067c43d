import { SCOPES } from "../../../contract/accounts.ts";
import { firstOver, type Charge, type Use } from "../../quotas/domain/charge.ts";
import { resetOf } from "../../quotas/domain/policy.ts";
import type { Refusal } from "../../quotas/domain/refusal.ts";
import { canonicalRecoveryCode, newRecoveryCode } from "./recovery-code.ts";
import { NO_HASH, base32, type Secrets } from "./secrets.ts";
import { signupVerdict, type SignupPolicy, type SignupVerdict } from "./signup.ts";
import { mintToken, type IssuedToken, type StoredToken } from "./tokens.ts";

/** 128 bits, as a UUID has. */
const USER_ID_BYTES = 16;

/** Returns a random id of a user: base32. */
export function newUserId({ randomBytes }: Pick<Secrets, "randomBytes">): string {
  return base32(randomBytes(USER_ID_BYTES));
}

/** An account as it is stored. */
export interface NewUser {
  id: string;
  recoveryHash: string;
  /** Ms since the epoch. */
  createdAt: number;
}

/** Dependencies of `createAccount`. */
export interface CreateAccountDeps {
  users: {
    /**
     * Stores the account, its token and the charges, or nothing.
     * @returns false if a charge did not fit, and nothing was stored
     * @throws DomainError DATABASE_UNAVAILABLE
     */
    create(
      user: NewUser,
      token: StoredToken,
      charges: readonly Charge[],
    ): Promise<{ isStored: boolean; uses: readonly Use[] }>;
  };
  /** Who may create an account. */
  signup: SignupPolicy;
  /** The charges of a new account. @param addressKey the rate-limit key of the caller's address */
  accountCharges(addressKey: string): Promise<Charge[]>;
  secrets: Secrets;
  now(): number;
}

/** A request for an account. */
export interface AccountRequest {
  /** The rate-limit key of the caller's address. */
  addressKey: string;
  signupCode?: string | undefined;
  /** The user's name for the device. */
  name?: string | undefined;
}

/** Outcome of a request for an account. */
export type CreateOutcome =
  | { kind: "created"; account: IssuedToken & { recoveryCode: string } }
  | { kind: "refused"; refusal: Refusal }
  | { kind: Exclude<SignupVerdict, "allowed"> };

/** Creates an anonymous account: a random id, a token with every scope, and a recovery code for new tokens. */
export async function createAccount(
  { addressKey, signupCode, name }: AccountRequest,
  deps: CreateAccountDeps,
): Promise<CreateOutcome> {
  const verdict = await signupVerdict(deps.signup, signupCode);
  if (verdict !== "allowed") return { kind: verdict };
  const userId = newUserId(deps.secrets);
  const recoveryCode = newRecoveryCode(deps.secrets);
  const { issued, stored } = await mintToken({ userId, scopes: SCOPES, name }, deps);
  const recoveryHash = await recoveryHashOf(recoveryCode, deps.secrets);
  const user = { id: userId, recoveryHash, createdAt: stored.createdAt };
  const charges = await deps.accountCharges(addressKey);
  const { isStored, uses } = await deps.users.create(user, stored, charges);
  if (isStored) return { kind: "created", account: { ...issued, recoveryCode } };
  const over = firstOver(charges, uses);
  if (over === undefined) throw new TypeError("Only a quota can refuse an account");
  const { quota, limit, used, day } = over;
  return {
    kind: "refused",
    refusal: { kind: "quota", quota, limit, used, resetsAt: resetOf(day) },
  };
}

/**
 * The hash of a recovery code as it is stored; for a text that cannot be a code, a hash that
 * matches nothing.
 */
export async function recoveryHashOf(
  code: string,
  { sha256 }: Pick<Secrets, "sha256">,
): Promise<string> {
  const canonical = canonicalRecoveryCode(code);
  return canonical === undefined ? NO_HASH : sha256(canonical);
}
