import { describe, expect, it } from "vitest";
import { toCovers, toCoversOfLinks, toImageUrl } from "./cover-images.ts";

describe("toImageUrl", () => {
  it.each([
    [
      "http://books.google.com/books/content?id=a1&img=1&zoom=1&edge=curl&source=gbs_api",
      "https://books.google.com/books/content?id=a1&img=1&zoom=1&source=gbs_api",
    ],
    [
      "http://books.google.com/books/content?edge=curl&id=a1",
      "https://books.google.com/books/content?id=a1",
    ],
    [
      "http://books.google.com/books/content?id=a1&edge=curl",
      "https://books.google.com/books/content?id=a1",
    ],
    [
      "https://covers.openlibrary.org/b/id/240727-S.jpg",
      "https://covers.openlibrary.org/b/id/240727-S.jpg",
    ],
    [
      "http://books.google.com/books/content?id=XYZ&amp;printsec=frontcover&amp;img=1&amp;zoom=1&amp;edge=curl",
      "https://books.google.com/books/content?id=XYZ&printsec=frontcover&img=1&zoom=1",
    ],
    [
      "http://books.google.de/books/content?id=XYZ&img=1&zoom=5&edge=curl&source=gbs_api",
      "https://books.google.de/books/content?id=XYZ&img=1&zoom=1&source=gbs_api",
    ],
    [
      "https://covers.example.org/a.jpg?edge=curl&zoom=5",
      "https://covers.example.org/a.jpg?edge=curl&zoom=5",
    ],
    ["//covers.example.org/a.jpg", "https://covers.example.org/a.jpg"],
    ["HTTP://covers.example.org:80/a.jpg", "https://covers.example.org/a.jpg"],
    [" https://covers.example.org/a.jpg ", "https://covers.example.org/a.jpg"],
    [
      "https://covers.example.org/placeholders-of-power.jpg?x=nophoto",
      "https://covers.example.org/placeholders-of-power.jpg?x=nophoto",
    ],
  ])("%s becomes %s", (value, url) => {
    expect(toImageUrl(value)).toBe(url);
  });

  it.each([
    undefined,
    null,
    7,
    "",
    "N/A",
    "cover.jpg",
    "ftp://example.org/a.jpg",
    "javascript:alert(1)",
    "data:image/png;base64,AAAA",
    "https://",
    "https://exa mple.org/a.jpg",
    'https://example.org/a.jpg"onerror="x',
    "https://example.org/\u0000.jpg",
    "https://covers.openlibrary.org/b/id/-1-L.jpg",
    "http://covers.openlibrary.org/b/id/-1-M.jpg",
    "https://covers.openlibrary.org/b/id/0-L.jpg",
    "https://covers.openlibrary.org/b/id/undefined-L.jpg",
    "https://covers.openlibrary.org/b/id/-L.jpg",
    "https://s.gr-assets.com/assets/nophoto/book/111x148.png",
    "https://books.google.com/googlebooks/images/no_cover_thumb.gif",
    "https://example.org/img/image-not-available.png",
    "https://example.org/placeholder.png",
    "https://openlibrary.org/images/icons/avatar_book.png",
    "https://example.org/images/blank.gif",
    "https://example.org/img/cover-missing.png",
    "https://example.org/default.jpg",
  ])("%j is not a cover", (value) => {
    expect(toImageUrl(value)).toBeUndefined();
  });
});

it("rejects an overlong URL", () => {
  expect(toImageUrl(`https://example.org/${"a".repeat(3_000)}`)).toBeUndefined();
});

describe("toCovers", () => {
  it("uses the first usable candidate of a size, and the largest image as the cover", () => {
    expect(
      toCovers({
        thumbnail: [undefined, "http://example.org/t.jpg"],
        medium: ["nothing", "https://example.org/m.jpg"],
      }),
    ).toStrictEqual({
      imageLinks: { thumbnail: "https://example.org/t.jpg", medium: "https://example.org/m.jpg" },
      coverUrl: "https://example.org/m.jpg",
    });
  });

  it("prefers the cover named by the source", () => {
    expect(
      toCovers({ large: ["https://example.org/l.jpg"], cover: ["https://example.org/c.jpg"] })
        .coverUrl,
    ).toBe("https://example.org/c.jpg");
  });

  it("has no members when there is no image", () => {
    expect(toCovers({ cover: ["https://covers.openlibrary.org/b/id/-1-L.jpg"] })).toStrictEqual({});
  });
});

describe("toCoversOfLinks", () => {
  it("fills a size from its neighbour in Google's list", () => {
    expect(
      toCoversOfLinks({
        smallThumbnail: "http://g.example/5",
        small: "http://g.example/2",
        extraLarge: "http://g.example/6",
      }),
    ).toStrictEqual({
      imageLinks: {
        thumbnail: "https://g.example/5",
        medium: "https://g.example/2",
        large: "https://g.example/6",
      },
      coverUrl: "https://g.example/6",
    });
  });

  it.each([undefined, null, "http://g.example/1", ["http://g.example/1"], {}])(
    "%j has no images",
    (links) => {
      expect(toCoversOfLinks(links)).toStrictEqual({});
    },
  );
});
