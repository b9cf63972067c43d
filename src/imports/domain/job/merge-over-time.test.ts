import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defined } from "../../../platform/defined.ts";
import type { Reading, Status } from "../../../../contract/library-fields.ts";
import { runs } from "../../../../test/support/properties.ts";
import { rowOf } from "../../../../test/support/imports/rows-of.ts";
import type { StoredEntry } from "../../../library/domain/entry.ts";
import { BY_HAND, written } from "../../../library/domain/field-writes.ts";
import { mergeRow } from "./merge-row.ts";
import type { ParsedRow } from "./row.ts";

const ISBN = "9780441172719";

/** One book in the library of a user at another service. Days count from 2020-01-01. */
interface Book {
  status: Status;
  readings: { start: number; end?: number }[];
  rating: number;
  review: string;
  tags: string[];
}

/** An event in the book's life in a month. */
type Event =
  | { kind: "start" | "finish" | "pause" | "abandon" | "resume" }
  | { kind: "rate"; rating: number }
  | { kind: "review"; review: string }
  | { kind: "tag"; tag: string };

const NEW: Book = { status: "want_to_read", readings: [], rating: 0, review: "", tags: [] };

function after(book: Book, event: Event, day: number): Book {
  const { readings } = book;
  const last = readings.at(-1);
  const isOpen = last !== undefined && last.end === undefined;
  switch (event.kind) {
    case "start":
      if (isOpen) return { ...book, status: "reading" };
      return { ...book, status: "reading", readings: [...readings, { start: day }] };
    case "finish":
      if (!isOpen) return book;
      return {
        ...book,
        status: "completed",
        readings: [...readings.slice(0, -1), { ...last, end: day }],
      };
    case "pause":
      return isOpen ? { ...book, status: "paused" } : book;
    case "abandon":
      return isOpen ? { ...book, status: "abandoned" } : book;
    case "resume":
      return isOpen ? { ...book, status: "reading" } : book;
    case "rate":
      return { ...book, rating: event.rating };
    case "review":
      return { ...book, review: event.review };
    case "tag":
      return { ...book, tags: [...new Set([...book.tags, event.tag])] };
  }
}

const date = (day: number): string =>
  new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
const slashed = (day: number): string => date(day).replaceAll("-", "/");

const SHELVES: Readonly<Record<Status, string>> = {
  want_to_read: "to-read",
  reading: "currently-reading",
  completed: "read",
  paused: "paused",
  abandoned: "did-not-finish",
};

/** The row of the book in the export of each service. */
const EXPORTS: Readonly<Record<string, (book: Book) => ParsedRow>> = {
  goodreads: (book) => {
    const ended = book.readings.flatMap(({ end }) => end ?? []);
    return rowOf("goodreads", {
      Title: "Dune",
      ISBN13: ISBN,
      "My Rating": String(Math.floor(book.rating)),
      "My Review": book.review,
      Bookshelves: book.tags.join(", "),
      "Exclusive Shelf": SHELVES[book.status],
      "Date Read": book.status === "completed" ? slashed(ended.at(-1) ?? 0) : "",
      "Read Count": String(ended.length),
    });
  },
  storygraph: (book) => {
    const spans = book.readings.map(
      ({ start, end }) => `${slashed(start)}-${end === undefined ? "" : slashed(end)}`,
    );
    return rowOf("storygraph", {
      Title: "Dune",
      "ISBN/UID": ISBN,
      "Star Rating": book.rating === 0 ? "" : String(book.rating),
      Review: book.review,
      Tags: book.tags.join(", "),
      "Read Status": SHELVES[book.status],
      "Dates Read": spans.join(", "),
      "Read Count": String(book.readings.filter(({ end }) => end !== undefined).length),
    });
  },
};
const SERVICES = Object.keys(EXPORTS);

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("start", "finish", "start", "finish", "pause", "abandon", "resume"),
  }),
  fc.record({
    kind: fc.constant("rate"),
    rating: fc.integer({ min: 4, max: 20 }).map((n) => n / 4),
  }),
  fc.record({ kind: fc.constant("review"), review: fc.constantFrom("Good.", "Better.") }),
  fc.record({ kind: fc.constant("tag"), tag: fc.constantFrom("sf", "desert", "classic") }),
);
/** The library at the end of each month. */
const months = fc
  .array(fc.array(event, { maxLength: 4 }), { minLength: 1, maxLength: 6 })
  .map((list) => {
    let [book, day] = [NEW, 0];
    return list.map((events) => {
      for (const one of events) book = after(book, one, (day += 9));
      day += 40;
      return book;
    });
  });

interface Shelf {
  entry: StoredEntry | undefined;
  notes: string[];
}

function imported({ entry }: Shelf, format: string, row: ParsedRow): Shelf {
  const version = (entry?.version ?? 100) + 1;
  const options = { jobId: "job", format, mode: "merge", place: 0, now: 5_000_000 } as const;
  const merged = mergeRow(entry, ISBN, row, options);
  return {
    entry: written(merged.entry, entry, { writer: format, version }),
    notes: merged.notes.map(({ text }) => text),
  };
}

const EMPTY: Shelf = { entry: undefined, notes: [] };
const valuesOf = ({ entry }: Shelf) => {
  const { status, rating, review, tags = [] } = entry ?? {};
  return { status, rating, review, tags: [...tags].sort() };
};
const datesOf = ({ entry }: Shelf) =>
  (entry?.readings ?? []).map(({ startedAt, finishedAt }): Reading => ({
    ...defined({ startedAt, finishedAt }),
  }));
const endsOf = (shelf: Shelf) => datesOf(shelf).flatMap(({ finishedAt }) => finishedAt ?? []);

describe("importing snapshots of one library", () => {
  it.each(SERVICES)("of %s in order equals importing the last one, and loses nothing", (format) => {
    const exported = EXPORTS[format];
    fc.assert(
      fc.property(months, (books) => {
        const rows = books.flatMap((book) => exported?.(book) ?? []);
        const [last] = rows.slice(-1);
        if (!last) return;
        let shelf = EMPTY;
        for (const row of rows) shelf = imported(shelf, format, row);
        const alone = imported(EMPTY, format, last);
        const hasCompleted = rows.some(({ entry }) => entry.status === "completed");
        expect(valuesOf(shelf)).toEqual({
          ...valuesOf(alone),
          ...(hasCompleted ? { status: "completed" } : {}),
        });
        const isReread = hasCompleted && last.entry.status !== "completed";
        expect(shelf.notes).toHaveLength(isReread ? 1 : 0);
        const shown = rows.flatMap((row) => endsOf(imported(EMPTY, format, row)));
        expect(endsOf(shelf).sort()).toEqual([...new Set(shown)].sort());
        expect(datesOf(shelf)).toEqual(expect.arrayContaining(datesOf(alone).filter(isDated)));
        const showsAll = format === "storygraph" && last.entry.status !== "abandoned";
        expect(datesOf(shelf)).toEqual(datesOf(showsAll ? alone : shelf));
        expect(datesOf(shelf).length).toBeGreaterThanOrEqual(datesOf(alone).length);
      }),
      { numRuns: runs(100) },
    );
  });

  it("keeps values entered by the user in between, and notes differences in the file", () => {
    const edits = fc.record(
      {
        status: fc.constantFrom("paused", "abandoned"),
        rating: fc.constant(1.25),
        review: fc.constant("Mine."),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        months,
        edits,
        fc.nat(5),
        fc.constantFrom(...SERVICES),
        (books, edit, when, format) => {
          let shelf = EMPTY;
          let isEdited = false;
          for (const [index, book] of books.entries()) {
            const row = EXPORTS[format]?.(book);
            if (!row) return;
            shelf = imported(shelf, format, row);
            const { entry: file } = row;
            expect(shelf.entry).toMatchObject(isEdited ? edit : {});
            const differing = (["status", "rating", "review"] as const).filter(
              (field) =>
                isEdited &&
                edit[field] !== undefined &&
                file[field] !== undefined &&
                file[field] !== edit[field],
            );
            const said = shelf.notes.join(" ").toLowerCase();
            expect(differing.filter((field) => !said.includes(field))).toEqual([]);
            if (index === when && shelf.entry) {
              const changed = { ...shelf.entry, ...edit };
              const version = shelf.entry.version + 1;
              shelf = {
                entry: written(changed, shelf.entry, { writer: BY_HAND, version }),
                notes: [],
              };
              // Setting the present value is not an edit.
              isEdited = Object.entries(edit).every(([field, value]) => {
                const [writer] = shelf.entry?.fieldWrites?.[field as "status"] ?? [];
                return value !== undefined && writer === BY_HAND;
              });
            }
          }
        },
      ),
      { numRuns: runs(100) },
    );
  });

  it("keeps dates corrected by the user as one reading", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 40, max: 2000 }),
        fc.integer({ min: -30, max: 30 }),
        fc.constantFrom(...SERVICES),
        fc.constantFrom(...SERVICES),
        (end, moved, first, second) => {
          const book: Book = { ...NEW, status: "completed", readings: [{ start: end - 5, end }] };
          const [row, again] = [EXPORTS[first]?.(book), EXPORTS[second]?.(book)];
          if (!row || !again) return;
          const { entry } = imported(EMPTY, first, row);
          if (!entry) return;
          const own = [{ startedAt: date(end + moved - 9), finishedAt: date(end + moved) }];
          const change = { writer: BY_HAND, version: entry.version + 1 };
          let shelf: Shelf = {
            entry: written({ ...entry, readings: own }, entry, change),
            notes: [],
          };
          for (let month = 0; month < 2; month += 1) {
            shelf = imported(shelf, second, again);
            expect(datesOf(shelf)).toEqual(own);
            const isShown = moved === 0 && second === "goodreads";
            expect(shelf.notes).toHaveLength(isShown ? 0 : 1);
          }
        },
      ),
      { numRuns: runs(100) },
    );
  });

  it("of two services follows for each field the service that set it, and loses no reading and no tag", () => {
    fc.assert(
      fc.property(
        months,
        fc.array(fc.constantFrom(...SERVICES), { minLength: 6, maxLength: 6 }),
        (books, order) => {
          let shelf = EMPTY;
          const writers = new Map<string, string>();
          const shown = { ends: new Set<string>(), tags: new Set<string>() };
          for (const [index, book] of books.entries()) {
            const format = order[index] ?? "goodreads";
            const row = EXPORTS[format]?.(book);
            if (!row) return;
            const before = valuesOf(shelf);
            const open = datesOf(shelf).findIndex(
              ({ startedAt, finishedAt }) => startedAt !== undefined && finishedAt === undefined,
            );
            shelf = imported(shelf, format, row);
            const isEnded =
              (before.status === "reading" || before.status === "paused") &&
              row.entry.status === "completed" &&
              datesOf(shelf)[open]?.finishedAt !== undefined;
            if (isEnded) writers.set("status", format);
            for (const field of ["status", "rating", "review"] as const) {
              const [present, file, now] = [
                before[field],
                row.entry[field],
                valuesOf(shelf)[field],
              ];
              const isShown = file !== undefined && file !== "";
              if (isShown && present === undefined) writers.set(field, format);
              const isFollowed = writers.get(field) === format && present !== "completed";
              expect(now).toBe(isShown && isFollowed ? file : present);
            }
            for (const end of endsOf(imported(EMPTY, format, row))) shown.ends.add(end);
            for (const tag of book.tags) shown.tags.add(tag);
          }
          expect(endsOf(shelf).sort()).toEqual([...shown.ends].sort());
          expect(valuesOf(shelf).tags).toEqual([...shown.tags].sort());
        },
      ),
      { numRuns: runs(100) },
    );
  });
});

const isDated = ({ startedAt, finishedAt }: Reading): boolean =>
  startedAt !== undefined || finishedAt !== undefined;
