import { LaunchError } from "../local/launch-error.ts";

/** Permission of an API token that each step needs, as the dashboard names it. */
export type Permission =
  | "D1: Edit"
  | "Workers KV Storage: Edit"
  | "Workers R2 Storage: Edit"
  | "Queues: Edit"
  | "Workers Scripts: Edit";

const ALL_PERMISSIONS =
  "D1, Workers KV Storage, Workers R2 Storage, Queues and Workers Scripts (each: Edit), and for a domain Workers Routes (Edit) of its zone";

/** What wrangler printed with an error, without colours. */
export function outputOf(error: unknown): string {
  const { stderr, stdout } = error as { stderr?: string; stdout?: string };
  const printed = [stderr, stdout].filter((text) => text).join("\n");
  const text = printed || (error instanceof Error ? error.message : String(error));
  // oxlint-disable-next-line no-control-regex -- the escape sequences of colours
  return text.replaceAll(/\u001B\[[\d;]*m/g, "").trim();
}

/**
 * An error that tells the operator how to fix a failed command.
 * @param what the command was meant to do, for example `create the queue
 * bookstrack-refresh-production`
 */
export function explained(what: string, needs: Permission, error: unknown): LaunchError {
  const output = outputOf(error);
  const advice = adviceOf(output, needs);
  return new LaunchError(`Could not ${what}. ${advice}\n\nwrangler said:\n${output}`);
}

function adviceOf(output: string, needs: Permission): string {
  const again = "Then run this command again: it continues with what is missing.";
  if (
    /code: (10000|9109|10001|9103)\]|Authentication error|not authorized|Forbidden/i.test(output)
  ) {
    return `The login lacks the permission "${needs}". Log in again with \`npx wrangler login\`, or give the API token in CLOUDFLARE_API_TOKEN ${ALL_PERMISSIONS}. ${again}`;
  }
  if (/code: 10042\]|enable R2/i.test(output)) {
    return `R2 is not enabled in this account. Enable it once in the dashboard (https://dash.cloudflare.com, "R2 Object Storage"): it asks for a payment method and has a free tier. ${again}`;
  }
  if (/maximum number|limit reached|exceeded the limit/i.test(output)) {
    return `The account has reached a limit of its plan. Remove what is not needed, or change the plan. ${again}`;
  }
  if (/already (exists|taken)|name (is )?taken/i.test(output)) {
    return `The name is already used by something that this login cannot see. Use another account, or rename it in wrangler.jsonc. ${again}`;
  }
  if (/fetch failed|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN/.test(output)) {
    return `Cloudflare could not be reached. Check the network. ${again}`;
  }
  return again;
}
