import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Book } from "../../../../contract/catalogue.ts";
import { chooseEdition, MARGIN, scoreOf, THRESHOLD, type SoughtBook } from "./match.ts";
import { defined } from "../../../platform/defined.ts";

let nth = 0;
/** An edition with a unique ISBN. */
function edition(title: string, authors: string | string[], fields: Partial<Book> = {}): Book {
  nth += 1;
  return {
    isbn: `978${String(nth).padStart(10, "0")}`,
    title,
    authors: [authors].flat(),
    categories: [],
    provider: "openlibrary",
    sources: [],
    updatedAt: "2026-01-01T00:00:00.000Z",
    ...fields,
  };
}

const row = (title: string, author?: string, fields: SoughtBook = {}): SoughtBook => ({
  title,
  ...defined({ authors: author === undefined ? undefined : [author] }),
  ...fields,
});

const HERBERT = "Frank Herbert";
const ROWLING = "J.K. Rowling";
const TOLKIEN = "J.R.R. Tolkien";

/** Labelled pairs of a row and an edition. The last ones are the most similar wrong pairs. */
const SAME: [string, SoughtBook, Book][] = [
  ["letter by letter", row("Dune", HERBERT), edition("Dune", HERBERT)],
  [
    "case and spaces",
    row("  THE  left hand of DARKNESS", "ursula k. le guin"),
    edition("The Left Hand of Darkness", "Ursula K. Le Guin"),
  ],
  ["article left out", row("Hobbit", TOLKIEN), edition("The Hobbit", TOLKIEN)],
  ["article at the end", row("Hobbit, The", TOLKIEN), edition("The Hobbit", TOLKIEN)],
  [
    "article of another language",
    row("L'Étranger", "Albert Camus"),
    edition("L’étranger", "Albert Camus"),
  ],
  ["German article", row("Der Prozess", "Franz Kafka"), edition("Prozess", "Franz Kafka")],
  ["name turned round", row("It", "King, Stephen"), edition("It", "Stephen King")],
  ["initials spaced", row("The Hobbit", "J. R. R. Tolkien"), edition("The Hobbit", TOLKIEN)],
  ["initials joined", row("The Hobbit", "JRR Tolkien"), edition("The Hobbit", TOLKIEN)],
  [
    "initial instead of a name",
    row("Use of Weapons", "I. Banks"),
    edition("Use of Weapons", "Iain Banks"),
  ],
  [
    "middle name omitted",
    row("Use of Weapons", "Iain Banks"),
    edition("Use of Weapons", "Iain M. Banks"),
  ],
  [
    "family name first",
    row("The Three-Body Problem", "Liu Cixin"),
    edition("The Three-Body Problem", "Cixin Liu"),
  ],
  [
    "suffix of a name",
    row("Letter from Birmingham Jail", "Martin Luther King, Jr."),
    edition("Letter from Birmingham Jail", "Martin Luther King"),
  ],
  [
    "diacritics",
    row("Cien anos de soledad", "Gabriel Garcia Marquez"),
    edition("Cien años de soledad", "Gabriel García Márquez"),
  ],
  ["letters of the north", row("Sult", "Knut Hamsun"), edition("Sult", "Knut Hamsun")],
  ["Polish letters", row("Solaris", "Stanislaw Lem"), edition("Solaris", "Stanisław Lem")],
  [
    "series in brackets",
    row("Dune Messiah (Dune Chronicles, #2)", HERBERT),
    edition("Dune Messiah", HERBERT),
  ],
  ["first of its series", row("Dune (Dune, #1)", HERBERT), edition("Dune", HERBERT)],
  [
    "series without a number",
    row("Ender's Game (The Ender Quintet)", "Orson Scott Card"),
    edition("Enders Game", "Orson Scott Card"),
  ],
  [
    "volumes spelled differently",
    row("Saga, Vol. 2", "Brian K. Vaughan"),
    edition("Saga: Volume Two", "Brian K. Vaughan"),
  ],
  [
    "volume with its own title",
    row("Naruto, Vol. 5: The Challengers", "Masashi Kishimoto"),
    edition("Naruto, Volume 05", "Masashi Kishimoto", { subtitle: "The Challengers" }),
  ],
  [
    "subtitle in a separate field",
    row("Sapiens: A Brief History of Humankind", "Yuval Noah Harari"),
    edition("Sapiens", "Yuval Noah Harari", { subtitle: "A Brief History of Humankind" }),
  ],
  [
    "subtitle without a colon",
    row("Sapiens A Brief History of Humankind", "Yuval Noah Harari"),
    edition("Sapiens: A Brief History of Humankind", "Yuval Noah Harari"),
  ],
  [
    "a novel",
    row("Cloud Atlas", "David Mitchell"),
    edition("Cloud Atlas: A Novel", "David Mitchell"),
  ],
  ["a memoir", row("Educated: A Memoir", "Tara Westover"), edition("Educated", "Tara Westover")],
  ["ampersand", row("Angels & Demons", "Dan Brown"), edition("Angels and Demons", "Dan Brown")],
  ["hyphen and space", row("Catch 22", "Joseph Heller"), edition("Catch-22", "Joseph Heller")],
  ["a number for a title", row("1984", "George Orwell"), edition("1984", "George Orwell")],
  [
    "several authors",
    row("Good Omens", "Terry Pratchett"),
    edition("Good Omens", ["Neil Gaiman", "Terry Pratchett"]),
  ],
  [
    "another script",
    row("Мастер и Маргарита", "Михаил Булгаков"),
    edition("Мастер и Маргарита", "Михаил Булгаков"),
  ],
  ["kana and kanji", row("ノルウェイの森", "村上 春樹"), edition("ノルウェイの森", "村上春樹")],
  [
    "the same edition",
    row("Emma", "Jane Austen", { publicationYear: 2003, publisher: "Penguin", pageCount: 474 }),
    edition("Emma", "Jane Austen", {
      publicationYear: 2003,
      publisher: "Penguin Books",
      pageCount: 474,
    }),
  ],
  [
    "no subtitle, but year and pages agree",
    row("Sapiens", "Yuval Noah Harari", { publicationYear: 2015, pageCount: 443 }),
    edition("Sapiens: A Brief History of Humankind", "Yuval Noah Harari", {
      publicationYear: 2015,
      pageCount: 443,
    }),
  ],
  [
    "an edition without year and pages",
    row("Emma", "Jane Austen", { publicationYear: 2003, pageCount: 474 }),
    edition("Emma", "Jane Austen"),
  ],
];

const OTHER: [string, SoughtBook, Book][] = [
  ["no author in the row", row("Dune"), edition("Dune", HERBERT)],
  ["no author of the edition", row("Dune", HERBERT), edition("Dune", [])],
  ["another author", row("The Outsider", "Stephen King"), edition("The Outsider", "Albert Camus")],
  [
    "another author with the same family name",
    row("The Stand", "Stephen King"),
    edition("The Stand", "Owen King"),
  ],
  ["family name alone", row("Emma", "Austen"), edition("Emma", "Jane Austen")],
  [
    "other initials",
    row("Collected Works", "A. B. Smith"),
    edition("Collected Works", "A. C. Smith"),
  ],
  [
    "family name spelled differently",
    row("The Idiot", "Fyodor Dostoyevsky"),
    edition("The Idiot", "Fyodor Dostoevsky"),
  ],
  [
    "another volume",
    row("Saga, Vol. 2", "Brian K. Vaughan"),
    edition("Saga, Vol. 3", "Brian K. Vaughan"),
  ],
  ["another number", row("Dune (Dune, #1)", HERBERT), edition("Dune (Dune, #2)", HERBERT)],
  [
    "a volume and the series",
    row("Saga, Vol. 2", "Brian K. Vaughan"),
    edition("Saga", "Brian K. Vaughan"),
  ],
  [
    "the first volume and the series",
    row("Saga, Vol. 1", "Brian K. Vaughan"),
    edition("Saga", "Brian K. Vaughan"),
  ],
  [
    "volumes in Roman numerals",
    row("Henry IV, Part I", "William Shakespeare"),
    edition("Henry IV, Part II", "William Shakespeare"),
  ],
  ["three volumes in one", row("Dune (Dune, #1)", HERBERT), edition("Dune (Dune, #1-3)", HERBERT)],
  ["a sequel that begins alike", row("Dune", HERBERT), edition("Dune Messiah", HERBERT)],
  ["children of it", row("Dune", HERBERT), edition("Children of Dune", HERBERT)],
  [
    "a series as a title",
    row("Harry Potter and the Chamber of Secrets", ROWLING),
    edition("Harry Potter and the Goblet of Fire", ROWLING),
  ],
  [
    "a trilogy as a title",
    row("The Lord of the Rings", TOLKIEN),
    edition("The Lord of the Rings: The Two Towers", TOLKIEN),
  ],
  [
    "a part of a trilogy",
    row("The Lord of the Rings: The Two Towers", TOLKIEN),
    edition("The Lord of the Rings", TOLKIEN),
  ],
  [
    "two subtitles",
    row("Star Wars: Heir to the Empire", "Timothy Zahn"),
    edition("Star Wars: Dark Force Rising", "Timothy Zahn"),
  ],
  [
    "a summary",
    row("Sapiens", "Yuval Noah Harari"),
    edition("Summary of Sapiens", "Yuval Noah Harari"),
  ],
  [
    "a summary in brackets",
    row("Sapiens", "Yuval Noah Harari"),
    edition("Sapiens (Summary)", "Yuval Noah Harari"),
  ],
  [
    "a study guide",
    row("Beloved", "Toni Morrison"),
    edition("Beloved: Study Guide", "Toni Morrison"),
  ],
  [
    "notes on it",
    row("Hamlet", "William Shakespeare"),
    edition("Hamlet (SparkNotes)", "William Shakespeare"),
  ],
  [
    "a workbook",
    row("Atomic Habits", "James Clear"),
    edition("Atomic Habits Workbook", "James Clear"),
  ],
  [
    "a companion",
    row("The Martian", "Andy Weir"),
    edition("The Martian (Trivia and Companion)", "Andy Weir"),
  ],
  [
    "a box set",
    row("The Hunger Games", "Suzanne Collins"),
    edition("The Hunger Games (Box Set)", "Suzanne Collins"),
  ],
  [
    "a trilogy in one volume",
    row("The Hunger Games", "Suzanne Collins"),
    edition("The Hunger Games Trilogy", "Suzanne Collins"),
  ],
  [
    "an omnibus",
    row("Foundation", "Isaac Asimov"),
    edition("Foundation (Omnibus)", "Isaac Asimov"),
  ],
  [
    "collected tales",
    row("Ficciones", "Jorge Luis Borges"),
    edition("Collected Fictions", "Jorge Luis Borges"),
  ],
  [
    "a graphic novel",
    row("Kindred", "Octavia E. Butler"),
    edition("Kindred (A Graphic Novel Adaptation)", "Octavia E. Butler"),
  ],
  [
    "a translation by its language",
    row("Emma", "Jane Austen", { language: "en" }),
    edition("Emma", "Jane Austen", { language: "fr" }),
  ],
  [
    "a translation by its title",
    row("The Stranger", "Albert Camus"),
    edition("L'Étranger", "Albert Camus"),
  ],
  [
    "an edition from another year",
    row("Emma", "Jane Austen", { publicationYear: 1996 }),
    edition("Emma", "Jane Austen", { publicationYear: 2015 }),
  ],
  [
    "an edition with another page count and publisher",
    row("Emma", "Jane Austen", { pageCount: 474, publisher: "Penguin" }),
    edition("Emma", "Jane Austen", { pageCount: 320, publisher: "Dover" }),
  ],
  ["a typing error", row("The Hobit", TOLKIEN), edition("The Hobbit", TOLKIEN)],
  ["nothing in common", row("Emma", "Jane Austen"), edition("Ulysses", "James Joyce")],
];

describe("scoreOf", () => {
  it.each(SAME)("is certain: %s", (_why, sought, book) => {
    expect(scoreOf(sought, book)).toBeGreaterThanOrEqual(THRESHOLD);
  });

  it.each(OTHER)("is uncertain: %s", (_why, sought, book) => {
    expect(scoreOf(sought, book)).toBeLessThan(THRESHOLD);
  });

  it("separates the labelled pairs", () => {
    const worst = Math.min(...SAME.map(([, sought, book]) => scoreOf(sought, book)));
    const nearest = Math.max(...OTHER.map(([, sought, book]) => scoreOf(sought, book)));
    expect({ worst, nearest }).toEqual({ worst: 0.95, nearest: 0.88 });
  });

  it("offers likely editions only as candidates", () => {
    const likely = ["a trilogy for a title", "family name spelt differently", "a typing error"];
    for (const [why, sought, book] of OTHER.filter(([why]) => likely.includes(why))) {
      expect([why, scoreOf(sought, book) > 0.7]).toEqual([why, true]);
    }
  });
});

describe("chooseEdition", () => {
  const dune = row("Dune", HERBERT);

  it("chooses the edition that stands out", () => {
    const right = edition("Dune", HERBERT);
    const match = chooseEdition(dune, [edition("Dune Messiah", HERBERT), right]);
    expect(match).toMatchObject({
      kind: "sure",
      best: { book: { isbn: right.isbn, title: "Dune", authors: [HERBERT] }, score: 1 },
    });
  });

  it("chooses an edition that several sources return", () => {
    const right = edition("Dune", HERBERT);
    expect(chooseEdition(dune, [right, { ...right, title: "DUNE" }])).toMatchObject({
      kind: "sure",
    });
  });

  it("does not choose between two editions", () => {
    const two = [edition("Dune", HERBERT), edition("Dune", HERBERT)];
    expect(chooseEdition(dune, two)).toMatchObject({
      kind: "unsure",
      isTie: true,
      candidates: [{}, {}],
    });
  });

  it("chooses between two editions by the row's year and pages", () => {
    const sought = row("Dune", HERBERT, { publicationYear: 1990, pageCount: 535 });
    const right = edition("Dune", HERBERT, { publicationYear: 1990, pageCount: 535 });
    const wrong = edition("Dune", HERBERT, { publicationYear: 2005, pageCount: 535 });
    expect(chooseEdition(sought, [wrong, right])).toMatchObject({
      kind: "sure",
      best: { book: { isbn: right.isbn } },
    });
  });

  it("returns at most five candidates above the minimum score, best first", () => {
    const many = Array.from({ length: 9 }, () => edition("Dune", HERBERT));
    const match = chooseEdition(dune, [edition("Ulysses", "James Joyce"), ...many]);
    expect(match.kind === "unsure" && match.candidates).toHaveLength(5);
    expect(chooseEdition(dune, [edition("Ulysses", "James Joyce")])).toEqual({
      kind: "unsure",
      candidates: [],
      isTie: false,
    });
  });

  it("is never certain without both title and author", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (title, author) => {
        expect(scoreOf({ title }, edition(title, author))).toBeLessThan(THRESHOLD);
        expect(scoreOf({ authors: [author] }, edition(title, author))).toBe(0);
      }),
    );
  });

  it("scores between 0 and 1 in any order, and is certain only with a margin", () => {
    const text = fc.oneof(fc.string(), fc.constantFrom("Dune", "Dune (Dune, #2)", "Dune: A Novel"));
    fc.assert(
      fc.property(
        text,
        text,
        fc.array(fc.tuple(text, text), { maxLength: 6 }),
        (title, author, others) => {
          const editions = others.map(([title, author]) => edition(title, author));
          const sought = row(title, author);
          const match = chooseEdition(sought, editions);
          expect(chooseEdition(sought, editions.toReversed()).kind).toBe(match.kind);
          const scores = editions.map((book) => scoreOf(sought, book)).sort((a, b) => b - a);
          for (const score of scores) expect(score >= 0 && score <= 1).toBe(true);
          const [best = 0, second = 0] = scores;
          expect(match.kind === "sure").toBe(best >= THRESHOLD && best - second >= MARGIN);
        },
      ),
    );
  });
});
