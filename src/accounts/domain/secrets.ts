/** Randomness and hashing, provided by the runtime. */
export interface Secrets {
  /** Bytes from a cryptographic source. */
  randomBytes(count: number): Uint8Array;
  /** SHA-256 of the text's UTF-8 as 64 lower-case hex digits. */
  sha256(text: string): Promise<string>;
  /** Whether two hashes are equal, compared in constant time. */
  sameHash(one: string, other: string): boolean;
}

/** Crockford's base 32. It omits I, L, O and U, which are misread or form words. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** A digit of `base32`, for regular expressions. */
export const BASE32_DIGIT = "[0-9a-hjkmnp-tv-z]";

/**
 * Normalizes a code that a person has typed to lower-case digits of `base32`. Case, spaces and dashes are ignored, and letters
 * that are easily confused with digits count as the digits (Crockford): O is 0; I and L are 1.
 * @returns undefined if the text cannot be a code of `count` digits
 */
export function typedDigits(text: string, count: number): string | undefined {
  const digits = text
    .normalize("NFKC")
    .replace(/[\s\p{Pd}]/gu, "")
    .toLowerCase()
    .replaceAll("o", "0")
    .replace(/[il]/g, "1");
  return new RegExp(`^${BASE32_DIGIT}{${count}}$`).test(digits) ? digits : undefined;
}

/**
 * A hash that matches nothing. It is compared when there is no stored hash, so that a miss takes as
 * long as a hit.
 */
export const NO_HASH = "0".repeat(64);

/** Encodes bytes in base 32, most significant bits first; the last digit is padded with zero bits. */
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
