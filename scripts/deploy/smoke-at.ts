import { setTimeout as sleep } from "node:timers/promises";

/** Known to Open Library for as long as it exists. */
const ISBN = "9780140328721";
/** A new deployment is known everywhere after a couple of seconds, says Cloudflare. */
const SETTLED_AFTER_MS = 5000;

/** One version of a Worker. */
export interface VersionOfWorker {
  readonly worker: string;
  readonly version: string;
}

/**
 * Looks at a deployed service: it is ready, and finds a book.
 * @param wanted whose answers are wanted, by a version override; without it whichever version answers
 * @throws Error that says what was wrong
 */
export async function smokeAt(
  url: string,
  wanted: VersionOfWorker | undefined,
  settledAfterMs = SETTLED_AFTER_MS,
): Promise<void> {
  await sleep(settledAfterMs);
  const headers: Record<string, string> =
    wanted === undefined
      ? {}
      : { "Cloudflare-Workers-Version-Overrides": `${wanted.worker}="${wanted.version}"` };
  for (const path of ["/health/ready", `/v1/search/isbn?isbn=${ISBN}`]) {
    const response = await fetch(new URL(path, url), { headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    if (path.includes(ISBN) && !text.includes(ISBN)) {
      throw new Error(`${path} answered without the book: ${text}`);
    }
  }
}
