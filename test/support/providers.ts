import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { PROVIDER_IDS } from "../../src/catalogue/domain/provider.ts";

/** A provider's response for one ISBN in a test. */
export type Said = "absent" | "html" | "429" | "500" | { title: string; [member: string]: unknown };

const json = (body: unknown): Response => Response.json(body);

const TROUBLE: Record<"html" | "429" | "500", () => Response> = {
  html: () =>
    new Response("<html><body>Down for maintenance</body></html>", {
      headers: { "Content-Type": "text/html" },
    }),
  429: () => new Response("{}", { status: 429, headers: { "Retry-After": "7" } }),
  500: () => new Response("oops", { status: 500 }),
};

/** ISBNs that any of the simulations of a test file has returned: the service may ask for one of them as a canary. */
const returned = new Set<string>();

/**
 * Simulates Open Library's `api/books?jscmd=data`. Calls are recorded. `say` sets the response for an ISBN; other ISBNs are
 * absent, except for a canary: the last ISBN of a call, if Open Library has returned it before.
 */
export function openLibraryInPlace(): { calls: URL[]; say(isbn: string, said: Said): void } {
  const calls: URL[] = [];
  const answers = new Map<string, Said>();
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    calls.push(url);
    const bibkeys = url.searchParams.get("bibkeys")?.split(",") ?? [];
    const body: Record<string, unknown> = {};
    for (const bibkey of bibkeys) {
      const isbn = bibkey.replace("ISBN:", "");
      const isCanary = bibkeys.length > 1 && bibkey === bibkeys.at(-1) && returned.has(isbn);
      const said = answers.get(isbn) ?? (isCanary ? { title: "A canary" } : "absent");
      if (said === "absent") continue;
      if (typeof said === "string") return TROUBLE[said]();
      returned.add(isbn);
      body[bibkey] = {
        identifiers: { isbn_13: [isbn] },
        authors: [{ name: "An Author" }],
        ...said,
      };
    }
    return json(body);
  });
  return { calls, say: (isbn, said) => void answers.set(isbn, said) };
}

/** Resets the desks after earlier tests: an open circuit breaker, a Retry-After, calls of the last second. */
export async function restDesks(): Promise<void> {
  for (const id of PROVIDER_IDS) {
    const desk = env.PROVIDER_DESKS.getByName(id);
    await runInDurableObject(desk, (_desk, state) => state.storage.deleteAll());
    await evictDurableObject(desk);
  }
}
