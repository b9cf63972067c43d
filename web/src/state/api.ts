/** The service, through its typed client, with the account of this device. */
import {
  createClient,
  type BooksTrackClient,
  type ClientOptions,
  type Library,
} from "../../../client/src/index.ts";
import { deviceName } from "./device-name.ts";
import { readStored, removeStored, writeStored } from "./stored.ts";
import { createSession, type Account } from "./session.ts";

const KEY = "bookstrack.account";
/** The app's name and version, sent to the service. */
export const VERSION = "web/1";

/** Options of every client of the app. */
export const clientOptionsOf = (token: string | undefined): ClientOptions => ({
  baseUrl: globalThis.location?.origin ?? "http://localhost",
  clientVersion: VERSION,
  ...(token === undefined ? {} : { token }),
});

const clientWith = (token: string | undefined): BooksTrackClient =>
  createClient(clientOptionsOf(token));

/** The client without an account, for search, lookups and capabilities. */
export const publicApi: BooksTrackClient = clientWith(undefined);

export const session = createSession({
  read: () => readStored(KEY),
  write: (account) => writeStored(KEY, account),
  remove: () => removeStored(KEY),
  create: () => publicApi.accounts.create({ name: deviceName(navigator.userAgent) }),
  issueToken: (proof) => publicApi.accounts.issueToken(proof),
  revoke: (token) => clientWith(token).accounts.revoke(),
});

let made: { token: string; client: BooksTrackClient } | undefined;

/** The client of an account. Prefer `withApi`, which detects an invalid token. */
export function apiOf({ token }: Account): BooksTrackClient {
  if (made?.token !== token) made = { token, client: clientWith(token) };
  return made.client;
}

/** Sends a request with the account, which is created by the first one. */
export const withApi = <Result>(
  send: (api: BooksTrackClient, library: Library, account: Account) => Promise<Result>,
): Promise<Result> =>
  session.request((account) => {
    const api = apiOf(account);
    return send(api, api.library(account.userId), account);
  });

/** Follows changes in other tabs of the app. Call it once. */
export function watchSession(target: Window): void {
  target.addEventListener("storage", ({ key }) => {
    if (key === KEY || key === null) session.reread();
  });
}
