import { createClient, type Library } from "../../../client/src/index.ts";

/** An invented book: title, author, pages, first year, language, format, stars, and months of its readings with their first and last day. */
type Line = readonly [
  title: string,
  author: string,
  pages: number,
  published: number,
  language: string,
  format: "paperback" | "hardcover" | "ebook" | "audiobook" | undefined,
  rating: number | undefined,
  ...readings: readonly (readonly [yearsAgo: number, from: string, to: string])[],
];

const HTML_TITLE = "<img src=x onerror=alert(1)> and other <b>bold</b> tales";
export const RIGHT_TO_LEFT_TITLE = "موسم الهجرة إلى بيت الجدة";

const LINES: readonly Line[] = [
  [
    "The Cartographer of Quiet Rivers",
    "Ilse Brandt",
    412,
    2019,
    "en",
    "hardcover",
    4.75,
    [0, "01-02", "01-09"],
  ],
  ["Salt and the Second Moon", "Oren Vale", 298, 2021, "en", "ebook", 4, [0, "01-12", "01-20"]],
  ["Ein Garten aus Glas", "Marta Heller", 256, 2008, "de", "paperback", 3.5, [0, "02-01", "02-14"]],
  [
    "The Lighthouse Ledger",
    "Ilse Brandt",
    388,
    2015,
    "en",
    "paperback",
    5,
    [0, "02-15", "03-01"],
    [1, "05-01", "05-20"],
  ],
  ["Nine Winters in Harrow", "Tomas Okafor", 540, 1998, "en", "ebook", 4.25, [0, "03-02", "03-30"]],
  [
    "A Field Guide to Falling Stars",
    "June Aldous",
    176,
    2003,
    "en",
    "paperback",
    3.75,
    [0, "04-03", "04-05"],
  ],
  [
    "Die Stille der Uhren",
    "Marta Heller",
    320,
    2016,
    "de",
    "hardcover",
    4.5,
    [0, "04-10", "04-22"],
  ],
  [
    "Patience of the Weavers",
    "Noor Haddad",
    431,
    2022,
    "en",
    "audiobook",
    4,
    [0, "05-01", "05-28"],
  ],
  [
    "The Orchard at the End of the Line, or How Three Sisters Kept a Railway Running Through Eleven Years of Snow",
    "Beatrix Lund",
    1104,
    1987,
    "en",
    "hardcover",
    4.5,
    [0, "06-01", "07-19"],
  ],
  ["Small Engines", "Tomas Okafor", 142, 2020, "en", "ebook", 2.5, [0, "07-20", "07-21"]],
  [RIGHT_TO_LEFT_TITLE, "سلمى النور", 210, 1966, "ar", "paperback", 5, [0, "08-02", "08-09"]],
  [HTML_TITLE, "June Aldous", 89, 2011, "en", undefined, 3, [0, "08-12", "08-13"]],
  ["What the Ferryman Owes", "Oren Vale", 365, 2023, "en", "ebook", 4.25, [0, "09-01", "09-16"]],
  [
    "Letters to an Unbuilt City",
    "Noor Haddad",
    233,
    1974,
    "en",
    "paperback",
    undefined,
    [0, "10-01", "10-08"],
  ],
  ["The Second Autumn", "Ilse Brandt", 301, 2018, "en", "paperback", 4, [1, "09-01", "09-14"]],
  [
    "Kleines Handbuch der Nebel",
    "Jonas Reuter",
    144,
    1992,
    "de",
    "paperback",
    3.25,
    [1, "11-02", "11-05"],
  ],
  [
    "Ashes of a Paper Moon",
    "Beatrix Lund",
    476,
    2001,
    "en",
    "ebook",
    4.75,
    [1, "02-01", "02-25"],
    [2, "01-03", "01-30"],
  ],
  [
    "The Quiet Arithmetic of Bees",
    "Tomas Okafor",
    267,
    2014,
    "en",
    "audiobook",
    3.5,
    [2, "06-01", "06-20"],
  ],
  ["North of the Last Map", "Oren Vale", 512, 2009, "en", "hardcover", 4, [4, "08-01", "08-31"]],
];
const WAITING = ["The Drowned Observatory", "Tea with the Astronomers", "Hüter der Asche"];

/** The year that the statistics show by default. */
export const THIS_YEAR = new Date().getFullYear();

export interface Reader {
  readonly account: { readonly userId: string; readonly token: string };
  readonly library: Library;
}

/** An account with the books of a few years, including ones that break careless pages. */
export async function reader(url: string): Promise<Reader> {
  const { userId, token } = await createClient({ baseUrl: url }).accounts.create();
  const library = createClient({ baseUrl: url, token }).library(userId);
  for (const line of LINES) await library.add(bookOf(line));
  for (const title of WAITING) {
    await library.add({ title, authors: ["Noor Haddad"], status: "want_to_read" });
  }
  const year = String(THIS_YEAR - 1);
  const { book } = await library.add({
    title: "Only the Year Is Known",
    authors: ["June Aldous"],
    pageCount: 150,
    readings: [{ finishedAt: year }],
    status: "completed",
  });
  for (const [day, page] of [
    ["03-01", 40],
    ["03-02", 95],
    ["03-04", 150],
  ] as const) {
    await library.addProgress(book.isbn, { page, at: `${year}-${day}T19:00:00Z` });
  }
  return { account: { userId, token }, library };
}

function bookOf(line: Line): Parameters<Library["add"]>[0] {
  const [title, author, pageCount, publicationYear, language, format, rating, ...readings] = line;
  return {
    title,
    authors: [author],
    pageCount,
    publicationYear,
    language,
    ...(format ? { format } : {}),
    ...(rating === undefined ? {} : { rating }),
    status: "completed",
    tags: pageCount > 400 ? ["long reads", "owned"] : ["owned"],
    categories: language === "en" ? ["Fiction"] : ["Fiction", "Translations"],
    readings: readings.map(([ago, from, to]) => ({
      startedAt: `${THIS_YEAR - ago}-${from}`,
      finishedAt: `${THIS_YEAR - ago}-${to}`,
    })),
  };
}
