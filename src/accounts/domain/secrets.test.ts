import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BASE32_DIGIT, base32 } from "./secrets.ts";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** Reference implementation with BigInt. */
function oracle(bytes: Uint8Array): string {
  const length = Math.ceil((bytes.length * 8) / 5);
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  value <<= BigInt(length * 5 - bytes.length * 8);
  let text = "";
  for (let index = 0; index < length; index += 1) {
    text = ALPHABET.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return text;
}

describe("base32", () => {
  it.each([
    [[], ""],
    [[0], "00"],
    [[255], "zw"],
    [[0, 0, 0, 0, 0], "00000000"],
    [[255, 255, 255, 255, 255], "zzzzzzzz"],
  ])("encodes %j as %j", (bytes, text) => {
    expect(base32(Uint8Array.from(bytes))).toBe(text);
  });

  it("agrees with the BigInt reference", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(base32(bytes)).toBe(oracle(bytes));
        expect(base32(bytes)).toMatch(new RegExp(`^${BASE32_DIGIT}*$`));
      }),
    );
  });
});
