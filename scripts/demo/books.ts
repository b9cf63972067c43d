import { isbn13CheckDigit } from "../../src/catalogue/domain/isbn/arithmetic.ts";
import { exampleBooks } from "../../test/support/imports/example-books.ts";
import type { FixtureBook } from "../../test/support/imports/fixture-book.ts";
import type { CatalogueBook } from "../../test/tools/stand-in/catalogue-book.ts";
import { WELL_KNOWN_BOOKS } from "../../test/tools/stand-in/well-known-books.ts";

/** A book of the sample library. Books and people are invented. */
export interface SampleBook extends CatalogueBook {
  readonly series?: { readonly name: string; readonly position: string };
  readonly tags: readonly string[];
}

type Row = readonly [
  title: string,
  authors: string,
  publisher: string,
  year: number,
  pages: number,
  subjects: string,
  details?: Partial<Pick<SampleBook, "language" | "subtitle" | "series" | "tags" | "description">>,
];

const HARBOUR = "Harbour Street";
const SALT = "The Salt Road";

/** In the order in which they were read, the latest first; those that have not been read come first. Authors are separated by `;`. */
const ROWS: readonly Row[] = [
  [
    "The Weather Clerk",
    "Ines Varga",
    "Quayside Press",
    2024,
    356,
    "Fiction;Islands",
    {
      series: { name: HARBOUR, position: "3" },
      tags: ["harbour"],
      description:
        "Every morning Odile Marsh writes down the weather of an island that is on no map. One morning the weather has been written down before her.",
    },
  ],
  [
    "Small Machines for Large Problems",
    "Ravi Sandoval",
    "Kiln Books",
    2022,
    288,
    "Engineering;Essays",
    { tags: ["work"] },
  ],
  [
    "霧の駅の時刻表",
    "水野はるか",
    "月見出版",
    2019,
    264,
    "Fiction;Railways",
    { language: "ja", tags: ["日本語"] },
  ],
  [
    "A Complete History of Every Lighthouse Between Two Rivers, with Notes on Their Keepers, Their Dogs, and the Weather They Expected",
    "Margit Aldenhove;Jon Ask",
    "Field & Furrow",
    1998,
    912,
    "History;Lighthouses",
    { tags: ["harbour", "long reads"] },
  ],
  ["Bread in the Time of Comets", "Sabine Orlow", "North Lane", 2023, 244, "Food;Astronomy"],
  [
    "The Cartographer's Holiday",
    "Tomas Ekdahl",
    "Quayside Press",
    2012,
    318,
    "Fiction;Maps",
    { tags: ["maps"] },
  ],
  ["What the Ferryman Owes", "Oren Vale", "Tidewater Press", 2021, 365, "Fiction;Rivers"],
  [
    "حديقة فوق السطح",
    "ليلى الحداد",
    "دار المرسى",
    2016,
    198,
    "Fiction;Gardens",
    { language: "ar", tags: ["gift"] },
  ],
  ["An Index of Winds", "June Aldous", "Kiln Books", 2003, 176, "Poetry", { tags: ["poetry"] }],
  [
    "Der letzte Fahrplan",
    "Käthe Rosenau",
    "Verlag am Deich",
    2018,
    304,
    "Fiction;Railways",
    { language: "de", tags: ["für den Zug"] },
  ],
  ["The Understudy's Understudy", "Pilar Quint", "North Lane", 2020, 251, "Fiction;Theatre"],
  [
    "Salt, Smoke and Other Inheritances",
    "Oren Vale",
    "Tidewater Press",
    2015,
    342,
    "Fiction;Family",
    { series: { name: SALT, position: "1" } },
  ],
  [
    "The Lamplighter's Apprentice",
    "Ines Varga",
    "Quayside Press",
    2017,
    338,
    "Fiction;Islands",
    {
      series: { name: HARBOUR, position: "2" },
      tags: ["harbour", "favourites"],
      description:
        "The lamps of Harbour Street have a new apprentice, who is afraid of the dark, and an old enemy, who is not.",
    },
  ],
  ["Ten Thousand Small Engines", "Ravi Sandoval", "Kiln Books", 2019, 402, "Engineering;History"],
  [
    "Letters to an Unbuilt City",
    "Noor Haddad",
    "Field & Furrow",
    2010,
    233,
    "Architecture;Essays",
    { tags: ["favourites"] },
  ],
  [
    "Night Ferry to Nowhere in Particular",
    "Edmund Sale",
    "Tidewater Press",
    2021,
    290,
    "Crime;Ferries",
  ],
  [
    "Kleine Geschichte der großen Irrtümer",
    "Jakob Thür",
    "Verlag am Deich",
    2014,
    416,
    "History;Essays",
    { language: "de" },
  ],
  [
    "The Second Salt Road",
    "Oren Vale",
    "Tidewater Press",
    2018,
    371,
    "Fiction;Family",
    { series: { name: SALT, position: "2" } },
  ],
  ["Patience of the Weavers", "Noor Haddad", "Field & Furrow", 2022, 431, "Fiction;Crafts"],
  ["Glass Orchard", "Mina Okafor", "North Lane", 2016, 214, "Poetry", { tags: ["poetry"] }],
  ["The Beekeeper's Algebra", "Sunita Raoul", "Kiln Books", 2013, 267, "Mathematics;Nature"],
  [
    "La Pluie des autres",
    "Hélène Castagnier",
    "Éditions du Phare",
    2019,
    187,
    "Fiction",
    { language: "fr", tags: ["français"] },
  ],
  ["Nine Winters in Harrow", "Tomas Ekdahl", "Quayside Press", 2008, 540, "Fiction;Snow"],
  [
    "The Lamplighter's Ledger",
    "Ines Varga",
    "Quayside Press",
    2015,
    329,
    "Fiction;Islands",
    { series: { name: HARBOUR, position: "1.5" }, tags: ["harbour", "favourites"] },
  ],
  ["How to Lose a River", "Ada Penhallow", "Field & Furrow", 2011, 224, "Nature;Essays"],
  [
    "Three Sisters and a Railway",
    "Sabine Orlow",
    "North Lane",
    2017,
    488,
    "Fiction;Railways",
    { tags: ["long reads"] },
  ],
  ["The Quiet Arithmetic of Rooms", "Noor Haddad", "Field & Furrow", 2006, 205, "Architecture"],
  [
    "月を直す人",
    "森川千夏",
    "海風書房",
    2020,
    232,
    "Fiction;Astronomy",
    { language: "ja", tags: ["日本語"] },
  ],
  ["Every Door in Velmora", "Pilar Quint", "North Lane", 2014, 356, "Fiction;Cities"],
  ["The Tide Table Murders", "Edmund Sale", "Tidewater Press", 2012, 312, "Crime;Islands"],
  [
    "Das Gedächtnis der Brücken",
    "Käthe Rosenau",
    "Verlag am Deich",
    2009,
    276,
    "Engineering;History",
    { language: "de" },
  ],
  ["A Short Course in Long Goodbyes", "Mina Okafor", "North Lane", 2018, 258, "Fiction"],
  ["North of the Last Map", "Tomas Ekdahl", "Quayside Press", 2005, 512, "Travel;Maps"],
  ["The Kitchen Astronomer", "Sabine Orlow", "North Lane", 2011, 243, "Food;Astronomy"],
  ["Ashes of a Paper Moon", "June Aldous", "Kiln Books", 2001, 476, "Fiction"],
  ["Field Notes on Falling Asleep", "Ada Penhallow", "Field & Furrow", 2016, 168, "Nature;Sleep"],
  ["The Ferry That Stayed", "Edmund Sale", "Tidewater Press", 2010, 301, "Crime;Ferries"],
  ["A Grammar of Knots", "Ravi Sandoval", "Kiln Books", 2007, 321, "Crafts;Essays"],
];

/** An ISBN from the same range as the examples, which is not assigned to a publisher. */
const isbnOf = (index: number): string => {
  const digits = `9786${String(99_000_301 + index)}`;
  return `${digits}${isbn13CheckDigit(digits)}`;
};

/** The books of the sample library. */
export const SAMPLE_BOOKS: readonly SampleBook[] = ROWS.map(
  ([title, authors, publisher, year, pages, subjects, details = {}], index) => ({
    language: "en",
    tags: [],
    ...details,
    isbn13: isbnOf(index),
    title,
    authors: authors.split(";"),
    publisher,
    published: String(year),
    pages,
    subjects: subjects.split(";"),
  }),
);

/** The books of docs/examples/ that have an ISBN, so that an import of an example finds them. */
const EXAMPLES: readonly CatalogueBook[] = [
  ...exampleBooks("goodreads"),
  ...exampleBooks("booklogjp"),
].flatMap(({ isbn, title, authors, publisher, year, pages, language }: FixtureBook) =>
  isbn === undefined
    ? []
    : [
        {
          isbn13: isbn,
          title: title.replace(/ \(.*\)$/, ""),
          authors,
          publisher: publisher ?? "",
          published: String(year),
          pages: pages ?? 288,
          language: language ?? "ja",
        },
      ],
);

/** ISBNs of books that the demo knows and the sample library lacks. */
export const exampleIsbns = (): string[] => EXAMPLES.map(({ isbn13 }) => isbn13);

/**
 * Books that the providers of the demo know: the sample library, the examples, and the books that
 * the documents look up.
 */
export const DEMO_CATALOGUE: readonly CatalogueBook[] = [
  ...SAMPLE_BOOKS,
  ...EXAMPLES,
  ...WELL_KNOWN_BOOKS,
];
