import { createClient, type BooksTrackClient } from "../client.ts";
import type { Library } from "../library.ts";
import { accountPath, readAccounts, type KeptAccount } from "./account-file.ts";
import { AccessError } from "../errors.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage.ts";

/** Options that every command takes. */
export interface CommonOptions {
  url?: string | undefined;
  json: boolean;
}

/** What a command works with. */
export interface Context {
  client: BooksTrackClient;
  url: string;
  accountFile: string;
  /** Whose requests these are; one that the environment names has no recovery code. */
  account: (Pick<KeptAccount, "userId" | "token"> & Partial<KeptAccount>) | undefined;
  terminal: Terminal;
  json: boolean;
  signal: AbortSignal;
}

const LOCAL = "http://localhost:8787";

export async function contextOf(
  options: CommonOptions,
  {
    env,
    terminal,
    signal,
    version,
  }: {
    env: Readonly<Record<string, string | undefined>>;
    terminal: Terminal;
    signal: AbortSignal;
    version: string;
  },
): Promise<Context> {
  const accountFile = accountPath(env);
  const given = givenAccount(env);
  const kept = given ? [] : await readAccounts(accountFile);
  const url = serviceUrl(options.url ?? (env["BOOKSTRACK_URL"] || (kept[0]?.url ?? LOCAL)));
  // A token is for the service that gave it and for no other.
  const account = given ?? kept.find((one) => one.url === url);
  return {
    client: createClient({
      baseUrl: url,
      clientVersion: `cli/${version}`,
      ...(account ? { token: account.token } : {}),
    }),
    url,
    accountFile,
    account,
    terminal,
    json: options.json,
    signal,
  };
}

/** The account that the environment names. @throws UsageError when it does so by halves */
function givenAccount({
  BOOKSTRACK_TOKEN: token,
  BOOKSTRACK_USER: userId,
}: Readonly<Record<string, string | undefined>>): { userId: string; token: string } | undefined {
  if (!token && !userId) return undefined;
  if (token && userId) return { token, userId };
  throw new UsageError("BOOKSTRACK_TOKEN and BOOKSTRACK_USER stand for an account together only.");
}

/** One spelling for one service, since the account is kept for it. @throws UsageError */
function serviceUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new UsageError(
      `${text} is not the address of a service: https://books.example.org is one.`,
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

/** The shelves of the kept account. @throws AccessError when there is none */
export function ownLibrary(context: Context): Library {
  return context.client.library(ownAccount(context).userId);
}

/** @throws AccessError when there is none for this service */
export function ownAccount({ account, url }: Context): { userId: string } {
  if (account) return account;
  throw accessError(
    "NO_ACCOUNT",
    `There is no account for ${url} yet: run \`bookstrack login\` first.`,
  );
}

/** That there is no right to something, which is known without asking the service. */
export function accessError(code: string, message: string): AccessError {
  return new AccessError({
    code,
    message,
    status: 401,
    retryable: false,
    requestId: undefined,
    retryAfterMs: undefined,
    details: {},
  });
}
