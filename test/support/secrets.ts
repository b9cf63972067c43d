import type { Secrets } from "../../src/accounts/domain/secrets.ts";

/** Random bytes and hashing that also work on plain Node. Comparisons are recorded, so that a test can count them. */
export function secretsInPlace(): Secrets & { compared: [string, string][] } {
  const compared: [string, string][] = [];
  return {
    compared,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    async sha256(text) {
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
      return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join(
        "",
      );
    },
    sameHash(one, other) {
      compared.push([one, other]);
      return one === other;
    },
  };
}
