/** Randomness and hashing, which the runtime has. */
export interface Secrets {
  /** Bytes from a cryptographic source. */
  randomBytes(count: number): Uint8Array;
  /** SHA-256 of the text's UTF-8 as 64 lower-case hex digits. */
  sha256(text: string): Promise<string>;
  /** Whether two hashes are equal; takes as long for a near miss as for any other. */
  sameHash(one: string, other: string): boolean;
}

/** Crockford's base 32: no I, L, O or U, which are misread or spell words. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** What `base32` may write, for regular expressions. */
export const BASE32_DIGIT = "[0-9a-hjkmnp-tv-z]";

/** The hash of nothing that exists: stands in where there is no hash, so that a miss costs what a hit costs. */
export const NO_HASH = "0".repeat(64);

/** Writes bytes in base 32, most significant bits first; the last digit is filled up with zero bits. */
export function base32(bytes: Uint8Array): string {
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((buffer >> bits) & 31);
    }
    buffer &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET.charAt((buffer << (5 - bits)) & 31) : text;
}
