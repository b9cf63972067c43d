import { base32, type Secrets, typedDigits } from "./secrets.ts";

/** 120 bits: enough for an unsalted hash to resist guessing, and 24 digits, which a person can still type. */
const CODE_BYTES = 15;

const CODE_DIGITS = 24;

/** Creates a code of six groups of four upper-case digits: `K7QM-2F0V-...`. */
export function newRecoveryCode({ randomBytes }: Pick<Secrets, "randomBytes">): string {
  const digits = base32(randomBytes(CODE_BYTES)).toUpperCase();
  return digits.match(/.{4}/g)?.join("-") ?? digits;
}

/** Normalizes a code to the spelling that is hashed. @returns undefined if the text cannot be a code */
export const canonicalRecoveryCode = (text: string): string | undefined =>
  typedDigits(text, CODE_DIGITS);
