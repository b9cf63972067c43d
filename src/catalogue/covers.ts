import type { Platform } from "../platform/platform.ts";
import { hex } from "../platform/crypto.ts";
import type { CoverDeps, FetchedImage } from "./domain/covers/cover.ts";
import { coverSources, type CoverSource } from "./domain/covers/source.ts";
import { readImage } from "./domain/covers/image.ts";
import type { Caller } from "../platform/identity.ts";
import { r2Covers } from "./storage/covers.ts";

/** The user waits for the image, but already sees the page. */
const FETCH_BUDGET_MS = 8000;
/** MD5 of the images that Google sends for a missing cover. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  "0de4383ebad0adad5eeb8975cd796657",
  "a64fa89d7ebc97075c1d363fc5fea71f",
]);
const HASH_LENGTH = 16;

/**
 * Connects covers to R2, D1 and the providers' desks.
 * @param shared.maxBytes total size of all covers; 0 means no limit
 */
export function coverDeps(
  { env, config, log, now, defer }: Platform,
  { maxBytes, ...shared }: Pick<CoverDeps, "findBook" | "admitMiss"> & { maxBytes: number },
): CoverDeps {
  return {
    ...shared,
    store: r2Covers({ db: env.DB, bucket: env.FILES }, { now, log, maxBytes }),
    sources: (book, width) =>
      coverSources(book, width, {
        openLibrary: config.COVERS_BASE_URL,
        google: config.GOOGLE_COVERS_BASE_URL,
      }),
    fetchImage: (source, caller) => fetchImage(env, source, caller),
    async readImage(bytes) {
      const image = readImage(bytes);
      return image && !PLACEHOLDERS.has(await digest("MD5", bytes)) ? image : undefined;
    },
    hash: async (bytes) => (await digest("SHA-256", bytes)).slice(0, HASH_LENGTH),
    defer,
    now,
  };
}

async function fetchImage(
  env: Env,
  { provider, url }: CoverSource,
  { account }: Caller,
): Promise<FetchedImage> {
  const options = { lane: "scan", budgetMs: FETCH_BUDGET_MS, account } as const;
  try {
    const desk = env.PROVIDER_DESKS.getByName(provider);
    const answer = await desk.search({ image: url, limit: 1 }, options);
    if (answer.kind === "failed") return { kind: "failed" };
    return answer.image ? { kind: "found", bytes: answer.image } : { kind: "absent" };
  } catch {
    return { kind: "failed" };
  }
}

async function digest(algorithm: string, bytes: Uint8Array): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest(algorithm, bytes)));
}
