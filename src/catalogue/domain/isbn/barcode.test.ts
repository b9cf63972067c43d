import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBarcode } from "./barcode.ts";
import { hyphenate, isbn10CheckDigit, isbn13CheckDigit, parseIsbn, toIsbn13 } from "./isbn.ts";
import { runs } from "../../../../test/support/properties.ts";

const digits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((list) => list.join(""));
const withCheckDigit = (twelve: string) => twelve + isbn13CheckDigit(twelve);
const upcWithCheckDigit = (eleven: string) => withCheckDigit(`0${eleven}`).slice(1);
const isbn13 = fc.oneof(
  digits(9).map((rest) => withCheckDigit(`978${rest}`)),
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), digits(8))
    .map(([group, rest]) => withCheckDigit(`979${String(group)}${rest}`)),
);

const BOOK = { ok: true, isbn: { isbn13: "9780306406157", isbn10: "0306406152" } };

describe("a book's barcode", () => {
  it.each([
    ["EAN-13", "9780306406157"],
    ["with a line end", "9780306406157\r\n"],
    ["between tabs and control characters", "\u0002\t9780306406157\u0003\u0000"],
    ["with hyphens", "978-0-306-40615-7"],
    ["with spaces, as printed below the bars", "9 780306 406157"],
    ["with a label", "ISBN 978-0-306-40615-7"],
    ["ISBN-10", "0-306-40615-2"],
    ["as a spreadsheet's formula", '="9780306406157"'],
    ["EAN-5 joined", "978030640615751995"],
    ["EAN-2 joined", "978030640615705"],
    ["EAN-5 after a space", "9780306406157 51995"],
    ["EAN-5 on a separate line", "9780306406157\r\n51995\r\n"],
    ["EAN-2 after a plus sign", "9780306406157+05"],
    ["EAN-5 after a hyphen", "978-0-306-40615-7-90000"],
    ["EAN-5 after an ISBN-10", "0306406152 51995"],
    ["EAN-5 after a labelled ISBN", "ISBN-13 9780306406157 51995"],
    ["AIM prefix", "]E09780306406157"],
    ["AIM prefix of EAN-13 with its add-on", "]E3978030640615751995"],
    ["AIM prefixes of both symbols", "]E09780306406157]E251995"],
    ["AIM prefix and line end", "]E09780306406157\n"],
    ["GTIN-14", "09780306406157"],
    ["GTIN-14 with EAN-5", "0978030640615751995"],
    ["GTIN-14 with EAN-2", "0978030640615705"],
    ["GS1-128", "]C10109780306406157"],
    ["GS1 DataMatrix with a serial number", "]d2\u001D010978030640615721AB12\u001D"],
    ["GS1 as it is printed", "(01)09780306406157(21)AB12"],
    ["GS1 without its prefix", "0109780306406157"],
    ["GS1 web address", "https://id.example.org/01/09780306406157?21=AB12"],
  ])("%s", (_what, input) => {
    expect(parseBarcode(input)).toStrictEqual(BOOK);
  });

  it("with prefix 979 has no ISBN-10", () => {
    expect(parseBarcode("]E0979103490239251995")).toStrictEqual({
      ok: true,
      isbn: { isbn13: "9791034902392" },
    });
  });
});

describe("the UPC of an old paperback", () => {
  it.each([
    ["joined", "07671400395848667", "0671486675"],
    ["separate", "0 76714 00395 8 48667", "0671486675"],
    ["as an EAN-13 with a leading zero", "007671400395848667", "0671486675"],
    ["with AIM prefixes", "]E00076714003958]E248667", "0671486675"],
    [
      "of a publisher whose prefix overlaps the add-on",
      `${upcWithCheckDigit("07126800350")} 72345`,
      "0821723456",
    ],
    [
      "of Tor when its ISBNs started with 0-8125",
      `${upcWithCheckDigit("03714500599")} 50394`,
      "0812503945",
    ],
    [
      "of Tor when its ISBNs started with 0-7653",
      `${upcWithCheckDigit("03714500799")} 34229`,
      "0765342294",
    ],
  ])("%s", (_what, input, isbn10) => {
    expect(parseBarcode(input)).toStrictEqual({
      ok: true,
      isbn: { isbn13: toIsbn13(isbn10), isbn10 },
    });
  });

  it.each([
    ["alone", "076714003958"],
    ["as an EAN-13", "0076714003958"],
    ["with two digits of five", "07671400395805"],
  ])("needs its add-on: %s", (_what, input) => {
    expect(parseBarcode(input)).toMatchObject({
      ok: false,
      kind: "needs_addon",
      detail: expect.stringContaining("five digits"),
    });
  });
});

describe("not a book", () => {
  it.each([
    ["issn", "9770317847001"],
    ["issn", "977031784700103"],
    ["issn", "ISSN 0317-8471"],
    ["issn", "0317-8471"],
    ["issn", "2434-561x"],
    ["ismn", "9790060115615"],
    ["ismn", "979-0-060-11561-5"],
    ["ismn", "M-060-11561-5"],
    ["product", "4006381333931"],
    ["product", "40170725"],
    ["product", "]E440170725"],
    ["product", "036000291452"],
    ["product", "0036000291452"],
    ["product", "03600029145212345"],
    ["product", "03600029145205"],
    ["product", "19780306406154"],
    ["product", "1920097007005"],
  ])("%s: %s", (product, input) => {
    expect(parseBarcode(input)).toMatchObject({ ok: false, kind: "not_a_book", product });
  });

  it("asks the user to scan the other barcode of a Japanese book", () => {
    expect(parseBarcode("1920097007005")).toMatchObject({
      detail: expect.stringContaining("upper"),
    });
  });
});

describe("invalid", () => {
  it.each([
    ["", "empty", []],
    ["]E0\r\n", "empty", []],
    ["hello", "bad_characters", []],
    ["0000000000000", "all_zeros", []],
    ["00000000", "all_zeros", []],
    ["9.78E+12", "rounded_number", []],
    ["978030640615", "too_short", ["9780306406157"]],
    ["4006381333930", "not_bookland", []],
    ["40170726", "too_short", []],
    ["1234-5678", "too_short", []],
    ["076714003950", "too_short", []],
    ["9".repeat(101), "too_long", []],
    ["97803064061579780306406157", "too_long", ["9780306406157"]],
    ["9780306406158 A", "bad_characters", []],
  ])("%s", (input, problem, suggestions) => {
    expect(parseBarcode(input)).toMatchObject({ ok: false, kind: "invalid", problem, suggestions });
  });

  it.each([
    "9780306406158",
    "978030640615851995",
    "9780306406158 51995",
    "09780306406158",
    "]E0978030640615805",
  ])("%s is rejected with parseIsbn's detail for the thirteen digits", (input) => {
    expect(parseBarcode(input)).toStrictEqual({ ...parseIsbn("9780306406158"), kind: "invalid" });
  });

  it("does not read the start of an ISBN-13 as a UPC whose check digit matches by chance", () => {
    expect(parseBarcode("978000000003")).toMatchObject({ kind: "invalid", problem: "too_short" });
  });
});

describe("properties", () => {
  const addOn = fc.oneof(fc.constant(""), digits(2), digits(5));
  const between = fc.constantFrom("", " ", "\r\n", "+", "]E2");
  const front = fc.constantFrom("", "0", "]E0", "]X4", " ", "ISBN ", "\u0002");
  const end = fc.constantFrom("", "\r", "\n", "\r\n", "\t", "\u0003");

  it("a book is read whatever text surrounds it", () => {
    fc.assert(
      fc.property(isbn13, front, between, addOn, end, (isbn, front, between, addOn, end) => {
        const scan = front + isbn + (addOn === "" ? "" : between + addOn) + end;
        expect(parseBarcode(scan)).toStrictEqual(parseIsbn(isbn));
      }),
    );
  });

  it("a book is read with hyphens and a separate add-on", () => {
    fc.assert(
      fc.property(isbn13, digits(5), (isbn, addOn) => {
        expect(parseBarcode(`${hyphenate(isbn)} ${addOn}`)).toStrictEqual(parseIsbn(isbn));
      }),
    );
  });

  it("no number outside 978 and 979 becomes a book without an add-on", () => {
    fc.assert(
      fc.property(digits(12), (twelve) => {
        fc.pre(!/^(?:978|979[^0])/.test(twelve));
        expect(parseBarcode(withCheckDigit(twelve)).ok).toBe(false);
      }),
    );
  });

  it("a paperback's UPC with its add-on is an ISBN-10 that ends in the add-on", () => {
    const company = fc.constantFrom("070999", "071009", "071149", "076714", "076783", "076814");
    fc.assert(
      fc.property(company, digits(5), digits(5), (company, price, addOn) => {
        const result = parseBarcode(upcWithCheckDigit(company + price) + addOn);
        const isbn10 = result.ok ? (result.isbn.isbn10 ?? "") : "";
        expect(isbn10.slice(4, 9)).toBe(addOn);
        expect(isbn10.charAt(9)).toBe(isbn10CheckDigit(isbn10));
      }),
    );
  });

  it("any text yields a valid ISBN or an explanation", () => {
    const scanLike = fc.string({
      unit: fc.constantFrom(...Array.from("0123456789X]E -\r\n+()")),
      maxLength: 30,
    });
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), scanLike, ...[8, 12, 13, 14, 17, 18].map(digits)),
        (text) => {
          const result = parseBarcode(text);
          expect(result.ok ? parseIsbn(result.isbn.isbn13) : result).toStrictEqual(result);
          expect(result.ok ? "." : result.detail).toMatch(/\.$/);
        },
      ),
      { numRuns: runs(200) },
    );
  });
});
