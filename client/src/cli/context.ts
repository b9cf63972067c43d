import type { RetryPolicy } from "../backoff.ts";
import { createClient, type BooksTrackClient } from "../client.ts";
import type { Library } from "../library.ts";
import { accountPath, readAccounts, type KeptAccount } from "./account-file.ts";
import { AccessError } from "../errors.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage.ts";

/** Options that every command accepts. */
export interface CommonOptions {
  url?: string | undefined;
  json: boolean;
  /** How often requests are retried; the client's default if absent. */
  retries?: RetryPolicy;
}

/** Everything a command needs to run. */
export interface Context {
  client: BooksTrackClient;
  url: string;
  accountFile: string;
  /** The signed-in account. An account from the environment has no recovery code. */
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
  // A token is only sent to the service that issued it.
  const account = given ?? kept.find((one) => one.url === url);
  return {
    client: createClient({
      baseUrl: url,
      clientVersion: `cli/${version}`,
      ...(options.retries ? { retries: options.retries } : {}),
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

/** The account from the environment. @throws UsageError if only one of the two variables is set */
function givenAccount({
  BOOKSTRACK_TOKEN: token,
  BOOKSTRACK_USER: userId,
}: Readonly<Record<string, string | undefined>>): { userId: string; token: string } | undefined {
  if (!token && !userId) return undefined;
  if (token && userId) return { token, userId };
  throw new UsageError("BOOKSTRACK_TOKEN and BOOKSTRACK_USER must be set together.");
}

/** Normalizes a service URL, because accounts are saved by URL. @throws UsageError if it is not an http(s) URL */
function serviceUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new UsageError(
      `${text} is not the URL of a service; expected a URL such as https://books.example.org.`,
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

/** The library of the signed-in account. @throws AccessError if there is none */
export function ownLibrary(context: Context): Library {
  return context.client.library(ownAccount(context).userId);
}

/** The signed-in account. @throws AccessError if there is none for this service */
export function ownAccount({ account, url }: Context): { userId: string } {
  if (account) return account;
  throw accessError(
    "NO_ACCOUNT",
    `There is no account for ${url} yet. Run \`bookstrack login\` first.`,
  );
}

/** An access error that is detected without a request to the service. */
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
