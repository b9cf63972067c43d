import { MAX_COVER_BYTES } from "../domain/covers/image.ts";
import type { ProviderSearchAnswer } from "../domain/provider.ts";
import { failureOf, type HttpDeps, retryAfterMs } from "./http.ts";

const MAX_REDIRECTS = 3;
/** Open Library's covers are kept by the Internet Archive. */
const ARCHIVE = /^https:\/\/(?:[\w-]+\.)*archive\.org$/;

/**
 * Fetches an image; if there is none at the URL, the answer is `found` without an image. Redirects
 * are followed on the same host and to the Internet Archive only. Never throws; the time covers the
 * whole body, of which at most 1 MB is read.
 */
export async function getImage(
  url: string,
  options: { userAgent: string; timeoutMs: number },
  { fetch, now = Date.now }: HttpDeps,
): Promise<ProviderSearchAnswer> {
  const signal = AbortSignal.timeout(Math.max(0, Math.ceil(options.timeoutMs)));
  const headers = { Accept: "image/*", "User-Agent": options.userAgent };
  try {
    let address = url;
    for (let hops = 0; ; hops += 1) {
      const response = await fetch(address, { headers, redirect: "manual", signal });
      const next = hops < MAX_REDIRECTS ? redirectOf(response, address) : undefined;
      if (next === undefined) return await readAnswer(response, now());
      await response.body?.cancel();
      address = next;
    }
  } catch {
    return { kind: "failed", reason: signal.aborted ? "timeout" : "network" };
  }
}

function redirectOf(response: Response, from: string): string | undefined {
  const location = response.headers.get("location");
  if (response.status < 300 || response.status > 399 || location === null) return undefined;
  const to = new URL(location, from);
  return to.origin === new URL(from).origin || ARCHIVE.test(to.origin) ? to.href : undefined;
}

async function readAnswer(response: Response, now: number): Promise<ProviderSearchAnswer> {
  if (response.ok) {
    const image = await readBytes(response);
    return image === undefined ? { kind: "found", books: [] } : { kind: "found", books: [], image };
  }
  await response.body?.cancel();
  const { status } = response;
  if (status === 404 || status === 410) return { kind: "found", books: [] };
  const wait = retryAfterMs(response.headers.get("retry-after"), now);
  const refusal = { kind: "refused", status, body: undefined } as const;
  return failureOf(wait === undefined ? refusal : { ...refusal, retryAfterMs: wait });
}

/** The body; undefined if it is too large. */
async function readBytes(response: Response): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done || value === undefined) break;
    length += value.byteLength;
    if (length > MAX_COVER_BYTES) {
      await reader?.cancel();
      return undefined;
    }
    chunks.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}
