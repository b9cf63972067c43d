import { createClient } from "../client.ts";
import { keepAccount } from "./account-file.ts";
import { ownAccount, type Context } from "./context.ts";
import { printable, table } from "./terminal.ts";

/** Lists the tokens of the account, that is, the signed-in devices. */
export async function listDevices(context: Context): Promise<void> {
  ownAccount(context);
  const { client, signal, json, terminal } = context;
  const tokens = await client.accounts.tokens({ signal });
  const rows = tokens.map(({ id, name, lastUsedAt, createdAt, scopes, current }) => [
    id,
    name === undefined ? "" : printable(name),
    `since ${createdAt.slice(0, 10)}`,
    lastUsedAt === undefined ? "never used" : `used ${lastUsedAt}`,
    scopes.join(" "),
    current ? "this device" : "",
  ]);
  terminal.out(json ? `${JSON.stringify(tokens)}\n` : table(rows));
}

/** Signs a device out. */
export async function revokeDevice(id: string, context: Context): Promise<void> {
  ownAccount(context);
  const { client, signal, json, terminal } = context;
  await client.accounts.revokeToken(id, { signal });
  terminal.out(
    json
      ? `${JSON.stringify({ revoked: id })}\n`
      : `The device ${printable(id)} is signed out, everywhere within 30 seconds.\n`,
  );
}

/** Creates and shows a code with which another device signs in. */
export async function showPairingCode(context: Context): Promise<void> {
  ownAccount(context);
  const { client, signal, json, terminal, url } = context;
  const pairing = await client.accounts.pair({ signal });
  const code = `${pairing.code.slice(0, 4)}-${pairing.code.slice(4)}`;
  const until = `${pairing.expiresAt.slice(11, 16)} UTC`;
  terminal.out(
    json
      ? `${JSON.stringify(pairing)}\n`
      : `${code}\nOn the other device, until ${until}: bookstrack login --pair ${code} --url ${url}\n`,
  );
}

/** Signs in with the code that another device shows, and saves the account. */
export async function loginByCode(
  pairingCode: string,
  name: string,
  context: Context,
): Promise<void> {
  const { url, signal, json, terminal, accountFile } = context;
  // A client without a token: the saved token may belong to another account.
  const { accounts } = createClient({ baseUrl: url });
  const { userId, token } = await accounts.issueToken({ pairingCode, name }, { signal });
  const recoveryCode =
    context.account?.userId === userId ? context.account.recoveryCode : undefined;
  await keepAccount(accountFile, { url, userId, token, recoveryCode });
  terminal.out(
    json
      ? `${JSON.stringify({ url, userId, created: false, accountFile })}\n`
      : `You are signed in to ${url} as ${userId}; the account is saved in ${accountFile}.\n`,
  );
}

/** Replaces the recovery code, and saves the new one if the account is saved. */
export async function renewRecoveryCode(context: Context): Promise<void> {
  const { userId } = ownAccount(context);
  const { client, signal, json, terminal, account, accountFile, url } = context;
  const recoveryCode = await client.accounts.newRecoveryCode({ signal });
  // An account from the environment has no URL, and is not saved.
  if (account?.url !== undefined) {
    await keepAccount(accountFile, { url, userId, token: account.token, recoveryCode });
  }
  terminal.out(
    json
      ? `${JSON.stringify({ userId, recoveryCode })}\n`
      : `Your new recovery code is ${recoveryCode}. Write it down: it cannot be shown again. The old one is no longer valid.\n`,
  );
}
