import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { statusSchema } from "../../../contract/library-fields.ts";
import { emptyEntry, withChange, type Entry, type StoredEntry } from "./entry.ts";
import { written } from "./field-writes.ts";
import { mergeParsed, overwriteWithParsed, isSameEntry, type ParsedEntry } from "./merge-entry.ts";
import { foldTag } from "./tags.ts";

const entry = (given: Partial<Entry>): Entry => ({ ...emptyEntry(HERE, 1), ...given });
const GOODREADS = { writer: "goodreads", at: 2 };
const HERE = "9780441172719";

/** An entry with all fields written by one writer, at its first version. */
const entryOf = (given: Partial<Entry>, writer = "goodreads", place = 0): StoredEntry =>
  written(entry(given), undefined, { writer, place, version: 7 });

describe("mergeParsed", () => {
  const STATUSES = statusSchema.options;

  it("follows the service that wrote a status, and never lowers completed", () => {
    for (const before of STATUSES) {
      for (const status of STATUSES) {
        const merged = mergeParsed(entryOf({ status: before }), { status }, GOODREADS);
        const isLowered = before === "completed" && status !== "completed";
        expect(merged.entry.status).toBe(isLowered ? "completed" : status);
        expect(merged.kept).toEqual(isLowered ? ["status"] : []);
      }
    }
  });

  it.each(["user", "storygraph"])("keeps what %s wrote last, and names the fields", (writer) => {
    const before = entryOf({ status: "reading", rating: 2, review: "mine", notes: "mine" }, writer);
    const parsed = { status: "completed", rating: 5, review: "theirs", notes: "theirs" } as const;
    const { entry: after, kept } = mergeParsed(before, parsed, GOODREADS);
    expect(after).toMatchObject({ status: "reading", rating: 2, review: "mine", notes: "mine" });
    expect(kept).toEqual(["status", "rating", "review", "notes"]);
  });

  describe("a row of another service that ends the reading under way", () => {
    const underWay = (status: "reading" | "paused", writer: string): StoredEntry =>
      entryOf({ status, readings: [{ startedAt: "2024-01-01" }] }, writer);
    const ended: ParsedEntry = {
      status: "completed",
      readings: [{ finishedAt: "2024-02-02" }],
    };

    it.each(["reading", "paused"] as const)("ends %s too", (status) => {
      const merged = mergeParsed(underWay(status, "storygraph"), ended, GOODREADS);
      expect(merged.entry).toMatchObject({
        status: "completed",
        readings: [{ startedAt: "2024-01-01", finishedAt: "2024-02-02" }],
      });
      expect(merged.kept).toEqual([]);
    });

    it("keeps a status entered by the user", () => {
      const merged = mergeParsed(underWay("reading", "user"), ended, GOODREADS);
      expect(merged.entry.status).toBe("reading");
      expect(merged.kept).toEqual(["status"]);
    });

    it.each([
      ["is of an earlier reading", { ...ended, readings: [{ finishedAt: "2023-02-02" }] }],
      ["has no day", { ...ended, readings: [{}] }],
      ["was given up", { ...ended, status: "abandoned" }],
    ] satisfies [string, ParsedEntry][])(
      "and %s leaves the status of the other service",
      (_, parsed) => {
        const merged = mergeParsed(underWay("reading", "storygraph"), parsed, GOODREADS);
        expect(merged.entry.status).toBe("reading");
        expect(merged.kept).toEqual(["status"]);
      },
    );
  });

  it("reports no field that is equal or missing in the file", () => {
    const before = entryOf({ status: "reading", rating: 2, review: "mine" }, "user");
    const parsed = { status: "reading", rating: 2, review: "", notes: "new" } as const;
    const { entry: after, kept } = mergeParsed(before, parsed, GOODREADS);
    expect(kept).toEqual([]);
    expect(after).toMatchObject({ rating: 2, review: "mine", notes: "new" });
  });

  it.each([
    ["want_to_read", "reading", "reading"],
    ["reading", "paused", "reading"],
    ["abandoned", "completed", "completed"],
    ["reading", "want_to_read", "reading"],
  ] as const)("only raises a status of an unknown writer: %s and %s make %s", (a, b, after) => {
    expect(mergeParsed(entry({ status: a }), { status: b }, GOODREADS).entry.status).toBe(after);
  });

  it("uses the first row of a book in a file and the highest status, and notes differences", () => {
    const first = entryOf({ status: "want_to_read", rating: 4, review: "first" });
    const second = { status: "completed", rating: 5, review: "second", notes: "second" } as const;
    const {
      entry: after,
      kept,
      differing,
    } = mergeParsed(first, second, {
      ...GOODREADS,
      place: 1,
    });
    expect(after).toMatchObject({ rating: 4, review: "first", notes: "second" });
    expect(after.status).toBe("completed");
    expect([kept, differing]).toEqual([[], ["rating", "review"]]);
  });

  it("changes nothing when several rows of a book are imported again", () => {
    const rows: ParsedEntry[] = [
      { status: "want_to_read", readings: [{ finishedAt: "2015-01-20" }] },
      { status: "reading", rating: 5, readings: [{ startedAt: "2021-03-05" }] },
      { status: "paused", rating: 3, review: "r" },
    ];
    const all = (before: StoredEntry, version: number) =>
      rows.reduce((stored, row, place) => {
        const merged = mergeParsed(stored, row, { ...GOODREADS, place });
        return written(merged.entry, stored, { writer: "goodreads", place, version });
      }, before);
    const once = all(entryOf({}), 8);
    expect(once).toMatchObject({ status: "reading", rating: 5, review: "r" });
    expect(isSameEntry(all(once, 9), once)).toBe(true);
  });

  it("keeps the latest file's columns, but ignores changes of computed ones alone", () => {
    const before = entry({ extra: { Binding: "Paperback", "Average Rating": "3.9", Old: "1" } });
    const again = { "Average Rating": "3.91", Binding: "Paperback" };
    expect(mergeParsed(before, { extra: again }, GOODREADS).entry.extra).toEqual(before.extra);
    const changed = { ...again, Binding: "Ebook" };
    expect(mergeParsed(before, { extra: changed }, GOODREADS).entry.extra).toEqual({
      ...changed,
      Old: "1",
    });
  });

  it("adds tags in their first spelling", () => {
    const { tags } = mergeParsed(
      entry({ tags: ["Sea"] }),
      { tags: ["sea", "sun"] },
      GOODREADS,
    ).entry;
    expect(tags).toEqual(["Sea", "sun"]);
  });
});

describe("overwriteWithParsed", () => {
  const before = entry({
    status: "completed",
    rating: 5,
    review: "mine",
    notes: "mine",
    tags: ["Sea"],
    readings: [{ finishedAt: "2020" }],
    extra: { Binding: "mine", Owned: "1" },
    source: "job",
  });

  it("adopts the file's values, even a lower status, and adds tags", () => {
    const parsed: ParsedEntry = {
      status: "want_to_read",
      rating: 0.25,
      review: "theirs",
      notes: "theirs",
      tags: ["sea", "sun"],
      readings: [{}, { startedAt: "2021" }],
      extra: { Binding: "theirs", Shop: "x" },
    };
    expect(overwriteWithParsed(before, parsed, GOODREADS)).toEqual({
      ...before,
      ...parsed,
      tags: ["Sea", "sun"],
      extra: { Binding: "theirs", Owned: "1", Shop: "x" },
      updatedAt: 2,
    });
  });

  it.each([{}, { review: "", notes: "", tags: [], readings: [], extra: {} }])(
    "keeps fields that the file lacks: %j",
    (parsed) => {
      expect(overwriteWithParsed(before, parsed, GOODREADS)).toEqual({ ...before, updatedAt: 2 });
    },
  );
});

describe("isSameEntry", () => {
  it("compares every field except updatedAt, regardless of column order", () => {
    const one = entry({ status: "reading", tags: ["a"], extra: { A: "1", B: "2" } });
    expect(isSameEntry(one, { ...one, updatedAt: 9, extra: { B: "2", A: "1" } })).toBe(true);
    const others: Partial<Entry>[] = [
      { isbn: "local-1" },
      { status: "paused" },
      { rating: 1 },
      { review: "r" },
      { notes: "n" },
      { tags: ["A"] },
      { readings: [{}] },
      { addedAt: 2 },
      { source: "job" },
      { extra: { A: "1" } },
      { format: "ebook" },
      { owned: false },
      { location: "l" },
      { loan: { to: "Ann" } },
      { ownSeries: [] },
    ];
    for (const other of others) expect(isSameEntry(one, { ...one, ...other })).toBe(false);
  });
});

const text = fc.constantFrom("", "a", "b");
const parsed: fc.Arbitrary<ParsedEntry> = fc.record(
  {
    status: fc.constantFrom(...statusSchema.options),
    rating: fc.constantFrom(0.25, 3.5, 5),
    review: text,
    notes: text,
    format: fc.constantFrom("paperback", "ebook"),
    owned: fc.boolean(),
    location: text,
    loan: fc.constantFrom({ to: "a" }, { to: "a", due: "2024" }),
    ownSeries: fc.constantFrom([], [{ name: "a", position: "1" }]),
    tags: fc.array(fc.constantFrom("a", "A", "b", "c")),
    readings: fc.array(
      fc.record({ startedAt: fc.constant("2019"), finishedAt: fc.constantFrom("2020", "2021-02") }),
      { maxLength: 2 },
    ),
    extra: fc.dictionary(fc.constantFrom("A", "B", "__proto__"), fc.constantFrom("1", "2"), {
      minKeys: 1,
    }),
  },
  { requiredKeys: [] },
);
const shelved = fc
  .tuple(parsed, fc.constantFrom("user", "goodreads", "storygraph"))
  .map(([{ extra, ...change }, writer]) => {
    const content = withChange(emptyEntry(HERE, 1), change, 1);
    return written({ ...content, ...(extra ? { extra } : {}) }, undefined, { writer, version: 7 });
  });

const merging = (before: Entry, file: ParsedEntry) => mergeParsed(before, file, GOODREADS).entry;
const overwriting = (before: Entry, file: ParsedEntry) =>
  overwriteWithParsed(before, file, GOODREADS);

describe.each([
  ["mergeParsed", merging],
  ["overwriteWithParsed", overwriting],
])("%s", (_name, merge) => {
  it("is idempotent for the same file", () => {
    fc.assert(
      fc.property(shelved, parsed, (before, file) => {
        const once = written(merge(before, file), before, { writer: "goodreads", version: 8 });
        expect(isSameEntry(merge(once, file), once)).toBe(true);
      }),
    );
  });

  it("keeps the id, the date of addition, every tag and every column", () => {
    fc.assert(
      fc.property(shelved, parsed, (before, file) => {
        const after = merge(before, file);
        expect(after).toMatchObject({ isbn: before.isbn, addedAt: before.addedAt, updatedAt: 2 });
        expect(after.tags.slice(0, before.tags.length)).toEqual(before.tags);
        const folded = after.tags.map(foldTag);
        expect(folded).toEqual(expect.arrayContaining((file.tags ?? []).map(foldTag)));
        const columns = Object.keys({ ...before.extra, ...file.extra });
        expect(Object.keys(after.extra ?? {}).sort()).toEqual(columns.sort());
      }),
    );
  });
});

it("overwriteWithParsed loses nothing in the file", () => {
  fc.assert(
    fc.property(shelved, parsed, (before, file) => {
      const { tags: _tags, review, notes, location, readings, ...words } = file;
      expect(overwriting(before, file)).toMatchObject({
        ...words,
        ...(review ? { review } : {}),
        ...(notes ? { notes } : {}),
        ...(location ? { location } : {}),
        ...(readings?.length ? { readings } : {}),
      });
    }),
  );
});
