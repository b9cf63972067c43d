import { BASE32_DIGIT, base32, type Secrets } from "./secrets.ts";

/** 120 bits, so that a plain hash of it withstands guessing; 24 digits, which a person can still type. */
const CODE_BYTES = 15;

const CODE = new RegExp(`^${BASE32_DIGIT}{24}$`);

/** Six groups of four, upper case: `K7QM-2F0V-...`. */
export function newRecoveryCode({ randomBytes }: Pick<Secrets, "randomBytes">): string {
  const digits = base32(randomBytes(CODE_BYTES)).toUpperCase();
  return digits.match(/.{4}/g)?.join("-") ?? digits;
}

/**
 * The one spelling of a code that is hashed. Case, spaces and dashes do not matter, and the letters that people read
 * into digits count as the digits (Crockford): O is 0; I and L are 1.
 * @returns undefined when the text cannot be a code
 */
export function canonicalRecoveryCode(text: string): string | undefined {
  const digits = text
    .normalize("NFKC")
    .replace(/[\s\p{Pd}]/gu, "")
    .toLowerCase()
    .replaceAll("o", "0")
    .replace(/[il]/g, "1");
  return CODE.test(digits) ? digits : undefined;
}
