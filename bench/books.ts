import type { Book } from "../contract/catalogue.ts";
import { toIsbn10 } from "../src/catalogue/domain/isbn/arithmetic.ts";
import { generatedBooks } from "../test/tools/stand-in/generated-books.ts";
import { seededRandom } from "../test/tools/stand-in/random.ts";
import { zipf } from "./zipf.ts";

const SYLLABLES =
  "ka lo mi ren ta vel or in sa du fen gar hi jo ne pra qui ru sto wen xa yl zo ti be mo";
const ACCENTED = ["é", "ü", "ø", "ł"];
/** One word in this many has a non-ASCII letter, so that about one book in ten contains one. */
const ACCENTED_ONE_IN = 40;
const WORDS = 20_000;
const FIRST_NAMES = 300;
const LAST_NAMES = 5000;
const SEEDED_AT = "2026-01-01T00:00:00.000Z";

/**
 * Generates `count` books as stored in the catalogue; deterministic. The word frequencies follow Zipf's law, as in a natural
 * language, so searches include words that occur in 30 % of all titles and words that occur in one.
 */
export function madeUpBooks(count: number): Book[] {
  const random = seededRandom(7);
  const words = vocabulary(WORDS, random);
  const commonness = zipf(WORDS, random);
  const word = (): string => words[commonness()] ?? "";
  const name = (known: number): string =>
    capital(words[WORDS - 1 - Math.floor(random() * known)] ?? "");
  return generatedBooks(count).map(({ isbn13, publisher, published, pages }) => {
    const isbn10 = toIsbn10(isbn13);
    const title = Array.from({ length: 2 + Math.floor(random() * 4) }, word).join(" ");
    return {
      isbn: isbn13,
      ...(isbn10 === undefined ? {} : { isbn10 }),
      title: capital(title),
      authors: [`${name(FIRST_NAMES)} ${name(LAST_NAMES)}`],
      publisher,
      publishedDate: published,
      publicationYear: Number(published),
      pageCount: pages,
      language: "en",
      categories: ["Fiction"],
      description: Array.from({ length: 40 }, word).join(" "),
      imageLinks: { thumbnail: `https://covers.example/${isbn13}-s.jpg` },
      coverUrl: `https://covers.example/${isbn13}-l.jpg`,
      provider: "openlibrary",
      sources: [{ provider: "openlibrary", fetchedAt: SEEDED_AT, fields: ["title", "authors"] }],
      updatedAt: SEEDED_AT,
    };
  });
}

/** Generates `count` distinct words of two to four syllables. */
function vocabulary(count: number, random: () => number): string[] {
  const syllables = SYLLABLES.split(" ");
  const words = new Set<string>();
  while (words.size < count) {
    const length = 2 + Math.floor(random() * 3);
    const parts = Array.from(
      { length },
      () => syllables[Math.floor(random() * syllables.length)] ?? "",
    );
    if (words.size % ACCENTED_ONE_IN === 0) {
      parts.push(ACCENTED[Math.floor(random() * ACCENTED.length)] ?? "");
    }
    words.add(parts.join(""));
  }
  return [...words];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
