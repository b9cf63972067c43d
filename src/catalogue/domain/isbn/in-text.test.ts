import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isbn10CheckDigit, isbn13CheckDigit } from "./arithmetic.ts";
import { parseBarcode } from "./barcode.ts";
import { isbnsIn, parseIsbnInText } from "./in-text.ts";
import { isbn13sIn } from "./values.ts";

const DUNE = "9780441172719";

const inDigits = (zero: number, text: string): string =>
  text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

describe("parseIsbnInText", () => {
  it.each([
    ["a label", "ISBN 978-0-441-17271-9"],
    ["a label and its length", "ISBN-13: 978-0-441-17271-9"],
    ["an EAN label", "EAN 9780441172719"],
    ["the text below a barcode with its end mark", "9 780441 172719 >"],
    ["low lines", "978_0_441_17271_9"],
    ["an address with a prefix", "https://books.google.com/books?vid=ISBN9780441172719"],
    ["scientific notation with all digits", "9.780441172719E+12"],
    ["scientific notation with a decimal comma", "9,780441172719E12"],
    ["a title before it", "Dune, Frank Herbert, ISBN: 9780441172719"],
    ["a binding", "9780441172719 (pbk.)"],
    ["a binding and paper", "0-441-17271-7 (pbk. : alk. paper)"],
    ["a binding and a price", "0441172717 (hardcover) : $25.00"],
    ["a price after it", "9780441172719 $9.99"],
    ["a price before it", "£7.99 9780441172719"],
    ["a price in a currency", "978-0-441-17271-9 : EUR 12,50"],
    ["both lengths", "ISBN-10: 0441172717 ISBN-13: 9780441172719"],
    ["both lengths with marks", "978-0-441-17271-9 / 0-441-17271-7"],
    ["the same twice", "9780441172719 9780441172719"],
    ["both on two lines", "9780441172719\r\n0441172717\r\n"],
    ["a path", "https://openlibrary.org/isbn/9780441172719"],
    ["a path with an ISBN-10", "https://openlibrary.org/isbn/0441172717.json"],
    ["a parameter", "https://shop.example/book?isbn=9780441172719&ref=1234567898"],
    ["a parameter with marks", "https://shop.example/?ISBN=978-0-441-17271-9"],
    ["an escaped parameter", "https://shop.example/search?q=isbn%3A9780441172719"],
    [
      "a shop's page",
      "https://www.amazon.com/Dune-Frank-Herbert/dp/0441172717/ref=sr_1_1?qid=1234567898&sr=8-1",
    ],
    ["another shop's page", "https://www.amazon.co.uk/gp/product/0441172717?psc=1"],
    ["a page without a scheme", "www.shop.example/dune-9780441172719.html"],
    [
      "a name in the path",
      "https://www.shop.example/products/dune-9780441172719?variant=40123456789012",
    ],
    ["a catalogue's page", "https://www.goodreads.com/book/isbn/0441172717"],
    ["a search of a catalogue", "https://catalogue.example/browse?search_term=0441172717"],
    ["Code 39", "*9780441172719*"],
    ["Code 39 of an ISBN-10", "*0441172717*"],
    ["Arabic-Indic digits", inDigits(0x0660, DUNE)],
    ["Persian digits", inDigits(0x06f0, "978-0-441-17271-9")],
    ["Devanagari digits", inDigits(0x0966, DUNE)],
    ["a label in Persian", `\u0634\u0627\u0628\u06A9: ${inDigits(0x06f0, DUNE)}`],
    ["full-width digits", inDigits(0xff10, DUNE)],
    ["Javanese digits", inDigits(0xa9d0, DUNE)],
    ["mathematical digits", inDigits(0x1d7ce, DUNE)],
    ["an ISBN-A", "10.978.0441/172719"],
    ["a DOI of an ISBN-A", "https://doi.org/10.978.0441/172719"],
    ["a DOI with its name", "doi:10.978.044117/2719"],
    ["JSON", '{"isbn":"9780441172719"}'],
    ["a number in JSON", '{"title":"Dune","isbn":9780441172719,"pages":535}'],
    ["a list in JSON", '["9780441172719"]'],
    ["a GTIN-14", "GTIN: 09780441172719"],
    ["both Japanese rows", "9780441172719 1920093016003"],
    ["both Japanese rows joined", "97804411727191920093016003"],
    ["both Japanese rows on two lines", "9780441172719\n1920093016003"],
    ["the Japanese rows in reverse", "1920093016003 9780441172719"],
    ["the Japanese rows joined in reverse", "19200930160039780441172719"],
    ["the printed code of an older Japanese book", "ISBN0-441-17271-7 C0193 P400E"],
    ["the printed code of a Japanese book", "ISBN978-0-441-17271-9 C0093 ¥1600E"],
    ["a misread ISBN-13 of the same book", "9780441172710 0441172717"],
    ["a telephone number", "Dune 0441172717 Tel. 1234567898"],
    ["an order number", "Order No: 1234567898, 9780441172719"],
    ["other numbers", "LCCN 2005044117, 535 pages, 9780441172719, 18 cm"],
  ])("reads %s", (_what, text) => {
    const read = { ok: true, isbn: { isbn13: DUNE, isbn10: "0441172717" } };
    expect(parseIsbnInText(text)).toEqual(read);
    expect(parseBarcode(text)).toEqual(read);
  });

  it.each([
    "9780441172719 9780140328721",
    "9780441172719 (hbk) 9780140328721 (pbk)",
    "9780441172719 0140328726",
    "0441172717 / 0140328726",
    "https://shop.example/isbn/9780441172719?isbn=9780140328721",
    '{"isbn":["9780441172719","9780140328721"]}',
  ])("refuses %j, which has two books, and lists both", (text) => {
    const refused = { ok: false, problem: "ambiguous" };
    for (const result of [parseIsbnInText(text), parseBarcode(text)]) {
      expect(result).toMatchObject(refused);
      expect(result).toHaveProperty("suggestions", [DUNE, "9780140328721"]);
      expect(result).toHaveProperty("detail", expect.stringContaining(`${DUNE} and 9780140328721`));
    }
  });

  it("does not mistake another book's number for a misread ISBN-13", () => {
    expect(parseIsbnInText("9780140328720 0441172717")).toMatchObject({
      ok: false,
      problem: "ambiguous",
      suggestions: [DUNE],
    });
  });

  it.each([
    "",
    "hello",
    "9780441172710",
    "https://www.amazon.com/dp/B000FC1PWA?qid=0441172717",
    "https://shop.example/item/0441172717x",
    "Tel. 0441172717",
    "4006381333931",
    "12345",
    "1234567890123456789780441172719",
    `9780441172719${" ".repeat(3_000)}x`,
  ])("finds no ISBN in %j", (text) => {
    expect(isbnsIn(text)).toEqual([]);
    expect(parseIsbnInText(text).ok).toBe(false);
  });

  it("never returns a book other than the one in the text", () => {
    const digits = fc.stringMatching(/^\d{9}$/);
    const around = fc.constantFrom(
      "",
      " ",
      "ISBN ",
      " (pbk.)",
      " $9.99",
      "*",
      "https://x.example/isbn/",
      "\n",
      '{"n":',
      "}",
      " C0093",
    );
    fc.assert(
      fc.property(digits, around, around, fc.boolean(), (body, before, after, isShort) => {
        const isbn13 = `978${body}${isbn13CheckDigit(`978${body}`)}`;
        const text = before + (isShort ? body + isbn10CheckDigit(body) : isbn13) + after;
        const result = parseIsbnInText(text);
        expect(result.ok ? result.isbn.isbn13 : isbn13).toBe(isbn13);
      }),
    );
  });
});

it("reads the ISBNs of a record with their qualifiers", () => {
  expect(isbn13sIn(["9780441172719 (pbk.)", "0140328726 (v. 1)", "none"])).toEqual([
    DUNE,
    "9780140328721",
  ]);
});
