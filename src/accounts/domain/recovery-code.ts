import { BASE32_DIGIT, base32, type Secrets } from "./secrets.ts";

/** 120 bits: enough for an unsalted hash to resist guessing, and 24 digits, which a person can still type. */
const CODE_BYTES = 15;

const CODE = new RegExp(`^${BASE32_DIGIT}{24}$`);

/** Creates a code of six groups of four upper-case digits: `K7QM-2F0V-...`. */
export function newRecoveryCode({ randomBytes }: Pick<Secrets, "randomBytes">): string {
  const digits = base32(randomBytes(CODE_BYTES)).toUpperCase();
  return digits.match(/.{4}/g)?.join("-") ?? digits;
}

/**
 * Normalizes a code to the spelling that is hashed. Case, spaces and dashes are ignored, and letters that are easily
 * confused with digits count as the digits (Crockford): O is 0; I and L are 1.
 * @returns undefined if the text cannot be a code
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
