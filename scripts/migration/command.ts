import { LaunchError } from "../local/launch-error.ts";
import { adminClient, type AdminClient } from "./admin-client.ts";

/** Options that say which service is meant. */
export const SERVICE_OPTIONS = { url: { type: "string" } } as const;

export const SERVICE_HELP = `  --url URL      the service (default: BOOKSTRACK_URL, else http://127.0.0.1:\${PORT:-8787})
  The operator's token is taken from ADMIN_TOKEN.`;

/** The client for the service that options and environment name. @throws LaunchError without a token */
export function clientFor(url: string | undefined): AdminClient {
  const token = process.env["ADMIN_TOKEN"];
  if (token === undefined || token === "") {
    throw new LaunchError("Set ADMIN_TOKEN to the operator's token of the service.");
  }
  const local = `http://127.0.0.1:${process.env["PORT"] ?? "8787"}`;
  return adminClient(url ?? process.env["BOOKSTRACK_URL"] ?? local, token);
}

/** Runs a command: its number is the exit code; what a person can mend is said in one text. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    console.error(isForPeople(error) ? error.message : error);
    process.exitCode = 1;
  }
}

/** A mistake on the command line, and a file that cannot be read or written, are told by their text. */
function isForPeople(error: unknown): error is Error {
  if (error instanceof LaunchError) return true;
  return (
    error instanceof Error && "code" in error && (error instanceof TypeError || "path" in error)
  );
}
