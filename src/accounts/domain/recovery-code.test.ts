import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalRecoveryCode, newRecoveryCode } from "./recovery-code.ts";

const codeOf = (random: Uint8Array) => newRecoveryCode({ randomBytes: () => random });
const bytes = fc.uint8Array({ minLength: 15, maxLength: 15 });

describe("recovery code", () => {
  it("has six groups of four unambiguous digits", () => {
    fc.assert(
      fc.property(bytes, (random) => {
        expect(codeOf(random)).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){5}$/);
      }),
    );
  });

  it("is accepted in every spelling that a user may type", () => {
    const slips: Record<string, string> = { "0": "oO0", "1": "iIlL1" };
    fc.assert(
      fc.property(
        bytes,
        fc.constantFrom("", "-", " ", "–", " - ", "\u00a0"),
        fc.boolean(),
        fc.nat(),
        (random, separator, lower, pick) => {
          const code = codeOf(random);
          const typed = Array.from(code.replaceAll("-", separator))
            .map((digit) => slips[digit]?.[pick % slips[digit].length] ?? digit)
            .map((digit) => (lower ? digit.toLowerCase() : digit))
            .join("");
          expect(canonicalRecoveryCode(typed)).toBe(canonicalRecoveryCode(code));
          expect(canonicalRecoveryCode(code)).toBe(code.replaceAll("-", "").toLowerCase());
        },
      ),
    );
  });

  it.each(["", "0", "0000-0000-0000-0000-0000", "U000-0000-0000-0000-0000-0000", "é".repeat(24)])(
    "rejects %j",
    (text) => {
      expect(canonicalRecoveryCode(text)).toBeUndefined();
    },
  );

  it("never accepts a text of another length", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from("0aoIl -–Uué")), maxLength: 60 }),
        (text) => {
          const canonical = canonicalRecoveryCode(text);
          expect(canonical === undefined || canonical.length === 24).toBe(true);
        },
      ),
    );
  });
});
