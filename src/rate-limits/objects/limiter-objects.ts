import type { LimiterDeps } from "../domain/limiter.ts";
import { DAY_MS } from "../../platform/time.ts";
import type { Grant, TakeRequest } from "../domain/window.ts";

export interface LimiterObjectsDeps {
  /** The Durable Object with this name. */
  limiter(name: string): { take(request: TakeRequest): Promise<Grant> };
  /** The salt of a UTC day. @param day such as 2026-11-22 */
  salt(day: string): Promise<string>;
}

/**
 * Requests tokens from a caller's Durable Object. Its name is a hash of the caller with the day's salt, so no address is
 * stored. A minute in which the UTC day changes may therefore count as two. The hash is cheap: it is computed once per
 * block of tokens, before a call to a Durable Object.
 */
export function limiterObjects(deps: LimiterObjectsDeps): LimiterDeps["takeTokens"] {
  let today: { number: number; salt: string } | undefined;
  return async (caller, request) => {
    const number = Math.floor(request.now / DAY_MS);
    if (today?.number !== number) {
      const day = new Date(number * DAY_MS).toISOString().slice(0, 10);
      today = { number, salt: await deps.salt(day) };
    }
    const name = await sha256(`${today.salt}:${caller}`);
    return deps.limiter(name).take(request);
  };
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
