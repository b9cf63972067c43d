/**
 * The account of this device: created by the first write, stored in localStorage. The recovery code
 * is never stored.
 */
import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { AccessError, type CreatedAccount, type IssuedToken } from "../../../client/src/index.ts";

export interface Account {
  readonly userId: string;
  readonly token: string;
}

/** Proves the user's identity on another device, or after the token was revoked. */
export interface Recovery {
  readonly userId: string;
  readonly recoveryCode: string;
}

/** Credentials for a token: the recovery code, or the code shown by another device. */
export type Proof = Recovery | { readonly pairingCode: string };

/**
 * The proof belongs to an account other than the one that has to sign in again. It was not used.
 */
export class OtherAccountError extends Error {
  override readonly name = "OtherAccountError";
}

/** Dependencies of a session. */
export interface SessionDeps {
  read(): unknown;
  /** @returns whether it is stored beyond this page */
  write(account: Account): boolean;
  remove(): void;
  create(): Promise<CreatedAccount>;
  issueToken(proof: Proof & { name?: string }): Promise<IssuedToken>;
  /** Revokes an unused token. */
  revoke(token: string): Promise<void>;
}

export interface Session {
  readonly account: ReadonlySignal<Account | undefined>;
  /**
   * The recovery code of an account that this page has just created, until the user has confirmed
   * that they have it.
   */
  readonly unconfirmedRecovery: ReadonlySignal<Recovery | undefined>;
  /** Whether the token is invalid. Queued work waits until the user has signed in. */
  readonly signInNeeded: ReadonlySignal<boolean>;
  /** Whether the account lasts only as long as this page, because the browser stores nothing. */
  readonly isTemporary: ReadonlySignal<boolean>;
  /** The account, created now if there is none. Concurrent calls create only one. */
  ensureAccount(): Promise<Account>;
  /** Runs a request with the account, and detects an invalid token. */
  request<Result>(send: (account: Account) => Promise<Result>): Promise<Result>;
  /** Call this when a request with the account was answered with 401. */
  expire(account: Account): void;
  /** Whether the last four characters match the code; if so, the code is forgotten. */
  confirmRecovery(lastFour: string): boolean;
  /**
   * Signs in on this device.
   * @param options `name` of this device; `only`: the expected account
   * @throws OtherAccountError
   */
  signIn(proof: Proof, options?: { name?: string; only?: string | undefined }): Promise<Account>;
  /** Adopts an account that was received in another way, for example by a pairing code. */
  adopt(account: Account): void;
  /** Another tab has changed the stored account. */
  reread(): void;
  /** Forgets the account on this device. */
  forget(): void;
}

export function createSession(deps: SessionDeps): Session {
  const account = signal(accountOf(deps.read()));
  const recovery = signal<Recovery | undefined>(undefined);
  const expired = signal(false);
  const isTemporary = signal(false);
  let creating: Promise<Account> | undefined;

  const adopt = ({ userId, token }: Account): void => {
    account.value = { userId, token };
    expired.value = false;
    isTemporary.value = !deps.write({ userId, token });
  };

  const create = async (): Promise<Account> => {
    const { userId, token, recoveryCode } = await deps.create();
    adopt({ userId, token });
    recovery.value = { userId, recoveryCode };
    return { userId, token };
  };

  const ensureAccount = (): Promise<Account> => {
    if (account.value) return Promise.resolve(account.value);
    creating ??= create().finally(() => (creating = undefined));
    return creating;
  };

  const expire = (used: Account): void => {
    // A request with an older token proves nothing about the current one.
    if (used.token === account.value?.token) expired.value = true;
  };

  return {
    account,
    unconfirmedRecovery: recovery,
    signInNeeded: computed(() => expired.value && account.value !== undefined),
    isTemporary,
    ensureAccount,
    adopt,
    expire,
    async request(send) {
      const used = await ensureAccount();
      try {
        return await send(used);
      } catch (error) {
        if (error instanceof AccessError && error.status === 401) expire(used);
        throw error;
      }
    },
    confirmRecovery(lastFour) {
      const code = lettersOf(recovery.value?.recoveryCode ?? "");
      const confirmed = code !== "" && lettersOf(lastFour) === code.slice(-4);
      if (confirmed) recovery.value = undefined;
      return confirmed;
    },
    async signIn(given, { name, only } = {}) {
      const isOther = (userId: string): boolean => only !== undefined && userId !== only;
      if ("userId" in given && isOther(given.userId)) throw new OtherAccountError();
      const request = { ...given, ...(name === undefined ? {} : { name }) };
      const { userId, token } = await deps.issueToken(request);
      if (isOther(userId)) {
        await deps.revoke(token).catch(() => undefined);
        throw new OtherAccountError();
      }
      adopt({ userId, token });
      return { userId, token };
    },
    reread() {
      const stored = accountOf(deps.read());
      if (stored?.token === account.value?.token) return;
      account.value = stored;
      expired.value = false;
    },
    forget() {
      deps.remove();
      account.value = undefined;
      recovery.value = undefined;
      expired.value = false;
    },
  };
}

/**
 * The text for the user to keep: one line with the account's id and code, because signing in
 * requires both. `recoveryOf` parses it.
 */
export const recoveryText = ({ userId, recoveryCode }: Recovery): string =>
  `${userId} ${recoveryCode}`;

/** Account ids: 26 digits and letters, or a UUID if an external system created them. */
const USER_ID = /\b[0-9a-hjkmnp-tv-z]{26}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/i;

/** Finds the id and the code in pasted text, such as the whole recovery file. */
export function recoveryOf(text: string): Recovery | undefined {
  const userId = USER_ID.exec(text)?.[0];
  if (userId === undefined) return undefined;
  const rest = text.replace(userId, " ").toUpperCase();
  const recoveryCode = /\b[0-9A-Z]{4}(?:-[0-9A-Z]{4})+\b/.exec(rest)?.[0];
  if (recoveryCode === undefined) return undefined;
  return { userId: userId.toLowerCase(), recoveryCode };
}

/** Parses what a user typed or pasted to sign in: the recovery text, a pairing code or its URL. */
export function proofOf(text: string): Proof | undefined {
  const recovery = recoveryOf(text);
  if (recovery) return recovery;
  const last = text.trim().split("#").at(-1) ?? "";
  const pairingCode = lettersOf(last);
  return /^[0-9A-Z]{8}$/.test(pairingCode) ? { pairingCode } : undefined;
}

/** Parses the stored account, which may be damaged. */
export function accountOf(stored: unknown): Account | undefined {
  if (typeof stored !== "object" || stored === null) return undefined;
  const { userId, token } = stored as Record<string, unknown>;
  return typeof userId === "string" && typeof token === "string" ? { userId, token } : undefined;
}

const lettersOf = (text: string): string => text.toUpperCase().replaceAll(/[^0-9A-Z]/g, "");
