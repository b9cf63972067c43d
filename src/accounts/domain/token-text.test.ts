import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatToken, newToken, parseToken } from "./token-text.ts";

const bytes = fc.uint8Array({ minLength: 42, maxLength: 42 });

/** A token made from the given random bytes. */
const tokenOf = (random: Uint8Array) => {
  let taken = 0;
  return newToken({
    randomBytes: (count) => random.slice(taken, (taken += count)),
  });
};

describe("token text", () => {
  it("parses formatted tokens", () => {
    fc.assert(
      fc.property(bytes, (random) => {
        const parts = tokenOf(random);
        expect(parseToken(formatToken(parts))).toEqual(parts);
      }),
    );
  });

  it("formats different random bytes differently", () => {
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        const equal = one.every((byte, index) => byte === other[index]);
        expect(formatToken(tokenOf(one)) === formatToken(tokenOf(other))).toBe(equal);
      }),
    );
  });

  it("parses only canonically formatted tokens", () => {
    const digits = (length: number) =>
      fc.string({
        unit: fc.constantFrom(...Array.from("0123456789abcdefghjkmnpqrstvwxyz")),
        minLength: length - 1,
        maxLength: length + 1,
      });
    const nearly = fc.tuple(fc.constantFrom("bt_", "BT_", "bt-", "bt_ "), digits(16), digits(52));
    fc.assert(
      fc.property(nearly, ([prefix, id, secret]) => {
        const isToken = prefix === "bt_" && id.length === 16 && secret.length === 52;
        const parts = parseToken(`${prefix}${id}_${secret}`);
        expect(parts).toEqual(isToken ? { id, secret } : undefined);
      }),
    );
  });

  it("rejects a token in which one character is replaced by one that tokens do not contain", () => {
    const token = formatToken(tokenOf(new Uint8Array(42)));
    fc.assert(
      fc.property(
        fc.nat({ max: token.length - 1 }),
        fc.constantFrom("U", "u", "i", "l", "o", "A", "é", "\0", " ", "=", "０"),
        (at, character) => {
          expect(parseToken(token.slice(0, at) + character + token.slice(at + 1))).toBeUndefined();
        },
      ),
    );
  });

  it.each(["", "bt_", "bt__", "bt_0_0", "Bearer bt_0_0", `bt_${"0".repeat(16)}_${"0".repeat(53)}`])(
    "rejects %j",
    (text) => {
      expect(parseToken(text)).toBeUndefined();
    },
  );
});
