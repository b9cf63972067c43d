import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inCommonDigits, withoutHanNumerals } from "./digits.ts";

describe("digits of other scripts", () => {
  it.each(["arab", "arabext", "deva", "beng", "thai", "fullwide"])(
    "are ASCII digits: %s",
    (system) => {
      const format = new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false });
      fc.assert(
        fc.property(fc.nat(), (number) => {
          expect(inCommonDigits(`a ${format.format(number)} b`)).toBe(`a ${number} b`);
        }),
      );
    },
  );

  it("have separate marks", () => {
    expect(inCommonDigits("١٬٠٢٤٫٥٪")).toBe("1,024.5%");
    expect(inCommonDigits("4.5 ½ 四")).toBe("4.5 ½ 四");
  });
});

/** A number below 10,000 as it is spoken in Chinese. */
function spoken(number: number): string {
  const digits = Array.from(String(number), Number);
  const text = digits.map((digit, at) => {
    const unit = ["", "十", "百", "千"][digits.length - 1 - at] ?? "";
    return digit === 0 ? "零" : `${"一二三四五六七八九"[digit - 1]}${unit}`;
  });
  return text
    .join("")
    .replace(/零+/g, "零")
    .replace(/(?<=.)零$/, "")
    .replace(/^一十/, "十");
}

describe("Chinese and Japanese numerals", () => {
  it("are read digit by digit or with units", () => {
    const oneByOne = new Intl.NumberFormat("zh-u-nu-hanidec", { useGrouping: false });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), (number) => {
        expect(withoutHanNumerals(`第${oneByOne.format(number)}页`)).toBe(`第${number}页`);
        expect(withoutHanNumerals(`第${spoken(number)}页`)).toBe(`第${number}页`);
      }),
    );
  });
});
