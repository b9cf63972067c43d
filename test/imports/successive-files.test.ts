import * as fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import type { LibraryBook } from "../../contract/library.ts";
import type { ReviewItem } from "../../contract/review-queue.ts";
import { ended } from "../support/imports.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";
import { runs } from "../support/properties.ts";
import { accepted, sendFile } from "../support/uploads.ts";

const STATUSES = ["want_to_read", "reading", "completed"] as const;

/** A book without an ISBN in one month's file. Status and rating only go up. */
interface Shown {
  status: (typeof STATUSES)[number];
  rating: number;
}

/** Writes a library as a service does. What the service computes (`salt`) differs in each file. */
type Writer = (books: readonly Shown[], salt: number) => string;

const csv = (header: string, rows: readonly (readonly unknown[])[]): string =>
  [header, ...rows.map((cells) => cells.join(","))].join("\r\n");

const SHELVES = { want_to_read: "to-read", reading: "currently-reading", completed: "read" };
/** Another reading of the title in each file: only an id shows that the book is the same. */
const WRITERS: Readonly<Record<string, Writer>> = {
  goodreads: (books, salt) =>
    csv(
      "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Average Rating,Bookshelves,Bookshelves with positions,Exclusive Shelf,Read Count",
      books.map(({ status, rating }, at) => {
        const id = `${700 + at},Zine ${at} (edition ${salt}),Ann Bell,"Bell, Ann",,"=""""","=""""",${rating}`;
        return [`${id},${(3 + salt / 100).toFixed(2)},,,${SHELVES[status]},0`];
      }),
    ),
  storygraph: (books, salt) =>
    csv(
      "Title,Authors,Contributors,ISBN/UID,Format,Read Status,Date Added,Last Date Read,Dates Read,Read Count,Moods,Pace,Character- or Plot-Driven?,Strong Character Development?,Star Rating,Review,Tags,Owned?",
      books.map(({ status, rating }, at) => [
        `Zine ${at} (edition ${salt})`,
        `Ann Bell,,aaaaaaaa-0000-4000-8000-00000000000${at},paperback,${SHELVES[status]},2024/01/01,,,0,mood${salt},,,,${rating}.0,,,No`,
      ]),
    ),
  list: (books, salt) =>
    csv(
      "Title,Author,Status,Rating,Colour",
      books.map(({ status, rating }, at) => [`Zine ${at}`, "Ann Bell", status, rating, `c${salt}`]),
    ),
};

/** The user's decision about a waiting row. */
type Choice = "edition" | "keep" | "dismiss" | "wait";

const BOOKS = 5;
const month = fc.record({
  shown: fc.array(
    fc.record({ status: fc.integer({ min: 0, max: 1 }), rating: fc.integer({ min: 0, max: 1 }) }),
    { minLength: BOOKS, maxLength: BOOKS },
  ),
  choices: fc.array(fc.constantFrom<Choice>("edition", "keep", "dismiss", "wait", "wait"), {
    minLength: BOOKS,
    maxLength: BOOKS,
  }),
});

const service = fc.constantFrom(...Object.entries(WRITERS));

beforeAll(async () => {
  for (let at = 0; at < BOOKS; at += 1) await inCatalogue({ isbn: isbnOf(at + 1) });
});

/** The place of a book in the library by its title. */
const placeOf = ({ title = "" }: { title?: string | undefined }): number =>
  Number(/\d/.exec(title)?.[0]);

const waitingOf = async (user: Reader): Promise<ReviewItem[]> => {
  const response = await user.call("GET", "/review-queue?limit=200");
  return (await response.json<{ data: { items: ReviewItem[] } }>()).data.items;
};

async function settle(user: Reader, { id, ...item }: ReviewItem, choice: Choice): Promise<void> {
  const path = `/review-queue/${id}`;
  const response =
    choice === "dismiss"
      ? await user.call("DELETE", path)
      : await user.call(
          "POST",
          `${path}/resolve`,
          choice === "keep" ? { keep: true } : { isbn: isbnOf(placeOf(item) + 1) },
        );
  expect(response.status).toBeLessThan(300);
}

it("books without an ISBN are queued once, stay settled, and follow the newest file", () =>
  fc.assert(
    fc.asyncProperty(service, fc.tuple(month, month, month), async ([format, write], months) => {
      const user = await newReader();
      const settled = new Map<number, Choice>();
      const books = Array.from({ length: BOOKS }, () => ({ status: 0, rating: 1 }));
      for (const [salt, { shown, choices }] of months.entries()) {
        for (const [at, book] of books.entries()) {
          book.status = Math.min(2, book.status + (shown[at]?.status ?? 0));
          book.rating = Math.min(5, book.rating + (shown[at]?.rating ?? 0));
        }
        const file = write(
          books.map(({ status, rating }) => ({
            status: STATUSES[status] ?? "completed",
            rating,
          })),
          salt,
        );
        const job = await accepted(await sendFile(user, file, { query: "?enrich=false" }));
        expect(job.format).toBe(format);
        const { outcomes } = await ended(job.jobId);
        const waiting = await waitingOf(user);
        const open = BOOKS - settled.size;
        expect(outcomes).toMatchObject({ needsReview: open, created: 0, invalid: 0 });
        expect(waiting.map(placeOf).toSorted((one, other) => one - other)).toEqual(
          books.flatMap((_, at) => (settled.has(at) ? [] : [at])),
        );
        await expectFollowed(user, books, settled);
        for (const item of waiting) {
          const choice = choices[placeOf(item)] ?? "wait";
          if (choice === "wait") continue;
          await settle(user, item, choice);
          settled.set(placeOf(item), choice);
        }
        // Waiting rows had followed the files too.
        await expectFollowed(user, books, settled);
      }
    }),
    { numRuns: runs(24) },
  ));

/** A settled book: its place, how it was settled, its status and its rating. */
type Followed = [place: number, choice: Choice, status: unknown, rating: unknown];

/** Expects exactly the settled books, as in the newest file. */
async function expectFollowed(
  user: Reader,
  books: readonly { status: number; rating: number }[],
  settled: ReadonlyMap<number, Choice>,
): Promise<void> {
  const { books: shelf } = await user.list("?limit=200");
  const found = shelf.map((book: LibraryBook): Followed => [
    book.isbn.startsWith("local-") ? placeOf(book) : Number(book.isbn.slice(3, 12)) - 1,
    book.isbn.startsWith("local-") ? "keep" : "edition",
    book.status,
    book.rating,
  ]);
  const expected = [...settled].flatMap(([at, choice]): Followed[] =>
    choice === "dismiss" ? [] : [[at, choice, STATUSES[books[at]?.status ?? 0], books[at]?.rating]],
  );
  const byPlace = ([one]: Followed, [other]: Followed): number => one - other;
  expect(found.toSorted(byPlace)).toEqual(expected.toSorted(byPlace));
}
