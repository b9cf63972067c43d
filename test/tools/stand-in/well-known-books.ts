import type { CatalogueBook } from "./catalogue-book.ts";

/** A valid ISBN that is in no catalogue of the stand-in. */
export const UNKNOWN_ISBN = "9783161484100";

type Row = readonly [
  isbn13: string,
  title: string,
  authors: string,
  publisher: string,
  published: string,
  pages: number,
  language?: string,
  firstPublished?: string,
];

/** Authors are separated by `;`. Chosen for variety: X check digits, accents, Japanese, several authors, several languages. */
const ROWS: readonly Row[] = [
  ["9780140328721", "Fantastic Mr. Fox", "Roald Dahl", "Puffin", "October 1, 1988", 96],
  ["9780441172719", "Dune", "Frank Herbert", "Ace", "September 1, 1990", 535, "en", "August 1965"],
  ["9780261102217", "The Hobbit", "J. R. R. Tolkien", "HarperCollins", "1991", 310, "en", "1937"],
  ["9780547928227", "The Hobbit", "J. R. R. Tolkien", "Mariner Books", "September 18, 2012", 300],
  ["9780618640157", "The Lord of the Rings", "J. R. R. Tolkien", "Mariner Books", "2005", 1216],
  ["9780451524935", "1984", "George Orwell", "Signet Classic", "July 1, 1950", 328],
  ["9780451526342", "Animal Farm", "George Orwell", "Signet Classics", "April 6, 2004", 141],
  ["9780061120084", "To Kill a Mockingbird", "Harper Lee", "Harper Perennial", "2006", 323],
  ["9780316769488", "The Catcher in the Rye", "J. D. Salinger", "Little, Brown", "1991", 214],
  ["9780743273565", "The Great Gatsby", "F. Scott Fitzgerald", "Scribner", "2004-09-30", 180],
  ["9780141439518", "Pride and Prejudice", "Jane Austen", "Penguin Classics", "2002", 480],
  ["9780142437247", "Moby-Dick", "Herman Melville", "Penguin Classics", "2003", 720],
  ["9780141439600", "A Tale of Two Cities", "Charles Dickens", "Penguin Classics", "2003", 489],
  ["9780141439563", "Great Expectations", "Charles Dickens", "Penguin Classics", "2003", 505],
  ["9780143039433", "The Grapes of Wrath", "John Steinbeck", "Penguin Classics", "2006", 464],
  ["9780486282114", "Frankenstein", "Mary Shelley", "Dover", "October 21, 1994", 166],
  ["9780553382563", "I, Robot", "Isaac Asimov", "Spectra", "2008", 224],
  ["9780553293357", "Foundation", "Isaac Asimov", "Bantam Spectra", "October 1991", 296],
  ["9780441569595", "Neuromancer", "William Gibson", "Ace", "1984", 271],
  ["9780553380958", "Snow Crash", "Neal Stephenson", "Bantam", "May 2, 2000", 440],
  ["9780441478125", "The Left Hand of Darkness", "Ursula K. Le Guin", "Ace", "1987", 304],
  ["9780812550702", "Ender's Game", "Orson Scott Card", "Tor", "July 15, 1994", 324],
  ["9780316030571", "Use of Weapons", "Iain M. Banks", "Orbit", "July 28, 2008", 480],
  ["9780060850524", "Brave New World", "Aldous Huxley", "Harper Perennial", "2006", 288],
  ["9780385490818", "The Handmaid's Tale", "Margaret Atwood", "Anchor", "1998", 311],
  ["9780385333849", "Slaughterhouse-Five", "Kurt Vonnegut", "Dial Press", "1999", 275],
  ["9780765326355", "The Way of Kings", "Brandon Sanderson", "Tor", "August 31, 2010", 1007],
  ["9780804139021", "The Martian", "Andy Weir", "Crown", "February 11, 2014", 369],
  ["9780307387899", "The Road", "Cormac McCarthy", "Vintage", "March 28, 2006", 287],
  ["9780060853983", "Good Omens", "Terry Pratchett; Neil Gaiman", "William Morrow", "2006", 412],
  [
    "9780131103627",
    "The C Programming Language",
    "Brian W. Kernighan; Dennis M. Ritchie",
    "Prentice Hall",
    "1988",
    272,
  ],
  [
    "9780201633610",
    "Design Patterns",
    "Erich Gamma; Richard Helm; Ralph Johnson; John Vlissides",
    "Addison-Wesley",
    "1994",
    395,
  ],
  [
    "9780262510875",
    "Structure and Interpretation of Computer Programs",
    "Harold Abelson; Gerald Jay Sussman; Julie Sussman",
    "MIT Press",
    "1996",
    657,
  ],
  [
    "9780590353427",
    "Harry Potter and the Sorcerer's Stone",
    "J. K. Rowling",
    "Scholastic",
    "1999",
    309,
  ],
  ["9780140449136", "Crime and Punishment", "Fyodor Dostoyevsky", "Penguin Classics", "2003", 671],
  ["9780140444308", "Les Misérables", "Victor Hugo", "Penguin Classics", "1982", 1232],
  ["9782070360024", "L'Étranger", "Albert Camus", "Gallimard", "1972", 186, "fr"],
  ["9782070612758", "Le Petit Prince", "Antoine de Saint-Exupéry", "Gallimard", "2007", 120, "fr"],
  ["9783257228007", "Das Parfum", "Patrick Süskind", "Diogenes", "1994", 320, "de"],
  ["9783522202602", "Die unendliche Geschichte", "Michael Ende", "Thienemann", "2019", 480, "de"],
  ["9788437604947", "Cien años de soledad", "Gabriel García Márquez", "Cátedra", "2007", 560, "es"],
  ["9784062748681", "ノルウェイの森 上", "村上春樹", "講談社", "2004", 304, "ja"],
];

/** Real editions of well-known books. */
export const WELL_KNOWN_BOOKS: readonly CatalogueBook[] = ROWS.map(
  ([isbn13, title, authors, publisher, published, pages, language = "en", firstPublished]) => ({
    isbn13,
    title,
    authors: authors.split("; "),
    publisher,
    published,
    pages,
    language,
    ...(firstPublished === undefined ? {} : { firstPublished }),
  }),
);
