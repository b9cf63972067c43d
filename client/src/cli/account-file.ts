import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** An account saved by `login`. */
export interface KeptAccount {
  url: string;
  userId: string;
  token: string;
  /** `login` exchanges it for a new token when the current one is no longer valid. Unknown on a device that was paired. */
  recoveryCode?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Path of the account file: `BOOKSTRACK_ACCOUNT`, or a file in the user's configuration directory. */
export function accountPath(env: Environment): string {
  const { BOOKSTRACK_ACCOUNT, XDG_CONFIG_HOME, APPDATA, HOME } = env;
  if (BOOKSTRACK_ACCOUNT) return BOOKSTRACK_ACCOUNT;
  const configDir = XDG_CONFIG_HOME || APPDATA || join(HOME || homedir(), ".config");
  return join(configDir, "bookstrack", "account.json");
}

/** The saved accounts, most recent first. @throws Error if the file is damaged or cannot be read */
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
  throw new Error(`${path} is not a valid account file. Move or delete it and log in again.`);
}

/**
 * Saves an account, readable only by this operating system user. Accounts of other services and
 * other users are kept in the file, because their recovery codes cannot be shown again. For the
 * same reason the file is replaced atomically.
 */
export async function keepAccount(path: string, account: KeptAccount): Promise<void> {
  const others = (await readAccounts(path)).filter(
    ({ url, userId }) => url !== account.url || userId !== account.userId,
  );
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.new`;
  const text = JSON.stringify({ accounts: [account, ...others] }, null, 2);
  await writeFile(temporary, `${text}\n`, { mode: 0o600, flush: true });
  await rename(temporary, path);
}

/** The first versions saved a single account, without a list. */
function parsed(text: string): KeptAccount[] | undefined {
  try {
    const content = JSON.parse(text) as { accounts?: unknown };
    if (isAccount(content)) return [content];
    const { accounts } = content;
    return Array.isArray(accounts) && accounts.every(isAccount) ? accounts : undefined;
  } catch {
    return undefined;
  }
}

function isAccount(value: unknown): value is KeptAccount {
  const { url, userId, token, recoveryCode } = (value ?? {}) as Partial<KeptAccount>;
  return (
    [url, userId, token].every((part) => typeof part === "string") &&
    (recoveryCode === undefined || typeof recoveryCode === "string")
  );
}
