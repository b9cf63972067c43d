import { createClient } from "../client.ts";
import { AccessError } from "../errors.ts";
import { keepAccount, type KeptAccount } from "./account-file.ts";
import { accessError, ownAccount, type Context } from "./context.ts";
import { table } from "./terminal.ts";

type Recovery = { userId: string; recoveryCode: string };

/**
 * Creates an account and saves it. If an account is already saved for this service, it is kept, with a new token if needed.
 * @param recovery credentials of an existing account to sign in to instead
 * @param signupCode sent with a new account
 */
export async function login(
  recovery: Recovery | undefined,
  signupCode: string | undefined,
  context: Context,
): Promise<void> {
  const { account, url, client, signal, json, terminal, accountFile } = context;
  if (recovery) return save(await recovered(recovery, context), false);
  if (!account) return save(await created(context, signupCode), true);
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

/** Prints how much of each quota the account has used. */
export async function showUsage(context: Context): Promise<void> {
  ownAccount(context);
  const { client, signal, json, terminal } = context;
  const usage = await client.accounts.usage({ signal });
  const rows = usage.map(({ quota, limit, used, resetsAt }) => [
    quota,
    used.toLocaleString("en"),
    limit === null ? "no limit" : `of ${limit.toLocaleString("en")}`,
    resetsAt === undefined ? "" : `until ${resetsAt.slice(0, 16).replace("T", " ")} UTC`,
  ]);
  terminal.out(json ? `${JSON.stringify(usage)}\n` : table(rows));
}

async function created(
  { client, url, signal }: Context,
  signupCode: string | undefined,
): Promise<KeptAccount> {
  const { userId, token, recoveryCode } = await client.accounts.create({ signal, signupCode });
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
