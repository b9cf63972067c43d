import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "./fingerprint.ts";
import { keyOf, parseKeyHeader } from "./key.ts";

const printable = fc
  .array(fc.integer({ min: 0x20, max: 0x7e }), { minLength: 1, maxLength: 255 })
  .map((codes) => String.fromCharCode(...codes));

describe("parseKeyHeader", () => {
  it("reads back every structured-field string", () => {
    fc.assert(
      fc.property(printable, (key) => {
        const quoted = `"${key.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
        expect(parseKeyHeader(quoted)).toBe(key);
      }),
    );
  });

  it.each(["scan_20250122_abc", "8e03978e-40d5-43e8-bc93-6894a57f9324", "a b", "a\\b", "x"])(
    "reads %s bare and quoted as the same key",
    (key) => {
      const quoted = `"${key.replaceAll("\\", "\\\\")}"`;
      expect([parseKeyHeader(key), parseKeyHeader(` ${quoted} `)]).toEqual([key, key]);
    },
  );

  it.each([
    "",
    " ",
    '""',
    '"',
    '"a',
    'a"',
    '"a"b"',
    '"a\\b"',
    "a,b",
    '"a", "b"',
    "é",
    '"é"',
    '"a";x',
  ])("rejects %j", (text) => {
    expect(() => parseKeyHeader(text)).toThrow("Idempotency-Key must be");
  });

  it("accepts 255 characters and rejects 256", () => {
    expect(parseKeyHeader("k".repeat(255))).toHaveLength(255);
    expect(() => parseKeyHeader("k".repeat(256))).toThrow("1 to 255");
    expect(() => parseKeyHeader(`"${"k".repeat(256)}"`)).toThrow("1 to 255");
  });
});

describe("keyOf", () => {
  it("finds the key in the header or the body", () => {
    expect(keyOf('"k"', [])).toBe("k");
    expect(keyOf(undefined, [undefined, "k"])).toBe("k");
    expect(keyOf("k", ["k", "k"])).toBe("k");
    expect(keyOf(undefined, [undefined])).toBeUndefined();
  });

  it("rejects keys that differ", () => {
    expect(() => keyOf("a", ["b"])).toThrow("differs");
    expect(() => keyOf(undefined, ["a", "b"])).toThrow("differs");
  });
});

describe("canonicalJson", () => {
  it("is equal for equal members in any order at any depth", () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: undefined })).toBe('{"b":[{"c":2,"d":1}]}');
  });

  it("differs for different values", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const same = canonicalJson(one) === canonicalJson(other);
        expect(same).toBe(isEqual(one, other));
      }),
    );
  });
});

/** Equal as JSON: -0 is written as 0. */
function isEqual(one: unknown, other: unknown): boolean {
  try {
    expect(JSON.parse(JSON.stringify(one))).toEqual(JSON.parse(JSON.stringify(other)));
    return true;
  } catch {
    return false;
  }
}
