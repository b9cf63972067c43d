import type { Secrets } from "../domain/accounts/secrets.ts";

const encoder = new TextEncoder();

/** Randomness, hashing and comparison as the runtime has them. */
export const runtimeSecrets: Secrets = {
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  async sha256(text) {
    const digest = await crypto.subtle.digest("SHA-256", encoder.encode(text));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join(
      "",
    );
  },
  sameHash(one, other) {
    const [left, right] = [encoder.encode(one), encoder.encode(other)];
    // The length of a hash is no secret.
    return left.length === right.length && crypto.subtle.timingSafeEqual(left, right);
  },
};
