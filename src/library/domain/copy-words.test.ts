import { describe, expect, it } from "vitest";
import type { Format } from "../../../contract/library-fields.ts";
import { BINDINGS, copiesOf, formatOfWord, isNameOfFormat } from "./copy-words.ts";

const NAMES: Readonly<Record<Format, string>> = {
  paperback:
    "Paperback|Mass Market Paperback|paperback|Trade Paperback|Taschenbuch|Broschiert|Poche|Broché|Tapa blanda|Brossura|" +
    "Capa comum|Häftad|Мягкая обложка|文庫|平装|Softcover|Puhafedeles|Miękka oprawa|Pocket",
  hardcover:
    "Hardcover|Hardback|Library Binding|Gebunden|Gebundene Ausgabe|Relié|Cartonné|Tapa dura|Copertina rigida|Capa dura|" +
    "Inbunden|Twarda|Твёрдый переплёт|ハードカバー|精装|Leather Bound|Sidottu",
  ebook:
    "ebook|eBook|E-Book|Kindle Edition|kindle_edition|digital|epub|PDF|Nook|Livre numérique|Libro electrónico|電子書籍|전자책|" +
    "epub, original_epub|Kobo",
  audiobook:
    "audiobook|Audiobook|audio|Audio CD|Audible Audio|MP3 CD|Audio Cassette|Hörbuch|Livre audio|Audiolibro|Аудиокнига|" +
    "Preloaded Digital Audio Player|CD|Audio CD (unabridged)",
  other: "Spiral-bound|Board Book|Box Set|Magazine|Pappbilderbuch|Other",
};

describe("the format of a word", () => {
  const cases = Object.entries(NAMES).flatMap(([format, names]) =>
    names.split("|").map((name) => [name, format] as const),
  );
  it.each(cases)("%j is %s", (name, format) => expect(formatOfWord(name)).toBe(format));

  it.each(["", "Unknown Binding", "Book", "Paper Book", "x".repeat(200)])("%j is none", (name) =>
    expect(formatOfWord(name)).toBeUndefined(),
  );

  it("is the format with that name", () => {
    for (const [format, name] of Object.entries(BINDINGS)) {
      expect(formatOfWord(name)).toBe(format);
      expect(isNameOfFormat(name.toUpperCase(), format as Format)).toBe(true);
    }
    expect(isNameOfFormat("Kindle Edition", "ebook")).toBe(false);
  });
});

it.each([
  ["2", 2],
  [" 0 ", 0],
  ["1.0", 1],
  ["two", undefined],
  ["-1", undefined],
])("%j counts %j copies", (cell, copies) => expect(copiesOf(cell)).toBe(copies));
