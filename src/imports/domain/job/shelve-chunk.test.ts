import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Status } from "../../../../contract/library-fields.ts";
import type { OwnBook } from "../../../../contract/library.ts";
import { shelveRows } from "./shelve-chunk.ts";
import type { ImportPlace, StagedRow } from "./shelf-state.ts";
import type { EntryImage } from "../../../library/domain/entry.ts";
import type { EntryWrite } from "../../../library/domain/entry-write.ts";
import type { ShelvedRow, ShelvingOptions } from "./shelving-plan.ts";
import { runs } from "../../../../test/support/properties.ts";
import { revertEntries, type WrittenEntry } from "./revert-entries.ts";
import { defined } from "../../../platform/defined.ts";

const OPTIONS: ShelvingOptions = {
  jobId: "job",
  format: "goodreads",
  mode: "merge",
  dryRun: false,
  enrich: true,
  withoutIsbn: "review",
  isRetry: false,
  room: { entries: Infinity, waitingRows: Infinity },
  now: 5_000_000,
};

interface Shelf {
  entries: Map<string, { id: number; image: EntryImage }>;
  catalogue: Set<string>;
  reviews: Map<string, "open" | "settled">;
}

const shelf = (): Shelf => ({ entries: new Map(), catalogue: new Set(), reviews: new Map() });
let ids = 0;

function write({ entries }: Shelf, { entry, own }: EntryWrite): void {
  const before = entries.get(entry.isbn);
  const words = own === undefined ? before?.image.own : (own ?? undefined);
  const image = { entry, ...(words ? { own: words } : {}) };
  entries.set(entry.isbn, { id: before?.id ?? (ids += 1), image });
}

/** Imports rows in steps, with an in-memory shelf in place of the storage. */
function importInto(
  target: Shelf,
  rows: readonly StagedRow[],
  sizes: readonly number[],
  options: ShelvingOptions = OPTIONS,
): ShelvedRow[] {
  const done: ShelvedRow[] = [];
  const counted = new Set<string>();
  const previews = new Map<string, EntryImage>();
  const earlier = new Map<string, number>();
  for (let start = 0, step = 0; start < rows.length; step += 1) {
    const end = start + Math.max(1, sizes[step % sizes.length] ?? rows.length);
    const chunk = rows.slice(start, end).map((row): StagedRow => {
      const state = row.verdict === "match" ? target.reviews.get(row.rowHash) : undefined;
      const review = state && {
        id: row.rowHash,
        isOpen: state === "open",
        isOurs: true,
        hasCandidates: false,
        isOfService: true,
      };
      return { ...row, ...(review ? { review } : {}) };
    });
    const later = new Set(rows.slice(end).map(({ isbn }) => isbn));
    const keys = chunk.flatMap(({ isbn, localId }) => isbn ?? localId ?? []);
    const places = new Map(
      keys.map((isbn): [string, ImportPlace] => {
        const image = previews.get(isbn) ?? target.entries.get(isbn)?.image;
        return [
          isbn,
          {
            ...image,
            bookVersion: target.catalogue.has(isbn) ? 1 : 0,
            ...(target.catalogue.has(isbn) ? { book: { title: "Known", authors: [] } } : {}),
            isCounted: counted.has(isbn),
            recurs: later.has(isbn),
            earlierRows: earlier.get(isbn) ?? 0,
          },
        ];
      }),
    );
    const plan = shelveRows(chunk, places, options);
    for (const one of plan.writes) write(target, one);
    for (const row of plan.reviews) {
      const hash = chunk.find((staged) => staged.row === row)?.rowHash ?? "";
      if (!target.reviews.has(hash)) target.reviews.set(hash, "open");
    }
    for (const row of plan.rows) {
      if (row.isbn !== undefined) earlier.set(row.isbn, (earlier.get(row.isbn) ?? 0) + 1);
      if (row.isbn !== undefined && row.enrichment) counted.add(row.isbn);
      if (row.isbn !== undefined && row.after) previews.set(row.isbn, row.after);
    }
    const total = Object.values(plan.outcomes).reduce((sum, count) => sum + count, 0);
    expect(total).toBe(chunk.length);
    done.push(...plan.rows);
    start = end;
  }
  return done;
}

const status = fc.constantFrom<Status>(
  "want_to_read",
  "reading",
  "completed",
  "paused",
  "abandoned",
);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const word = fc.constantFrom("one", "two", "three");

const parsed = fc.record(
  {
    status,
    rating: fc.integer({ min: 1, max: 20 }).map((quarters) => quarters / 4),
    review: word,
    notes: word,
    tags: fc.array(word, { maxLength: 3 }),
    readings: fc.array(fc.record({ finishedAt: fc.constantFrom("2019", "2020-05") }), {
      maxLength: 2,
    }),
    extra: fc.dictionary(word, word, { maxKeys: 2 }),
  },
  { requiredKeys: [] },
);

/** Rows that refer to few books, so that several rows have the same book. */
const fileOf = (maxLength: number) =>
  fc
    .array(
      fc.record({
        key: fc.integer({ min: 0, max: 7 }),
        entry: parsed,
        title: maybe(word),
        publisher: maybe(word),
        addedAt: maybe(fc.integer({ min: 1, max: 900 })),
      }),
      { maxLength },
    )
    .map((list) =>
      list.map(({ key, entry, title, publisher, addedAt }, index): StagedRow => {
        const book: Partial<OwnBook> = {
          ...defined({ title, authors: title === undefined ? undefined : ["A"], publisher }),
        };
        const isbn = key < 5 ? `978000000000${key}` : key === 5 ? "local-own" : undefined;
        return {
          row: index + 2,
          rowHash: JSON.stringify([key, entry, book]),
          verdict: key === 7 ? "invalid" : isbn === undefined ? "match" : "shelve",
          ...defined({ isbn }),
          ...(isbn === undefined && title !== undefined ? { localId: `local-${title}` } : {}),
          parsed: { book, entry, identifiers: {}, ...defined({ addedAt }) },
        };
      }),
    );

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
const mode = fc.constantFrom("merge" as const, "overwrite" as const);

/** The content of a shelf without versions, which depend on the number of writes. */
const contentOf = ({ entries }: Shelf): unknown =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { image }]) => imageContentOf(image));

const started = fc.tuple(fileOf(10), fc.subarray(["9780000000000", "9780000000001"]));

function startedWith([rows, known]: [StagedRow[], string[]], format = OPTIONS.format): Shelf {
  const target = shelf();
  for (const isbn of known) target.catalogue.add(isbn);
  importInto(target, rows, [100], { ...OPTIONS, format, jobId: "earlier", now: 1_000_000 });
  target.reviews.clear();
  return target;
}

describe("shelving rows", () => {
  it("has the same result however the rows are split into steps", () => {
    fc.assert(
      fc.property(started, fileOf(30), sizes, mode, (start, rows, cuts, how) => {
        const [whole, cut] = [startedWith(start), startedWith(start)];
        const options = { ...OPTIONS, mode: how };
        const inOne = importInto(whole, rows, [100], options);
        const inMany = importInto(cut, rows, cuts, options);
        const seen = ({ row, outcome, enrichment }: ShelvedRow) => [row, outcome, enrichment];
        expect(inMany.map(seen)).toEqual(inOne.map(seen));
        expect(contentOf(cut)).toEqual(contentOf(whole));
        expect(cut.reviews).toEqual(whole.reviews);
      }),
    );
  });

  it("predicts the result of the import in a preview", () => {
    fc.assert(
      fc.property(started, fileOf(30), sizes, mode, (start, rows, cuts, how) => {
        const target = startedWith(start);
        const before = contentOf(target);
        const options = { ...OPTIONS, mode: how };
        const preview = importInto(target, rows, cuts, { ...options, dryRun: true });
        expect(contentOf(target)).toEqual(before);
        expect(target.reviews.size).toBe(0);
        const real = importInto(target, rows, cuts, options);
        expect(preview.map(({ outcome }) => outcome)).toEqual(real.map(({ outcome }) => outcome));
      }),
    );
  });

  it("changes nothing when the same file is imported again", () => {
    fc.assert(
      fc.property(started, fileOf(20), sizes, fc.boolean(), (start, rows, cuts, isNew) => {
        const target = isNew ? shelf() : startedWith(start);
        importInto(target, rows, cuts);
        for (const hash of target.reviews.keys()) target.reviews.set(hash, "settled");
        const again = (now: number) =>
          importInto(target, rows, [3], { ...OPTIONS, jobId: "again", now });
        // Where rows of one book have swapped values, the next import of the file attributes them
        // anew.
        if (!isNew) again(8_000_000);
        const after = structuredClone(target.entries);
        const last = again(9_000_000).map(({ outcome }) => outcome);
        expect(last.filter((one) => one !== "unchanged" && one !== "invalid")).toEqual([]);
        expect(target.entries).toEqual(after);
      }),
    );
  });

  it("never loses the values of another service in merge mode", () => {
    fc.assert(
      fc.property(started, fileOf(20), sizes, (start, rows, cuts) => {
        const target = startedWith(start, "storygraph");
        const before = new Map(target.entries);
        importInto(target, rows, cuts);
        for (const [isbn, { image }] of before) {
          const now = target.entries.get(isbn)?.image;
          if (!now) throw new Error("expected an entry");
          expect(now.entry).toMatchObject({
            ...defined({
              status: image.entry.status,
              rating: image.entry.rating,
              review: image.entry.review,
            }),
            tags: expect.arrayContaining([...image.entry.tags]),
            addedAt: image.entry.addedAt,
          });
          expect(now.own ?? {}).toMatchObject(image.own ?? {});
        }
      }),
    );
  });

  it("stores the file's description of a known book only if it is marked as the user's own", () => {
    const target = shelf();
    target.catalogue.add("9780000000000");
    const row: StagedRow = {
      row: 2,
      rowHash: "row",
      verdict: "shelve",
      isbn: "9780000000000",
      parsed: { book: { title: "Mine", authors: ["Me"] }, entry: {}, identifiers: {} },
    };
    importInto(target, [row], [1]);
    expect(target.entries.get("9780000000000")?.image).not.toHaveProperty("own");
    const marked: StagedRow = { ...row, parsed: { ...row.parsed, isOwnWords: true } };
    const once = importInto(target, [marked], [1]);
    const again = importInto(target, [marked], [1]);
    expect([...once, ...again].map(({ outcome }) => outcome)).toEqual(["updated", "unchanged"]);
    expect(target.entries.get("9780000000000")?.image.own).toEqual(row.parsed.book);
  });

  it("applies the exported origin to a new entry but not to an existing one", () => {
    const target = shelf();
    const row: StagedRow = {
      row: 2,
      rowHash: "row",
      verdict: "shelve",
      isbn: "9780000000000",
      parsed: {
        book: { title: "Mine" },
        entry: {},
        identifiers: {},
        stood: { updatedAt: 40, source: "theirs" },
      },
    };
    importInto(target, [row], [1]);
    expect(target.entries.get("9780000000000")?.image.entry).toMatchObject({
      updatedAt: 40,
      source: "theirs",
    });
    const later = { ...row.parsed, entry: { notes: "new" }, stood: { updatedAt: 50 } };
    importInto(target, [{ ...row, parsed: later }], [1]);
    expect(target.entries.get("9780000000000")?.image.entry).toMatchObject({
      updatedAt: OPTIONS.now / 1000,
      source: "theirs",
    });
  });

  it("undoes exactly the entries without other writes, and leaves the rest unchanged", () => {
    fc.assert(
      fc.property(
        started,
        fileOf(20),
        sizes,
        mode,
        fc.subarray([0, 1, 2, 3, 4]),
        (start, rows, cuts, how, edited) => {
          const target = startedWith(start);
          const before = structuredClone(target.entries);
          const done = importInto(target, rows, cuts, { ...OPTIONS, mode: how });
          const byHand = new Set(edited.map((key) => `978000000000${key}`));
          for (const isbn of byHand) {
            const now = target.entries.get(isbn);
            if (now) {
              const { entry } = now.image;
              const changed = { ...entry, notes: "later", version: entry.version + 1 };
              write(target, { entry: changed, ...WRITE });
            }
          }
          const edits = new Map([...target.entries].map(([isbn, { image }]) => [isbn, image]));
          const written = writtenBy(done, target);
          const { writes, removed, marks } = revertEntries(written);
          for (const one of writes) write(target, one);
          for (const { isbn } of removed) target.entries.delete(isbn);
          for (const { isbn, undo } of marks) {
            expect(undo).toBe(byHand.has(isbn) ? "changedSince" : "reverted");
            const expected = byHand.has(isbn) ? edits.get(isbn) : before.get(isbn)?.image;
            expect(imageContentOf(target.entries.get(isbn)?.image)).toEqual(
              imageContentOf(expected),
            );
          }
          for (const isbn of target.entries.keys()) {
            expect(before.has(isbn) || byHand.has(isbn)).toBe(true);
          }
        },
      ),
    );
  });
});

const WRITE = {
  isNew: false,
  statusBefore: undefined,
  wasRemoved: false,
  hasOwn: false,
  keys: { sortTitle: "", searchText: "" },
  bookVersion: 0,
};

/**
 * An image without the parts that depend on the number of steps: versions, and the ids and writers
 * derived from them.
 */
const imageContentOf = (image: EntryImage | undefined): unknown => {
  if (image === undefined) return undefined;
  const { version: _version, fieldWrites: _writes, readings, ...entry } = image.entry;
  const dates = readings.map(({ id: _id, ...reading }) => reading);
  return { ...image, entry: { ...entry, readings: dates } };
};

/** Builds what the storage reads about an import's writes. */
function writtenBy(rows: readonly ShelvedRow[], { entries }: Shelf): WrittenEntry[] {
  const books = new Map<string, ShelvedRow[]>();
  for (const row of rows) {
    if (row.isbn !== undefined && row.written) {
      books.set(row.isbn, [...(books.get(row.isbn) ?? []), row]);
    }
  }
  return [...books].map(([isbn, anchors]) => {
    const versions = anchors.flatMap(({ written }) => written?.version ?? []);
    const first = anchors[0]?.written?.before;
    const now = entries.get(isbn);
    return {
      isbn,
      firstVersion: Math.min(...versions),
      lastVersion: Math.max(...versions),
      writes: anchors.length,
      bookVersion: 0,
      ...(first ? { before: first } : {}),
      ...(now ? { id: now.id, now: { id: now.id, version: now.image.entry.version } } : {}),
    };
  });
}

describe("a shelf and a review queue that are almost full", () => {
  const row = (number: number, given: Partial<StagedRow>): StagedRow => ({
    row: number,
    verdict: "shelve",
    rowHash: `cells ${number}`,
    parsed: { book: { title: `T${number}` }, entry: {}, identifiers: {} },
    ...given,
  });
  const reasons = (rows: readonly ShelvedRow[]) =>
    rows.map(({ outcome, reason }) => reason?.code ?? outcome);

  it("accept rows in file order until full, then refuse new books, but not rows of existing ones", () => {
    const rows = ["a", "b", "a", "c", "b"].map((isbn, index) => row(index, { isbn }));
    const options = { ...OPTIONS, room: { entries: 1, waitingRows: 0 } };
    const plan = shelveRows(rows, new Map(), options);
    expect(reasons(plan.rows)).toEqual([
      "created",
      "SHELF_FULL",
      "unchanged",
      "SHELF_FULL",
      "SHELF_FULL",
    ]);
    expect(plan.writes.map(({ entry }) => entry.isbn)).toEqual(["a"]);
    expect(plan.added).toEqual({ entries: 1, waitingRows: 0 });
  });

  it("refuse rows for the review queue, except rows that are already in it or equal to one", () => {
    const waits = {
      id: "item",
      isOpen: true,
      isOurs: true,
      hasCandidates: false,
      isOfService: true,
    };
    const rows = [
      row(1, { verdict: "match", review: waits }),
      row(2, { verdict: "match" }),
      row(3, { verdict: "match", rowHash: "cells 2" }),
      row(4, { verdict: "match" }),
    ];
    const options = { ...OPTIONS, room: { entries: 9, waitingRows: 1 } };
    const plan = shelveRows(rows, new Map(), options);
    expect(reasons(plan.rows)).toEqual(["needsReview", "needsReview", "needsReview", "QUEUE_FULL"]);
    expect(plan.reviews).toEqual([2, 3]);
    expect(plan.added).toEqual({ entries: 0, waitingRows: 1 });
  });

  it("are never exceeded, and no row is without an outcome", () => {
    const anyRow = fc.record({
      isbn: fc.constantFrom("a", "b", "c", "d"),
      verdict: fc.constantFrom("shelve" as const, "match" as const),
      rowHash: fc.constantFrom("1", "2", "3"),
    });
    fc.assert(
      fc.property(
        fc.array(anyRow, { maxLength: 12 }),
        fc.nat(4),
        fc.nat(3),
        (given, entries, waitingRows) => {
          const rows = given.map(({ isbn, ...rest }, index) =>
            row(index, rest.verdict === "shelve" ? { isbn, ...rest } : rest),
          );
          const plan = shelveRows(rows, new Map(), {
            ...OPTIONS,
            room: { entries, waitingRows },
          });
          expect(plan.rows).toHaveLength(rows.length);
          expect(plan.writes.filter(({ isNew }) => isNew).length).toBeLessThanOrEqual(entries);
          expect(plan.added.waitingRows).toBeLessThanOrEqual(waitingRows);
        },
      ),
      { numRuns: runs(50) },
    );
  });
});
