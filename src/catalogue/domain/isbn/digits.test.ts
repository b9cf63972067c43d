import { expect, it } from "vitest";
import { withPlainDigits } from "./digits.ts";

it("reads every decimal digit of Unicode", () => {
  const code = (text: string): number => text.codePointAt(0) ?? 0;
  const digits = Array.from({ length: 0x20000 }, (_, at) => at)
    .filter((at) => at < 0xd800 || at > 0xdfff)
    .map((at) => String.fromCodePoint(at))
    .filter((text) => /^\p{Nd}$/u.test(text));
  expect(digits.length).toBeGreaterThan(600);
  // Ten consecutive digits begin with the zero of their script.
  const zeros = digits.filter((digit) => withPlainDigits(digit) === "0");
  expect(zeros.length * 10).toBe(digits.length);
  for (const zero of zeros) {
    const ten = Array.from({ length: 10 }, (_, value) => String.fromCodePoint(code(zero) + value));
    expect(ten.map(withPlainDigits).join("")).toBe("0123456789");
  }
});
