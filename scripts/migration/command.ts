import { LaunchError } from "../local/launch-error.ts";
import { adminClient, type AdminClient } from "./admin-client.ts";

/** Options that select the service. */
export const SERVICE_OPTIONS = { url: { type: "string" } } as const;

export const SERVICE_HELP = `  --url URL      the service (default: BOOKSTRACK_URL, else http://127.0.0.1:\${PORT:-8787})
  The admin token is read from ADMIN_TOKEN.`;

/** A client for the service that the options or the environment select. @throws LaunchError without a token */
export function clientFor(url: string | undefined): AdminClient {
  const token = process.env["ADMIN_TOKEN"];
  if (token === undefined || token === "") {
    throw new LaunchError("Set ADMIN_TOKEN to the admin token of the service.");
  }
  const local = `http://127.0.0.1:${process.env["PORT"] ?? "8787"}`;
  return adminClient(url ?? process.env["BOOKSTRACK_URL"] ?? local, token);
}

/** Runs a command. Its result is the exit code; errors that the operator can fix are printed as a single message. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    console.error(isUserError(error) ? error.message : error);
    process.exitCode = 1;
  }
}

/** Whether the message alone explains the error: invalid arguments, or a file that cannot be read or written. */
function isUserError(error: unknown): error is Error {
  if (error instanceof LaunchError) return true;
  return (
    error instanceof Error && "code" in error && (error instanceof TypeError || "path" in error)
  );
}
