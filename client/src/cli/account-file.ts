import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** An account that `login` keeps. */
export interface KeptAccount {
  url: string;
  userId: string;
  token: string;
  /** With it `login` gets a new token when this one is no longer good. */
  recoveryCode: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where accounts are kept: `BOOKSTRACK_ACCOUNT`, else the user's folder for settings. */
export function accountPath(env: Environment): string {
  const { BOOKSTRACK_ACCOUNT, XDG_CONFIG_HOME, APPDATA, HOME } = env;
  if (BOOKSTRACK_ACCOUNT) return BOOKSTRACK_ACCOUNT;
  const settings = XDG_CONFIG_HOME || APPDATA || join(HOME || homedir(), ".config");
  return join(settings, "bookstrack", "account.json");
}

/** The kept accounts, the last one first. @throws Error with a clear text when the file is damaged */
export async function readAccounts(path: string): Promise<readonly KeptAccount[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const accounts = parsed(text);
  if (accounts) return accounts;
  throw new Error(`${path} is not an account file: move it away and log in again.`);
}

/**
 * Keeps an account for this user alone, beside those of other services and of other people: each has a code that nobody
 * can tell again. For the same reason there is never half a file.
 */
export async function keepAccount(path: string, account: KeptAccount): Promise<void> {
  const others = (await readAccounts(path)).filter(
    ({ url, userId }) => url !== account.url || userId !== account.userId,
  );
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${process.pid}.new`;
  const text = JSON.stringify({ accounts: [account, ...others] }, null, 2);
  await writeFile(beside, `${text}\n`, { mode: 0o600, flush: true });
  await rename(beside, path);
}

function parsed(text: string): KeptAccount[] | undefined {
  try {
    const { accounts } = JSON.parse(text) as { accounts?: unknown };
    return Array.isArray(accounts) && accounts.every(isAccount) ? accounts : undefined;
  } catch {
    return undefined;
  }
}

function isAccount(value: unknown): value is KeptAccount {
  const { url, userId, token, recoveryCode } = (value ?? {}) as Partial<KeptAccount>;
  return [url, userId, token, recoveryCode].every((part) => typeof part === "string");
}
