import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The account that `login` keeps. */
export interface KeptAccount {
  url: string;
  userId: string;
  token: string;
  /** Absent when the account was taken over by a recovery code. */
  recoveryCode?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the account is kept: `BOOKSTRACK_ACCOUNT`, else the user's folder for settings. */
export function accountPath(env: Environment): string {
  const { BOOKSTRACK_ACCOUNT, XDG_CONFIG_HOME, APPDATA, HOME = "." } = env;
  if (BOOKSTRACK_ACCOUNT) return BOOKSTRACK_ACCOUNT;
  return join(XDG_CONFIG_HOME || APPDATA || join(HOME, ".config"), "bookstrack", "account.json");
}

/** The kept account, if there is one. @throws Error with a clear text when the file is damaged */
export async function readAccount(path: string): Promise<KeptAccount | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const account = parsed(text);
  if (account) return account;
  throw new Error(`${path} is not an account file: move it away and log in again.`);
}

/** Keeps an account for this user alone. Never half a file: it holds a code that nobody can tell again. */
export async function keepAccount(path: string, account: KeptAccount): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${process.pid}.new`;
  await writeFile(beside, `${JSON.stringify(account, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(beside, path);
}

function parsed(text: string): KeptAccount | undefined {
  try {
    const value = JSON.parse(text) as Partial<KeptAccount>;
    const { url, userId, token } = value;
    if (typeof url !== "string" || typeof userId !== "string" || typeof token !== "string") {
      return undefined;
    }
    return { ...value, url, userId, token };
  } catch {
    return undefined;
  }
}
