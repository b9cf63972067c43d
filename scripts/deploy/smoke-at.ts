import { setTimeout as sleep } from "node:timers/promises";

/** A book that Open Library has. */
const ISBN = "9780140328721";
/** According to Cloudflare a new deployment reaches every location within a couple of seconds. */
const SETTLED_AFTER_MS = 5000;

/** One version of a Worker. */
export interface VersionOfWorker {
  readonly worker: string;
  readonly version: string;
}

/** How long `smokeAt` waits. */
export interface SmokePace {
  /** Delay before the first request and between attempts. */
  readonly settledAfterMs?: number;
  /**
   * Number of attempts before a failure is final. A new domain takes minutes to get its record and
   * certificate.
   */
  readonly attempts?: number;
}

/**
 * Checks that a deployed service is ready and finds a book.
 * @param wanted the version to test, selected by version override; by default any version may
 * respond
 * @throws Error that describes the problem
 */
export async function smokeAt(
  url: string,
  wanted: VersionOfWorker | undefined,
  { settledAfterMs = SETTLED_AFTER_MS, attempts = 1 }: SmokePace = {},
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await sleep(settledAfterMs);
    try {
      await smokeOnce(url, wanted);
      return;
    } catch (error) {
      if (attempt >= attempts) throw error;
    }
  }
}

async function smokeOnce(url: string, wanted: VersionOfWorker | undefined): Promise<void> {
  const headers: Record<string, string> =
    wanted === undefined
      ? {}
      : { "Cloudflare-Workers-Version-Overrides": `${wanted.worker}="${wanted.version}"` };
  for (const path of ["/health/ready", `/v1/search/isbn?isbn=${ISBN}`]) {
    const response = await fetch(new URL(path, url), { headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} returned ${response.status}: ${text}`);
    if (path.includes(ISBN) && !text.includes(ISBN)) {
      throw new Error(`${path} returned a response without the book: ${text}`);
    }
  }
}
