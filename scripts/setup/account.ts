import { LaunchError } from "../local/launch-error.ts";
import { jsonIn, WHOAMI, type SetupDeps, type SetupOptions } from "./commands.ts";
import { outputOf } from "./explain.ts";

/** An account that the login may use. */
interface Account {
  readonly id: string;
  readonly name: string;
}

/**
 * The account of a setup: that of the options, that of an earlier setup, or the only one.
 * @throws LaunchError without a login, or if the account to use is ambiguous or unavailable
 */
export async function accountOf(
  { target, accountId, operator }: Pick<SetupOptions, "target" | "accountId" | "operator">,
  deps: SetupDeps,
): Promise<Account> {
  const accounts = await accountsOf(deps);
  const wanted = accountId ?? operator?.accountId;
  const list = accounts.map(({ id, name }) => `  ${id}  ${name}`).join("\n");
  if (operator !== undefined && wanted !== operator.accountId) {
    throw new LaunchError(
      `An earlier setup of ${target} used the account ${operator.accountId}. Use that, or move cloudflare.${target}.json away first.`,
    );
  }
  if (wanted !== undefined) {
    const account = accounts.find(({ id }) => id === wanted);
    if (account) return account;
    throw new LaunchError(`The login has no account ${wanted}. It has:\n${list}`);
  }
  const [only, ...others] = accounts;
  if (only && others.length === 0) return only;
  throw new LaunchError(
    only
      ? `The login has several accounts. Choose one: npm run setup -- ${target} --account ID\n${list}`
      : "The login has no account. Log in again with `npx wrangler login`.",
  );
}

async function accountsOf(deps: SetupDeps): Promise<Account[]> {
  let printed: string;
  try {
    printed = await deps.wrangler(WHOAMI);
  } catch (error) {
    const output = outputOf(error);
    if (/"loggedIn": ?false/.test(output)) {
      throw new LaunchError(
        "wrangler is not logged in to Cloudflare. Run `npx wrangler login` (it opens a browser), or set CLOUDFLARE_API_TOKEN. Then run this command again.",
      );
    }
    throw new LaunchError(
      `The login at Cloudflare could not be used. Log in again with \`npx wrangler login\`, or check CLOUDFLARE_API_TOKEN and the network.\n\nwrangler said:\n${output}`,
    );
  }
  return (jsonIn(printed) as { accounts: Account[] }).accounts;
}
