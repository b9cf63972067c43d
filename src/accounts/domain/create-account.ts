import { SCOPES } from "../../../contract/accounts.ts";
import { canonicalRecoveryCode, newRecoveryCode } from "./recovery-code.ts";
import { NO_HASH, base32, type Secrets } from "./secrets.ts";
import { mintToken, type IssuedToken, type StoredToken } from "./tokens.ts";

/** 128 bits, as a UUID has. */
const USER_ID_BYTES = 16;

/** An account as it is kept. */
export interface NewUser {
  id: string;
  recoveryHash: string;
  /** Ms since the epoch. */
  createdAt: number;
}

/** What creating an account needs of the world. */
export interface CreateAccountDeps {
  users: {
    /** Both or neither. @throws DomainError DATABASE_UNAVAILABLE */
    create(user: NewUser, token: StoredToken): Promise<void>;
  };
  secrets: Secrets;
  now(): number;
}

/** Makes an anonymous account: a random id, a token with every scope, and the code that gets a new one. */
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

/** The hash under which a recovery code is kept; of a text that can be none, one that nothing matches. */
export async function recoveryHashOf(
  code: string,
  { sha256 }: Pick<Secrets, "sha256">,
): Promise<string> {
  const canonical = canonicalRecoveryCode(code);
  return canonical === undefined ? NO_HASH : sha256(canonical);
}
