import { SCOPES } from "../../../contract/accounts.ts";
import { canonicalRecoveryCode, newRecoveryCode } from "./recovery-code.ts";
import { NO_HASH, base32, type Secrets } from "./secrets.ts";
import { mintToken, type IssuedToken, type StoredToken } from "./tokens.ts";

/** 128 bits, as a UUID has. */
const USER_ID_BYTES = 16;

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
    /** Stores both or neither. @throws DomainError DATABASE_UNAVAILABLE */
    create(user: NewUser, token: StoredToken): Promise<void>;
  };
  secrets: Secrets;
  now(): number;
}

/** Creates an anonymous account: a random id, a token with every scope, and a recovery code for new tokens. */
export async function createAccount(
  deps: CreateAccountDeps,
): Promise<IssuedToken & { recoveryCode: string }> {
  const userId = base32(deps.secrets.randomBytes(USER_ID_BYTES));
  const recoveryCode = newRecoveryCode(deps.secrets);
  const { issued, stored } = await mintToken({ userId, scopes: SCOPES }, deps);
  const recoveryHash = await recoveryHashOf(recoveryCode, deps.secrets);
  await deps.users.create({ id: userId, recoveryHash, createdAt: stored.createdAt }, stored);
  return { ...issued, recoveryCode };
}

/** The stored hash of a recovery code. For a text that cannot be a code, a hash that matches nothing. */
export async function recoveryHashOf(
  code: string,
  { sha256 }: Pick<Secrets, "sha256">,
): Promise<string> {
  const canonical = canonicalRecoveryCode(code);
  return canonical === undefined ? NO_HASH : sha256(canonical);
}
