import { createClient } from "../client.ts";
import { keepAccount, type KeptAccount } from "./account-file.ts";
import type { Context } from "./context.ts";

/** Makes an account and keeps it; one that is kept for this service already stays. */
export async function login(
  recover: { userId: string; recoveryCode: string } | undefined,
  context: Context,
): Promise<void> {
  const { account, url, json, terminal, accountFile } = context;
  if (account && !recover) {
    say({ userId: account.userId, created: false }, `You are ${account.userId} at ${url}.`);
    return;
  }
  const kept = recover ? await takenOver(recover, context) : await made(context);
  await keepAccount(accountFile, kept);
  const code = kept.recoveryCode;
  say(
    { userId: kept.userId, created: !recover, accountFile },
    `You are ${kept.userId} at ${url}; the account is kept in ${accountFile}.${
      code === undefined ? "" : `\nIts recovery code is ${code}: write it down, nobody else has it.`
    }`,
  );

  function say(result: Record<string, unknown>, text: string): void {
    terminal.out(json ? `${JSON.stringify({ url, ...result })}\n` : `${text}\n`);
  }
}

async function made({ client, url, signal }: Context): Promise<KeptAccount> {
  const { userId, token, recoveryCode } = await client.accounts.create({ signal });
  return { url, userId, token, recoveryCode };
}

async function takenOver(
  recover: { userId: string; recoveryCode: string },
  { url, signal }: Context,
): Promise<KeptAccount> {
  // A kept token of another account has no say in this.
  const { token } = await createClient({ baseUrl: url }).accounts.issueToken(recover, { signal });
  return { url, token, ...recover };
}
