import { BooksTrackError, UnavailableError } from "../errors.ts";
import type { Context } from "./context.ts";

const PROVIDER_NAMES: Readonly<Record<string, string>> = {
  openlibrary: "Open Library",
  "google-books": "Google Books",
};

/** Maximum time until the waiting user is shown what the command is waiting for. */
const TIMEOUT_MS = 3000;

/**
 * The names of the providers that the service cannot reach; empty if the service does not report
 * them, and undefined if the service itself does not answer in time.
 */
export async function unavailableProviders(
  { client, signal }: Pick<Context, "client" | "signal">,
  timeoutMs = TIMEOUT_MS,
): Promise<string[] | undefined> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const { checks } = await client.readiness({ signal: AbortSignal.any([signal, timeout]) });
    return Object.entries(PROVIDER_NAMES).flatMap(([id, name]) => {
      const check = checks[id];
      return check && !check.ok ? [name] : [];
    });
  } catch (error) {
    const hasAnswered = error instanceof BooksTrackError && !(error instanceof UnavailableError);
    return hasAnswered ? [] : undefined;
  }
}
