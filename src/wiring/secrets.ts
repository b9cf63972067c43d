import type { Secrets } from "../accounts/domain/secrets.ts";
import type { RunningHash } from "../idempotency/domain/running-hash.ts";

const encoder = new TextEncoder();

const hexOf = (digest: ArrayBuffer): string =>
  Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Randomness, hashing and comparison as the runtime has them. */
export const runtimeSecrets: Secrets = {
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  async sha256(text) {
    return hexOf(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
  },
  sameHash(one, other) {
    const [left, right] = [encoder.encode(one), encoder.encode(other)];
    // The length of a hash is no secret.
    return left.length === right.length && crypto.subtle.timingSafeEqual(left, right);
  },
};

/** A SHA-256 of a body as it comes in: `crypto.subtle` wants all bytes at once, and a file has up to 25 MB. */
export function runningSha256(): RunningHash {
  const stream = new crypto.DigestStream("SHA-256");
  const writer = stream.getWriter();
  return {
    update: (piece) => writer.write(piece),
    async hex() {
      await writer.close();
      return hexOf(await stream.digest);
    },
  };
}
