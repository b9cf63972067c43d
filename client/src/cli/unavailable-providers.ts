import type { Context } from "./context.ts";

const PROVIDER_NAMES: Readonly<Record<string, string>> = {
  openlibrary: "Open Library",
  "google-books": "Google Books",
};

/** The names of the providers that the service cannot ask now; none if it does not say. */
export async function unavailableProviders({
  client,
  signal,
}: Pick<Context, "client" | "signal">): Promise<string[]> {
  try {
    const { checks } = await client.readiness({ signal });
    return Object.entries(PROVIDER_NAMES).flatMap(([id, name]) => {
      const check = checks[id];
      return check && !check.ok ? [name] : [];
    });
  } catch {
    return [];
  }
}
