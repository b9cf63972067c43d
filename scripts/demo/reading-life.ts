import {
  ARCHIVE,
  type ArchivedEntry,
  type ArchivedGoal,
  type ArchivedProgress,
} from "../../contract/archive.ts";
import type { Format, Reading, Status } from "../../contract/library-fields.ts";
import { seededRandom } from "../../test/tools/stand-in/random.ts";
import { SAMPLE_BOOKS, type SampleBook } from "./books.ts";

const DAY_MS = 86_400_000;

/** What the user of the sample library has entered for a book, by its index in `SAMPLE_BOOKS`. */
interface Said {
  readonly status?: Status;
  readonly rating?: number;
  readonly review?: string;
  readonly notes?: string;
  readonly owned?: boolean;
  readonly location?: string;
  readonly loan?: { readonly to: string };
  readonly format?: Format;
  /** Share of an unfinished book that was read. */
  readonly share?: number;
  /** How many days before the first reading another one took place. */
  readonly rereadAfter?: number;
}

const SAID: Readonly<Record<number, Said>> = {
  0: { status: "reading", share: 0.62, format: "hardcover", owned: true },
  1: { status: "reading", share: 0.34, format: "ebook" },
  2: { status: "reading", share: 0.15, format: "paperback", owned: true },
  3: { status: "paused", share: 0.21, format: "hardcover", owned: true, location: "Top shelf" },
  4: { status: "want_to_read" },
  5: { status: "want_to_read" },
  6: { status: "want_to_read" },
  7: { status: "want_to_read", owned: true },
  8: { status: "want_to_read" },
  9: { rating: 4.25, format: "paperback", owned: true },
  10: { status: "abandoned", rating: 1.75, share: 0.3, notes: "Maybe on a stage." },
  12: {
    rating: 5,
    format: "hardcover",
    owned: true,
    review: "Better than the first one. The chapter in the rain is perfect.",
    loan: { to: "Jon" },
  },
  14: { rating: 4.75, owned: true, rereadAfter: 700, notes: "Page 112: the unbuilt bridge." },
  17: { rating: 4.5, format: "audiobook" },
  20: { rating: 3.25, format: "ebook" },
  22: { status: "abandoned", share: 0.4, format: "ebook" },
  23: { rating: 4.75, owned: true, rereadAfter: 560 },
  29: { format: "audiobook", rating: 3.5 },
};

const FORMATS: readonly (Format | undefined)[] = [
  "paperback",
  "ebook",
  "paperback",
  "hardcover",
  undefined,
  "audiobook",
];
const RATINGS: readonly (number | undefined)[] = [4, 3.75, 4.5, undefined, 3, 4.25, 3.5];

const WITHOUT_ISBN = {
  isbn: "local-demo-recipes",
  status: "completed" as const,
  rating: 4.75,
  tags: ["kitchen"],
  location: "Kitchen",
  own: { title: "Grandmother's Recipes", authors: ["Grandmother"], publicationYear: 1974 },
};

/**
 * A reading life of several years up to a day, as the archive of an account (docs/export.md): books, readings, progress and goals.
 * The same day gives the same text.
 * @param today YYYY-MM-DD
 */
export function sampleArchive(today: string): string {
  const random = seededRandom(20_140_312);
  const end = Date.parse(`${today}T00:00:00Z`);
  const year = Number(today.slice(0, 4));
  let day = end - 3 * DAY_MS;
  const entries: ArchivedEntry[] = [];
  const progress: ArchivedProgress[] = [];
  const add = (book: SampleBook, index: number): void => {
    const said = SAID[index] ?? {};
    const { status = "completed" } = said;
    const days = Math.max(3, Math.round(book.pages / (25 + random() * 20)));
    const isOpen = status === "reading" || status === "paused";
    const last = isOpen ? end - index * DAY_MS - (status === "paused" ? 60 * DAY_MS : 0) : day;
    const first = last - days * DAY_MS;
    if (!isOpen && status !== "want_to_read") {
      day = first - Math.round(2 + random() * 24) * DAY_MS;
    }
    const readings = readingsOf({ index, said, status, first, last });
    entries.push(entryOf(book, { said, index, readings, added: addedAt(readings, end, index) }));
    const current = readings.at(-1);
    if (current?.id === undefined) return;
    const share = status === "completed" ? 1 : (said.share ?? 1);
    progress.push(...progressOf(book, { readingId: current.id, first, last, share, random }));
  };
  SAMPLE_BOOKS.forEach(add);
  entries.push(recipes(end));
  const goals = [year, year - 1].map((of, index): ArchivedGoal => ({
    type: "goal",
    year: of,
    books: 15 - index * 3,
  }));
  const lines = [...goals, ...entries, ...progress];
  return [
    { type: "archive", ...ARCHIVE, exportedAt: instant(end) },
    ...lines,
    { type: "end", lines: lines.length },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
}

function readingsOf({
  index,
  said,
  status,
  first,
  last,
}: {
  index: number;
  said: Said;
  status: Status;
  first: number;
  last: number;
}): Reading[] {
  if (status === "want_to_read") return [];
  const before = said.rereadAfter === undefined ? undefined : first - said.rereadAfter * DAY_MS;
  const earlier =
    before === undefined
      ? []
      : [
          {
            id: `demo-${index}-first`,
            startedAt: dateOf(before - 12 * DAY_MS),
            finishedAt: dateOf(before),
          },
        ];
  const finishedAt = status === "completed" ? { finishedAt: dateOf(last) } : {};
  return [...earlier, { id: `demo-${index}`, startedAt: dateOf(first), ...finishedAt }];
}

/** A book is added some days before its first reading; an unread one was added recently. */
function addedAt(readings: readonly Reading[], end: number, index: number): number {
  const started = readings[0]?.startedAt;
  return started === undefined ? end - index * 4 * DAY_MS : Date.parse(started) - 2 * DAY_MS;
}

function entryOf(
  book: SampleBook,
  {
    said,
    index,
    readings,
    added,
  }: { said: Said; index: number; readings: Reading[]; added: number },
): ArchivedEntry {
  const { rereadAfter: _rereadAfter, share: _share, ...fields } = said;
  const isRead = readings.some(({ finishedAt }) => finishedAt !== undefined);
  const rating = RATINGS[index % RATINGS.length];
  const format = FORMATS[index % FORMATS.length];
  return {
    type: "entry",
    isbn: book.isbn13,
    status: "completed",
    ...(isRead && rating !== undefined ? { rating } : {}),
    ...(isRead && format !== undefined ? { format } : {}),
    ...fields,
    tags: [...book.tags],
    readings,
    ...(book.series ? { ownSeries: [book.series] } : {}),
    addedAt: instant(added),
    updatedAt: instant(added),
    version: added,
    book: {
      title: book.title,
      authors: [...book.authors],
      publisher: book.publisher,
      publicationYear: Number(book.published),
      pageCount: book.pages,
      language: book.language,
    },
  };
}

/** Progress up to a share of the book, about every other day. */
function progressOf(
  book: SampleBook,
  {
    readingId,
    first,
    last,
    share,
    random,
  }: { readingId: string; first: number; last: number; share: number; random: () => number },
): ArchivedProgress[] {
  const days = Math.round((last - first) / DAY_MS);
  const lines: ArchivedProgress[] = [];
  for (let day = 0; day < days; day += random() < 0.7 ? 1 : 2) {
    const at = first + day * DAY_MS + (19 + Math.floor(random() * 4)) * 3_600_000;
    const page = Math.round((book.pages * share * (day + 1)) / days);
    lines.push({
      type: "progress",
      id: `${readingId}-${day}`,
      isbn: book.isbn13,
      readingId,
      page,
      at: instant(at),
    });
  }
  return lines;
}

function recipes(end: number): ArchivedEntry {
  const at = instant(end - 900 * DAY_MS);
  const { tags, ...entry } = WITHOUT_ISBN;
  return {
    type: "entry",
    ...entry,
    tags: [...tags],
    readings: [],
    addedAt: at,
    updatedAt: at,
    version: end - 900 * DAY_MS,
  };
}

const instant = (ms: number): string => new Date(ms).toISOString();
const dateOf = (ms: number): string => instant(ms).slice(0, 10);
