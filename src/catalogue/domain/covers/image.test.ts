import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Book } from "../../../../contract/catalogue.ts";
import { coverSources } from "./source.ts";
import { drawnCover } from "./drawn-cover.ts";
import { MAX_COVER_BYTES, readImage } from "./image.ts";

/** A header, then arbitrary bytes up to `length`. */
function file(header: readonly number[], length = 20_000): Uint8Array {
  const bytes = new Uint8Array(length).map((_, at) => (at * 7) % 251);
  bytes.set(header);
  return bytes;
}

const text = (letters: string): number[] => Array.from(letters, (letter) => letter.charCodeAt(0));
const high = (size: number): number[] => [size >> 8, size & 255];
const low = (size: number): number[] => [size & 255, size >> 8];
const JFIF = [0xff, 0xd8, 0xff, 0xe0, 0, 16, ...text("JFIF"), 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
const FRAME = [0xff, 0xc2, 0, 17, 8];
const jpeg = (width: number, height: number): number[] =>
  [JFIF, FRAME, high(height), high(width), [3, 1]].flat();
const PNG = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, ...text("IHDR"), 0, 0];
const png = (width: number, height: number): number[] =>
  [PNG, high(width), [0, 0], high(height)].flat();
const gif = (width: number, height: number): number[] =>
  [text("GIF89a"), low(width), low(height)].flat();
const VP8 = [...text("WEBPVP8 "), 0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a];
const webp = (width: number, height: number): number[] =>
  [text("RIFF"), [0, 0, 0, 0], VP8, low(width), low(height)].flat();

describe("readImage", () => {
  it.each([
    ["image/jpeg", jpeg],
    ["image/png", png],
    ["image/gif", gif],
    ["image/webp", webp],
  ])("recognises %s by its bytes, and refuses pixels and images of one colour", (type, header) => {
    expect(readImage(file(header(320, 480)))).toMatchObject({ type });
    expect(readImage(file(header(1, 1), 100))).toBeUndefined();
    expect(readImage(file(header(10, 480)))).toBeUndefined();
    expect(readImage(file(header(600, 800), 1000))).toBeUndefined();
    expect(readImage(file(header(320, 480)).subarray(0, 12))).toBeUndefined();
  });

  it.each([
    ["HTML", text("<!doctype html><title>Not found</title>")],
    ["SVG", text('<svg xmlns="http://www.w3.org/2000/svg">')],
    ["PDF", text("%PDF-1.7")],
    ["a RIFF file that is no WebP", [...text("RIFF"), 0, 0, 0, 0, ...text("WAVE")]],
    ["nothing", []],
  ])("refuses %s", (_what, header) => {
    expect(readImage(file(header))).toBeUndefined();
  });

  it("refuses an image of more than 1 MB", () => {
    expect(readImage(file(jpeg(2000, 3000), MAX_COVER_BYTES))).toBeDefined();
    expect(readImage(file(jpeg(2000, 3000), MAX_COVER_BYTES + 1))).toBeUndefined();
  });

  it("reads any bytes without an error", () => {
    const headers = [jpeg(9, 9), png(9, 9), gif(9, 9), webp(9, 9)];
    fc.assert(
      fc.property(
        fc.constantFrom(...headers),
        fc.uint8Array({ maxLength: 80 }),
        fc.nat(40),
        (header, rest, kept) => {
          readImage(Uint8Array.from([...header.slice(0, kept), ...rest]));
        },
      ),
    );
  });
});

describe("a drawn cover", () => {
  const book = { isbn: "9780441172719", title: "Dune", authors: ["Frank Herbert"] };

  it("has the title, the authors and a colour of the ISBN", () => {
    const svg = drawnCover(book, 160);
    expect(svg).toContain('width="160" height="240"');
    expect(svg).toContain(">Dune</text>");
    expect(svg).toContain(">Frank Herbert</text>");
    expect(drawnCover({ ...book, isbn: "9783453317178" }, 160)).not.toBe(svg);
    expect(drawnCover(book, 160)).toBe(svg);
  });

  it("escapes every text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (typed) => {
        const svg = drawnCover({ isbn: "9780441172719", title: typed, authors: [typed] }, 320);
        const texts = svg.split(/<[^<>]*>/);
        return texts.every(
          (part) => !/[<>"]|&(?!(?:amp|lt|gt|quot|#39);)|\p{Cc}|\p{Cs}/u.test(part),
        );
      }),
      { examples: [['"><script>alert(1)</script>'], ["]]>&'\u0000\ud800"]] },
    );
  });

  it("truncates a long title and a long word", () => {
    const svg = drawnCover({ ...book, title: `${"word ".repeat(80)}${"x".repeat(99)}` }, 320);
    expect(svg.match(/<text/g)?.length).toBe(7);
    expect(svg).toContain("…");
  });
});

describe("coverSources", () => {
  const hosts = { openLibrary: "https://covers.openlibrary.org" };
  const withImages = (fields: Partial<Book>) => fields as Book;
  const ol = (size: string) => `https://covers.openlibrary.org/b/id/5-${size}.jpg`;

  it("tries the nearest size first, each image once", () => {
    const book = withImages({
      imageLinks: { thumbnail: ol("S"), medium: ol("M"), large: ol("L") },
      coverUrl: ol("L"),
    });
    const sizes = (width: 160 | 640) =>
      coverSources(book, width, hosts).map(({ url }) => /-(.)\.jpg\?default=false$/.exec(url)?.[1]);
    expect(sizes(160)).toEqual(["M", "S", "L"]);
    expect(sizes(640)).toEqual(["L", "M", "S"]);
  });

  it.each([
    "https://covers.example/b/id/5-L.jpg",
    "https://covers.openlibrary.org.evil.example/b/id/5-L.jpg",
    "https://books.google.com.evil.example/x",
    "https://127.0.0.1/x.jpg",
  ])("does not fetch from %s", (coverUrl) => {
    expect(coverSources(withImages({ coverUrl }), 320, hosts)).toEqual([]);
  });

  it("fetches from the configured hosts instead", () => {
    const book = withImages({
      imageLinks: { large: ol("L") },
      coverUrl: "https://books.google.com/books/content?id=x",
    });
    const moved = { openLibrary: "http://127.0.0.1:9", google: "http://127.0.0.1:8" };
    expect(coverSources(book, 320, moved)).toEqual([
      { provider: "openlibrary", url: "http://127.0.0.1:9/b/id/5-L.jpg?default=false" },
      { provider: "google-books", url: "http://127.0.0.1:8/books/content?id=x" },
    ]);
  });
});
