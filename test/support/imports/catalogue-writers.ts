import type { Reading, Status } from "../../../contract/library-fields.ts";
import type { Layout } from "../../../src/imports/domain/layouts/layout.ts";
import { ANOBII } from "../../../src/imports/domain/layouts/tables/anobii.ts";
import { BABELIO } from "../../../src/imports/domain/layouts/tables/babelio.ts";
import { BOOK_CATALOGUE } from "../../../src/imports/domain/layouts/tables/bookcatalogue.ts";
import { BOOKBUDDY } from "../../../src/imports/domain/layouts/tables/bookbuddy.ts";
import { BOOKLOG_JP } from "../../../src/imports/domain/layouts/tables/booklogjp.ts";
import { BOOKLOGR } from "../../../src/imports/domain/layouts/tables/booklogr.ts";
import { CLZ } from "../../../src/imports/domain/layouts/tables/clz.ts";
import { HANDY_LIBRARY } from "../../../src/imports/domain/layouts/tables/handylibrary.ts";
import { LIBATION } from "../../../src/imports/domain/layouts/tables/libation.ts";
import { LIBBY } from "../../../src/imports/domain/layouts/tables/libby.ts";
import { NEODB } from "../../../src/imports/domain/layouts/tables/neodb.ts";
import { NOTION } from "../../../src/imports/domain/layouts/tables/notion.ts";
import { READING_LIST } from "../../../src/imports/domain/layouts/tables/readinglist.ts";
import { SKOOB } from "../../../src/imports/domain/layouts/tables/skoob.ts";
import { YAMTRACK } from "../../../src/imports/domain/layouts/tables/yamtrack.ts";
import { ZOTERO } from "../../../src/imports/domain/layouts/tables/zotero.ts";
import type { FixtureBook } from "./fixture-book.ts";
import { carried, lastReading, write, type Carried, type Part, type Writer } from "./writer.ts";

type Words = Readonly<Partial<Record<Status, string>>>;

/** How a service writes common columns. */
interface Simple {
  layout: Layout;
  cells: (book: FixtureBook) => Record<string, string>;
  parts: readonly Part[];
  /** The part of the last reading that it writes. */
  reading?: "none" | "end" | "both";
  /** The statuses that it supports, in its notation. */
  words?: Words;
  /** The status that it writes for a status it does not support. */
  statusOf?: (book: FixtureBook) => Status | undefined;
  isWithout?: "isbn" | "authors" | "isbn and authors";
  hasNoHeader?: true;
  copy?: ReturnType<NonNullable<Writer["copy"]>>;
  ratingOf?: (rating: number) => number;
}

function simple(given: Simple): Writer {
  const { layout, cells, parts, reading = "both", words, statusOf, isWithout = "" } = given;
  const readingsOf = (book: FixtureBook): Reading[] => {
    const last = reading === "none" ? undefined : lastReading(book);
    if (last === undefined) return [];
    if (reading === "both") return [last];
    return last.finishedAt === undefined ? [] : [{ finishedAt: last.finishedAt }];
  };
  return {
    columns: Object.keys(layout.columns),
    cells,
    carries: (book): Carried => {
      const readings = readingsOf(book);
      const status = statusOf
        ? statusOf(book)
        : words?.[book.status ?? "want_to_read"] === undefined
          ? impliedBy(readings)
          : book.status;
      const { isbn, rating, status: _status, ...rest } = book;
      const kept: FixtureBook = {
        ...rest,
        ...(isbn === undefined || isWithout.includes("isbn") ? {} : { isbn }),
        ...(rating === undefined ? {} : { rating: given.ratingOf?.(rating) ?? rating }),
      };
      const result = carried(kept, parts, readings, status);
      if (!isWithout.includes("authors")) return result;
      const { authors: _authors, ...bare } = result.book;
      return { ...result, book: bare };
    },
    ...(given.hasNoHeader ? { hasNoHeader: true } : {}),
    ...(given.copy ? { copy: () => ({ ...given.copy }) } : {}),
  };
}

function impliedBy(readings: readonly Reading[]): Status | undefined {
  const [last] = readings;
  if (last === undefined) return undefined;
  return last.finishedAt === undefined ? "reading" : "completed";
}

/** The status for a service that only marks read books. */
const byMark =
  (reading: "end" | "both") =>
  (book: FixtureBook): Status => {
    if (book.status === "completed") return "completed";
    const isStarted = reading === "both" && lastReading(book)?.startedAt !== undefined;
    return isStarted ? "reading" : "want_to_read";
  };

const wordOf = (words: Words, { status }: FixtureBook): string =>
  words[status ?? "want_to_read"] ?? "";
const started = (book: FixtureBook): string => lastReading(book)?.startedAt ?? "";
const finished = (book: FixtureBook): string => lastReading(book)?.finishedAt ?? "";
const comma = ({ authors }: FixtureBook): string => authors.join(", ");
const inverted = ({ authors }: FixtureBook, mark = "; "): string =>
  authors.map(write.lastFirst).join(mark);
const mark = ({ status }: FixtureBook, yes: string, no: string): string =>
  status === "completed" ? yes : no;
const dayFirst = (date: string): string => date.split("-").toReversed().join("/");
const inWords = (date: string): string => {
  if (date === "") return "";
  const options = { month: "long", day: "numeric", year: "numeric", timeZone: "UTC" } as const;
  return new Date(date).toLocaleDateString("en-US", options);
};

const ENGLISH: Words = {
  want_to_read: "Unread",
  reading: "Reading",
  completed: "Read",
  paused: "On hold",
  abandoned: "Abandoned",
};

const bookbuddy = simple({
  layout: BOOKBUDDY,
  parts: ["publisher", "year", "pages", "rating", "notes", "tags", "added"],
  words: ENGLISH,
  cells: (book) => ({
    Title: book.title,
    Author: comma(book),
    "Author (Last, First)": inverted(book),
    Publisher: book.publisher ?? "",
    "Year Published": write.number(book.year),
    "Number of Pages": write.number(book.pages),
    ISBN: book.isbn ?? "",
    Rating: book.rating?.toFixed(6) ?? "0.000000",
    Status: wordOf(ENGLISH, book),
    "Date Started": write.slashed(started(book)),
    "Date Finished": write.slashed(finished(book)),
    "Date Added": `${write.slashed(book.added)} 00:00:00.814175009`,
    Tags: book.tags.join(", "),
    Notes: book.notes ?? "",
    Category: "Personal",
    "Wish List": "0",
  }),
});

const anobii = simple({
  layout: ANOBII,
  copy: { format: "paperback" },
  parts: ["publisher", "pages", "rating", "review", "notes", "tags"],
  statusOf: ({ status }) => status,
  reading: "both",
  cells: (book) => ({
    ISBN: book.isbn ?? "",
    Title: book.title,
    Author: comma(book),
    Format: "Paperback",
    "Number of pages": write.number(book.pages),
    Publisher: book.publisher ?? "",
    "Private notes": book.notes ?? "",
    "Comment Content": book.review ?? "",
    "Reading status": {
      want_to_read: "Not started",
      reading: `Being read since ${started(book)}`,
      completed: `Finished on ${finished(book)}`,
      paused: "On hold",
      abandoned: "Abandoned",
    }[book.status ?? "want_to_read"],
    Vote: write.number(book.rating),
    Tags: book.tags.join(", "),
  }),
});

/** Anobii has one date: the start of a current reading, or the end of a finished one. */
const anobiiWithOneDay: Writer = {
  ...anobii,
  carries: (book) => {
    const last = lastReading(book);
    const whole = anobii.carries(book);
    const { readings: _readings, ...entry } = whole.entry;
    const day =
      book.status === "completed" && last?.finishedAt !== undefined
        ? { finishedAt: last.finishedAt }
        : book.status === "reading" && last?.startedAt !== undefined
          ? { startedAt: last.startedAt }
          : undefined;
    return { ...whole, entry: { ...entry, ...(day === undefined ? {} : { readings: [day] }) } };
  },
};

const clz = simple({
  layout: CLZ,
  copy: { format: "paperback", owned: true },
  parts: ["publisher", "year", "pages", "rating", "notes", "tags", "added"],
  reading: "end",
  statusOf: byMark("end"),
  cells: (book) => ({
    Author: inverted(book),
    Title: book.title,
    Publisher: book.publisher ?? "",
    "Publication Date": write.number(book.year),
    Format: "Paperback",
    Pages: write.number(book.pages),
    ISBN: book.isbn ?? "",
    "Read It": mark(book, "Yes", "No"),
    "Reading Date": mark(book, inWords(finished(book)).replace(",", ""), ""),
    "My Rating": book.rating === undefined ? "" : String(book.rating * 2),
    "Added Date": inWords(book.added).replace(",", ""),
    "Collection Status": "In Collection",
    Tags: book.tags.join(", "),
    Notes: book.notes ?? "",
  }),
});

const handylibrary = simple({
  layout: HANDY_LIBRARY,
  copy: { format: "paperback" },
  parts: ["publisher", "year", "pages", "language", "rating", "notes", "tags", "added"],
  statusOf: byMark("both"),
  cells: (book) => ({
    Title: book.title,
    Author: book.authors.join(";"),
    Publisher: book.publisher ?? "",
    "Published Date": write.number(book.year),
    Format: "Paperback",
    Pages: write.number(book.pages),
    Language: book.language ?? "",
    ISBN: book.isbn ?? "",
    "Page Read": "0",
    Rating: write.number(book.rating),
    "Added Date": book.added,
    "Copy Index": "1",
    Read: mark(book, "1", "0"),
    "Started Reading Date": started(book),
    "Finished Reading Date": finished(book),
    Favorite: "0",
    Comments: book.notes ?? "",
    Tags: book.tags.join(", "),
  }),
});

const bookcatalogue = simple({
  layout: BOOK_CATALOGUE,
  parts: ["publisher", "year", "pages", "language", "rating", "notes", "tags", "added"],
  statusOf: byMark("both"),
  cells: (book) => ({
    _id: "1",
    author_details: inverted(book, "|"),
    title: book.title,
    isbn: book.isbn ?? "",
    publisher: book.publisher ?? "",
    date_published: write.number(book.year),
    rating: book.rating === undefined ? "0" : String(book.rating),
    bookshelf_id: "1",
    bookshelf: book.tags.join(", "),
    read: mark(book, "1", "0"),
    pages: write.number(book.pages),
    notes: book.notes ?? "",
    anthology: "0",
    read_start: started(book),
    read_end: finished(book),
    signed: "0",
    language: book.language ?? "",
    date_added: `${book.added} 00:00:00`,
    goodreads_book_id: "0",
  }),
});

const libation = simple({
  layout: LIBATION,
  parts: ["publisher", "rating", "tags", "added"],
  reading: "none",
  statusOf: ({ status }) => (status === "completed" ? "completed" : "want_to_read"),
  isWithout: "isbn",
  cells: (book) => ({
    Account: "reader@example.com",
    "Date Added To Library": `${book.added}T00:00:00Z`,
    "Audible Product Id": "B002V0QK4C",
    Locale: "us",
    Title: book.title,
    Authors: comma(book),
    Narrators: "Ann Reader",
    "Length In Minutes": "620",
    Publisher: book.publisher ?? "",
    "Has PDF": "False",
    "Community Rating: Overall": "4.7",
    "My Rating: Overall": write.number(book.rating),
    "My Libation Tags": book.tags.join(", "),
    "Book Liberated Status": "Liberated",
    "Is Finished?": mark(book, "True", "False"),
  }),
});

const libby = simple({
  layout: LIBBY,
  parts: ["publisher", "added"],
  reading: "none",
  statusOf: () => undefined,
  cells: (book) => ({
    cover: "https://covers.example/1.jpg",
    title: book.title,
    author: comma(book),
    publisher: book.publisher ?? "",
    ISBN: book.isbn ?? "",
    timestamp: `${inWords(book.added)} 09:15`,
    activity: "Borrowed",
    details: "21 days",
    library: "City Library",
  }),
});

const zotero = simple({
  layout: ZOTERO,
  parts: ["publisher", "year", "pages", "language", "notes", "tags", "added"],
  reading: "none",
  statusOf: () => undefined,
  cells: (book) => ({
    Key: "ABCD2345",
    "Item Type": "book",
    "Publication Year": write.number(book.year),
    Author: inverted(book),
    Title: book.title,
    ISBN: book.isbn ?? "",
    "Date Added": `${book.added} 00:00:00`,
    "Num Pages": write.number(book.pages),
    Publisher: book.publisher ?? "",
    Language: book.language ?? "",
    Notes: book.notes ?? "",
    "Manual Tags": book.tags.join("; "),
  }),
});

const JAPANESE: Words = {
  want_to_read: "読みたい",
  reading: "いま読んでる",
  completed: "読み終わった",
};

const booklogjp = simple({
  layout: BOOKLOG_JP,
  parts: ["publisher", "year", "pages", "rating", "review", "notes", "tags", "added"],
  reading: "end",
  words: JAPANESE,
  hasNoHeader: true,
  cells: (book) => ({
    サービスID: "1",
    アイテムID: book.isbn === undefined ? "B00ABCDEF1" : write.isbn10(book.isbn),
    "13桁ISBN": book.isbn ?? "",
    カテゴリ: "-",
    評価: write.number(book.rating),
    読書状況: wordOf(JAPANESE, book),
    レビュー: book.review ?? "",
    タグ: book.tags.join(", "),
    "読書メモ(非公開)": book.notes ?? "",
    登録日時: `${book.added} 00:00:00`,
    読了日: finished(book) === "" ? "" : `${finished(book)} 00:00:00`,
    タイトル: book.title,
    作者名: book.authors.join("; "),
    出版社名: book.publisher ?? "",
    発行年: write.number(book.year),
    ジャンル: "本",
    ページ数: write.number(book.pages),
  }),
});

const FRENCH: Words = {
  want_to_read: "À lire",
  reading: "En cours",
  completed: "Lu",
  paused: "En pause",
  abandoned: "Abandonné",
};

const babelio = simple({
  layout: BABELIO,
  parts: ["publisher", "year", "rating", "review", "tags", "added"],
  reading: "end",
  words: FRENCH,
  cells: (book) => ({
    ISBN: book.isbn ?? "",
    Titre: book.title,
    Auteur: comma(book),
    Editeur: book.publisher ?? "",
    "Date de publication": write.number(book.year),
    "Date d'entrée dans Babelio": dayFirst(book.added),
    Statut: wordOf(FRENCH, book),
    Note: write.number(book.rating),
    "Date de lecture": dayFirst(finished(book)),
    Critique: book.review ?? "",
    Etiquettes: book.tags.join(", "),
  }),
});

const YAMTRACK_WORDS: Words = {
  want_to_read: "Planning",
  reading: "In progress",
  completed: "Completed",
  paused: "Paused",
  abandoned: "Dropped",
};

const yamtrack = simple({
  layout: YAMTRACK,
  parts: ["rating", "notes", "added"],
  words: YAMTRACK_WORDS,
  isWithout: "isbn and authors",
  cells: (book) => ({
    media_id: "OL7353617M",
    source: "openlibrary",
    media_type: "book",
    title: book.title,
    score: book.rating === undefined ? "" : String(book.rating * 2),
    status: wordOf(YAMTRACK_WORDS, book),
    notes: book.notes ?? "",
    start_date: started(book),
    end_date: finished(book),
    progress: "0",
    created_at: `${book.added} 00:00:00+00:00`,
  }),
});

const readinglist = simple({
  layout: READING_LIST,
  parts: ["publisher", "pages", "language", "rating", "notes", "tags"],
  cells: (book) => ({
    "ISBN-13": book.isbn ?? "",
    "Google Books ID": "B1hSG45JCX4C",
    Title: book.title,
    Authors: inverted(book),
    "Page Count": write.number(book.pages),
    Publisher: book.publisher ?? "",
    Language: book.language ?? "",
    "Started Reading": started(book),
    "Finished Reading": finished(book),
    Rating: write.number(book.rating),
    Notes: book.notes ?? "",
    Lists: book.tags.join("; "),
  }),
});

const BOOKLOGR_WORDS: Words = {
  want_to_read: "To be read",
  reading: "Currently reading",
  completed: "Read",
};

const booklogr = simple({
  layout: BOOKLOGR,
  parts: ["pages", "rating", "added"],
  reading: "none",
  words: BOOKLOGR_WORDS,
  cells: (book) => ({
    id: "1",
    title: book.title,
    isbn: book.isbn ?? "",
    author: comma(book),
    reading_status: wordOf(BOOKLOGR_WORDS, book),
    current_page: "0",
    total_pages: write.number(book.pages),
    rating: write.number(book.rating),
    owner_id: "1",
    created_on: book.added,
  }),
});

const NEODB_WORDS: Words = {
  want_to_read: "wishlist",
  reading: "progress",
  completed: "complete",
  abandoned: "dropped",
};

const neodb = simple({
  layout: NEODB,
  parts: ["rating", "review", "tags", "added"],
  reading: "none",
  words: NEODB_WORDS,
  isWithout: "authors",
  cells: (book) => ({
    title: book.title,
    info: book.isbn === undefined ? "" : `isbn:${book.isbn}`,
    links: "https://neodb.example/book/1 https://openlibrary.org/books/OL7353617M",
    timestamp: `${book.added}T00:00:00+00:00`,
    status: wordOf(NEODB_WORDS, book),
    rating: book.rating === undefined ? "" : String(book.rating * 2),
    comment: book.review ?? "",
    tags: book.tags.join(", "),
  }),
});

const PORTUGUESE: Words = {
  want_to_read: "Quero ler",
  reading: "Lendo",
  completed: "Lido",
  abandoned: "Abandonei",
};

const skoob = simple({
  layout: SKOOB,
  parts: ["publisher", "year", "pages", "language", "rating", "review"],
  reading: "end",
  words: PORTUGUESE,
  cells: (book) => ({
    "Edição ID": "1",
    Título: book.title,
    Autor: comma(book),
    Editora: book.publisher ?? "",
    Ano: write.number(book.year),
    Páginas: write.number(book.pages),
    ISBN_10: write.isbn10(book.isbn),
    ISBN_13: book.isbn ?? "",
    Idioma: book.language ?? "",
    "Minha avaliação": write.number(book.rating),
    Estante: wordOf(PORTUGUESE, book),
    "Data da leitura": dayFirst(finished(book)),
    Resenha: book.review ?? "",
    Favorito: "Não",
  }),
});

const NOTION_WORDS: Words = {
  want_to_read: "Ready to start",
  reading: "Reading",
  completed: "Finished",
};

const notion = simple({
  layout: NOTION,
  parts: ["publisher", "rating", "tags", "pages"],
  reading: "end",
  words: NOTION_WORDS,
  ratingOf: (rating) => Math.round(rating * 2) / 2,
  cells: (book) => {
    const halves = Math.round((book.rating ?? 0) * 2);
    return {
      Name: book.title,
      Author: comma(book),
      Status: wordOf(NOTION_WORDS, book),
      "Score /5": `${"⭐️".repeat(Math.floor(halves / 2))}${halves % 2 === 1 ? "½" : ""}`,
      Publisher: book.publisher ?? "",
      Completed: inWords(finished(book)),
      Tags: book.tags.join(", "),
      ISBN: book.isbn ?? "",
      Pages: write.number(book.pages),
    };
  },
});

/** Writers for smaller apps and catalogues. */
export const CATALOGUE_WRITERS = {
  bookbuddy,
  anobii: anobiiWithOneDay,
  clz,
  handylibrary,
  bookcatalogue,
  libation,
  libby,
  zotero,
  booklogjp,
  babelio,
  yamtrack,
  readinglist,
  booklogr,
  neodb,
  skoob,
  notion,
} satisfies Record<string, Writer>;
