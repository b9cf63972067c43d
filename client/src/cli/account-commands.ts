import { createClient } from "../client.ts";
import { AccessError } from "../errors.ts";
import { keepAccount, type KeptAccount } from "./account-file.ts";
import { accessError, type Context } from "./context.ts";

type Recovery = Pick<KeptAccount, "userId" | "recoveryCode">;

/**
 * Creates an account and saves it. If an account is already saved for this service, it is kept, with a new token if needed.
 * @param recovery credentials of an existing account to sign in to instead
 */
export async function login(recovery: Recovery | undefined, context: Context): Promise<void> {
  const { account, url, client, signal, json, terminal, accountFile } = context;
  if (recovery) return save(await recovered(recovery, context), false);
  if (!account) return save(await created(context), true);
  const { userId, recoveryCode } = account;
  try {
    await client.library(userId).page({ limit: 1, signal });
    print({ userId, created: false }, `You are signed in to ${url} as ${userId}.`);
  } catch (error) {
    if (!(error instanceof AccessError) || recoveryCode === undefined) throw error;
    await save(await renewed({ userId, recoveryCode }, context), false);
  }

  async function save(saved: KeptAccount, isNew: boolean): Promise<void> {
    await keepAccount(accountFile, saved);
    const code = isNew ? { recoveryCode: saved.recoveryCode } : {};
    const text = `You are signed in to ${url} as ${saved.userId}; the account is saved in ${accountFile}.`;
    print(
      { userId: saved.userId, created: isNew, accountFile, ...code },
      isNew
        ? `${text}\nYour recovery code is ${saved.recoveryCode}. Write it down: it cannot be shown again.`
        : text,
    );
  }

  function print(result: Record<string, unknown>, text: string): void {
    terminal.out(json ? `${JSON.stringify({ url, ...result })}\n` : `${text}\n`);
  }
}

async function created({ client, url, signal }: Context): Promise<KeptAccount> {
  const { userId, token, recoveryCode } = await client.accounts.create({ signal });
  return { url, userId, token, recoveryCode };
}

/** The saved account with a new token. @throws AccessError that explains what to do if the account no longer exists */
async function renewed(recovery: Recovery, context: Context): Promise<KeptAccount> {
  try {
    return await recovered(recovery, context);
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    const { url, accountFile } = context;
    throw accessError(
      "ACCOUNT_LOST",
      `The account ${recovery.userId} no longer exists at ${url}. Move or delete ${accountFile} to create a new account.`,
    );
  }
}

async function recovered(recovery: Recovery, { url, signal }: Context): Promise<KeptAccount> {
  // A new client without a token: the saved token may belong to another account.
  const { token } = await createClient({ baseUrl: url }).accounts.issueToken(recovery, { signal });
  return { url, token, ...recovery };
}
