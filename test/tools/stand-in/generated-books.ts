import { isbn13CheckDigit } from "../../../src/catalogue/domain/isbn/arithmetic.ts";
import type { CatalogueBook } from "./catalogue-book.ts";
import { seededRandom } from "./random.ts";

const ADJECTIVES = ["Quiet", "Last", "Salt", "Hollow", "Amber", "Distant", "Second", "Paper"];
const NOUNS = ["Harbour", "Orchard", "Ledger", "Winter", "Engine", "Garden", "Letter", "Bridge"];
const PLACES = ["Tarn", "Lisbon", "Orkney", "the North", "Glass", "Ash", "Ostrava", "the Delta"];
const FIRST_NAMES = ["Mira", "Tomás", "Ada", "Jun", "Léa", "Omar", "Ingrid", "Paul"];
const LAST_NAMES = ["Quill", "Novák", "Okafor", "Lind", "Marsh", "Castillo", "Wójcik", "Reyes"];
const PUBLISHERS = ["Tidewater Press", "North Lane", "Éditions du Phare", "Kiln Books"];

/** Coprime to 10, so that multiplying by it modulo a power of ten permutes the numbers. */
const SHUFFLE = 48_271_717;

/**
 * Generates `count` books with distinct valid ISBNs; deterministic for a seed. Every fiftieth has an ISBN that starts with 979,
 * which has no ISBN-10. The first has the number `from`. Seeds below 100 with up to 900,000 books each share no ISBN.
 */
export function generatedBooks(count: number, seed = 1, from = 0): CatalogueBook[] {
  const random = seededRandom(seed + from);
  const one = (list: readonly string[]): string => list[Math.floor(random() * list.length)]!;
  return Array.from({ length: count }, (_unused, offset) => from + offset).map((index) => ({
    isbn13: isbnOf(index, seed),
    title: `The ${one(ADJECTIVES)} ${one(NOUNS)} of ${one(PLACES)} ${index + 1}`,
    authors: [`${one(FIRST_NAMES)} ${one(LAST_NAMES)}`],
    publisher: one(PUBLISHERS),
    published: String(1950 + Math.floor(random() * 75)),
    pages: 80 + Math.floor(random() * 700),
    language: "en",
    subjects: ["Fiction"],
    description: `A story in ${one(PLACES)}, number ${index + 1}.`,
  }));
}

function isbnOf(index: number, seed: number): string {
  const place = (seed % 100) * 1_000_000 + index;
  const digits = String((place * SHUFFLE) % 100_000_000).padStart(8, "0");
  const twelve = index % 50 === 49 ? `9798${digits}` : `9781${digits}`;
  return twelve + isbn13CheckDigit(twelve);
}
