import { createClient, type BooksTrackClient } from "../client.ts";
import type { Library } from "../library.ts";
import { accountPath, readAccount, type KeptAccount } from "./account-file.ts";
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
  account: Pick<KeptAccount, "userId" | "token"> | undefined;
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
  const { BOOKSTRACK_URL, BOOKSTRACK_TOKEN, BOOKSTRACK_USER } = env;
  const given =
    BOOKSTRACK_TOKEN && BOOKSTRACK_USER
      ? { token: BOOKSTRACK_TOKEN, userId: BOOKSTRACK_USER }
      : undefined;
  const kept = given ? undefined : await readAccount(accountFile);
  const url = serviceUrl(options.url ?? BOOKSTRACK_URL ?? kept?.url ?? LOCAL);
  // A token is for the service that gave it and for no other.
  const account = given ?? (kept?.url === url ? kept : undefined);
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
  throw new AccessError({
    code: "NO_ACCOUNT",
    message: `There is no account for ${url} yet: run \`bookstrack login\` first.`,
    status: 401,
    retryable: false,
    requestId: undefined,
    retryAfterMs: undefined,
    details: {},
  });
}
