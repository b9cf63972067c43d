import { createClient } from "../client.ts";
import { AccessError } from "../errors.ts";
import { keepAccount, type KeptAccount } from "./account-file.ts";
import { accessError, type Context } from "./context.ts";

type Recovery = Pick<KeptAccount, "userId" | "recoveryCode">;

/**
 * Makes an account and keeps it; one that is kept for this service already stays, with a new token if it needs one.
 * @param recovery an account to take over instead
 */
export async function login(recovery: Recovery | undefined, context: Context): Promise<void> {
  const { account, url, client, signal, json, terminal, accountFile } = context;
  if (recovery) return keep(await takenOver(recovery, context), false);
  if (!account) return keep(await made(context), true);
  const { userId, recoveryCode } = account;
  try {
    await client.library(userId).page({ limit: 1, signal });
    say({ userId, created: false }, `You are ${userId} at ${url}.`);
  } catch (error) {
    if (!(error instanceof AccessError) || recoveryCode === undefined) throw error;
    await keep(await renewed({ userId, recoveryCode }, context), false);
  }

  async function keep(kept: KeptAccount, created: boolean): Promise<void> {
    await keepAccount(accountFile, kept);
    const code = created ? { recoveryCode: kept.recoveryCode } : {};
    const text = `You are ${kept.userId} at ${url}; the account is kept in ${accountFile}.`;
    say(
      { userId: kept.userId, created, accountFile, ...code },
      created
        ? `${text}\nIts recovery code is ${kept.recoveryCode}: write it down, nobody else has it.`
        : text,
    );
  }

  function say(result: Record<string, unknown>, text: string): void {
    terminal.out(json ? `${JSON.stringify({ url, ...result })}\n` : `${text}\n`);
  }
}

async function made({ client, url, signal }: Context): Promise<KeptAccount> {
  const { userId, token, recoveryCode } = await client.accounts.create({ signal });
  return { url, userId, token, recoveryCode };
}

/** The kept account with a new token. @throws AccessError that says what to do when the account is no more */
async function renewed(recovery: Recovery, context: Context): Promise<KeptAccount> {
  try {
    return await takenOver(recovery, context);
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    const { url, accountFile } = context;
    throw accessError(
      "ACCOUNT_LOST",
      `The account ${recovery.userId} is no longer at ${url}: move ${accountFile} away to make a new one.`,
    );
  }
}

async function takenOver(recovery: Recovery, { url, signal }: Context): Promise<KeptAccount> {
  // A kept token of another account has no say in this.
  const { token } = await createClient({ baseUrl: url }).accounts.issueToken(recovery, { signal });
  return { url, token, ...recovery };
}
