import { isbn13CheckDigit, toIsbn10 } from "../../src/catalogue/domain/isbn/isbn.ts";

/** Keys of every shape that the service has ever written, and the expected result of their migration. */
export interface MixedKeys {
  readonly values: Readonly<Record<string, string>>;
  readonly expected: {
    readonly listed: number;
    readonly migrated: number;
    readonly skipped: number;
    readonly failed: number;
  };
  /** Number of rows that must exist at the end. */
  readonly books: number;
}

const DATES = [
  "2003",
  "May 1, 2003",
  "1998?",
  "c1949",
  "19xx",
  "-800",
  "2011-07",
  "1990-09-01",
  "",
];

type Outcome = "migrated" | "skipped" | "failed";
type Maker = (isbn13: string, n: number) => { key: string; text: string; outcome: Outcome }[];

const isbn10Of = (isbn13: string): string => toIsbn10(isbn13) ?? isbn13;
const key = (isbn: string): string => `book:isbn:${isbn}`;

function flatBook(n: number): Record<string, unknown> {
  return {
    title: `Volume ${n} of the "Quoted" séries`,
    authors: [`Author ${n}`, "Tom Reed, Jr."],
    publishedDate: DATES[n % DATES.length],
    ...(n % 3 === 0 ? {} : { publisher: `Press ${n % 7}` }),
    pageCount: 100 + (n % 400),
    language: "eng",
    categories: ["Fiction"],
    description: `<p>About ${n} &amp; more.</p>`,
    imageLinks: { thumbnail: `http://img.example/${n}.jpg` },
  };
}

const one = (k: string, value: unknown, outcome: Outcome) => [
  { key: k, text: typeof value === "string" ? value : JSON.stringify(value), outcome },
];

const MAKERS: readonly Maker[] = [
  (isbn, n) => one(key(isbn), flatBook(n), "migrated"),
  (isbn, n) => one(key(isbn), { success: true, data: flatBook(n) }, "migrated"),
  (isbn, n) =>
    one(
      key(isbn),
      { data: flatBook(n), cachedAt: Date.UTC(2025, 1, 1 + (n % 28)), ttl: 86_400 },
      "migrated",
    ),
  (isbn, n) =>
    one(
      key(isbn),
      {
        works: [{ title: `Work ${n}`, subjectTags: ["Fiction"] }],
        editions: [{ isbn, isbns: [isbn], publisher: "Tidewater", pageCount: 200 }],
        authors: [{ name: `Author ${n}` }],
      },
      "migrated",
    ),
  (isbn, n) =>
    one(
      key(isbn),
      {
        items: [
          {
            id: `g${n}`,
            volumeInfo: {
              title: `Volume ${n}`,
              industryIdentifiers: [{ type: "ISBN_13", identifier: isbn }],
            },
          },
        ],
      },
      "migrated",
    ),
  (isbn, n) => one(key(isbn10Of(isbn)), flatBook(n), "migrated"),
  (isbn, n) => [
    ...one(key(isbn), { title: `Kept ${n}`, authors: [] }, "migrated"),
    ...one(key(isbn10Of(isbn)), { ...flatBook(n), title: `Folded ${n}` }, "migrated"),
  ],
  (isbn) => one(key(isbn), "", "skipped"),
  (isbn) => one(key(isbn), "{ not json", "failed"),
  (isbn) => one(key(isbn), { publisher: "No title" }, "failed"),
];

/** Generates `count` books, evenly distributed over the shapes; deterministic. */
export function mixedKeys(count: number, first = 100_000_000): MixedKeys {
  const values: Record<string, string> = {};
  const expected = { listed: 0, migrated: 0, skipped: 0, failed: 0 };
  let books = 0;
  for (let n = 0; n < count; n += 1) {
    const twelve = `978${first + n}`;
    const isbn13 = `${twelve}${isbn13CheckDigit(twelve)}`;
    const made = MAKERS[n % MAKERS.length]?.(isbn13, n) ?? [];
    if (made[0]?.outcome === "migrated") books += 1;
    for (const { key: name, text, outcome } of made) {
      values[name] = text;
      expected.listed += 1;
      expected[outcome] += 1;
    }
  }
  return { values, expected, books };
}
