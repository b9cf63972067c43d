import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { statusSchema } from "../../../contract/library-fields.ts";
import { emptyEntry, withChange, type Entry } from "./entry.ts";
import { mergeParsed, overwriteWithParsed, isSameEntry, type ParsedEntry } from "./merge-entry.ts";
import { foldTag } from "./tags.ts";

const entry = (given: Partial<Entry>): Entry => ({ ...emptyEntry("9780441172719", 1), ...given });

describe("mergeParsed", () => {
  it.each([
    ["want_to_read", "reading", "reading"],
    ["reading", "want_to_read", "reading"],
    ["reading", "paused", "reading"],
    ["abandoned", "reading", "abandoned"],
    ["paused", "completed", "completed"],
    ["completed", "reading", "completed"],
  ] as const)("makes %s and %s %s", (before, parsed, after) => {
    expect(mergeParsed(entry({ status: before }), { status: parsed }, 2).status).toBe(after);
  });

  it("sets a missing status and keeps a status that the file lacks", () => {
    for (const status of statusSchema.options) {
      expect(mergeParsed(entry({}), { status }, 2).status).toBe(status);
      expect(mergeParsed(entry({ status }), {}, 2).status).toBe(status);
    }
  });

  it("fills empty fields and keeps what the user entered", () => {
    const before = entry({
      review: "mine",
      tags: ["Sea"],
      readings: [{ finishedAt: "2020" }],
      extra: { Binding: "mine" },
    });
    const parsed = {
      rating: 3.5,
      review: "theirs",
      notes: "n",
      tags: ["sea", "sun"],
      readings: [{}],
      extra: { Binding: "theirs", Shop: "x" },
    };
    expect(mergeParsed(before, parsed, 2)).toEqual({
      ...before,
      rating: 3.5,
      notes: "n",
      tags: ["Sea", "sun"],
      extra: { Binding: "mine", Shop: "x" },
      updatedAt: 2,
    });
  });

  it("adopts the file's readings if there are none", () => {
    const readings = [{ startedAt: "2020", finishedAt: "2021" }];
    expect(mergeParsed(entry({}), { readings }, 2).readings).toEqual(readings);
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

  it("adopts the file's values, also a lower status, and adds tags", () => {
    const parsed: ParsedEntry = {
      status: "want_to_read",
      rating: 0.25,
      review: "theirs",
      notes: "theirs",
      tags: ["sea", "sun"],
      readings: [{}, { startedAt: "2021" }],
      extra: { Binding: "theirs", Shop: "x" },
    };
    expect(overwriteWithParsed(before, parsed, 2)).toEqual({
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
      expect(overwriteWithParsed(before, parsed, 2)).toEqual({ ...before, updatedAt: 2 });
    },
  );
});

describe("isSameEntry", () => {
  it("compares every field but updatedAt, regardless of column order", () => {
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
const shelved = parsed.map(({ extra, ...change }) => ({
  ...withChange(emptyEntry("9780441172719", 1), change, 1),
  ...(extra ? { extra } : {}),
}));

/** A parsed row with all fields of an entry. */
const asParsed = ({
  status,
  rating,
  review,
  notes,
  tags,
  readings,
  extra,
}: Entry): ParsedEntry => ({
  status,
  rating,
  review,
  notes,
  tags: [...tags],
  readings: [...readings],
  extra,
});

describe.each([
  ["mergeParsed", mergeParsed],
  ["overwriteWithParsed", overwriteWithParsed],
])("%s", (_name, merge) => {
  it("is idempotent for the same file", () => {
    fc.assert(
      fc.property(shelved, parsed, (before, file) => {
        const once = merge(before, file, 2);
        expect(isSameEntry(merge(once, file, 3), once)).toBe(true);
      }),
    );
  });

  it("yields the same row by row as with the file's rows merged first", () => {
    fc.assert(
      fc.property(shelved, parsed, parsed, (before, one, other) => {
        const rows = merge(merge(before, one, 2), other, 2);
        const folded = asParsed(merge(merge(emptyEntry(before.isbn, 1), one, 2), other, 2));
        expect(isSameEntry(merge(before, folded, 2), rows)).toBe(true);
      }),
    );
  });

  it("keeps the id, the date of addition, every tag and every column", () => {
    fc.assert(
      fc.property(shelved, parsed, (before, file) => {
        const after = merge(before, file, 2);
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

it("mergeParsed loses nothing that the user entered", () => {
  fc.assert(
    fc.property(shelved, parsed, (before, file) => {
      const { status: _status, tags: _tags, readings, ...words } = before;
      const after = mergeParsed(before, file, 1);
      expect(after).toMatchObject(words);
      expect(after.readings).toEqual(readings.length ? readings : (file.readings ?? []));
    }),
  );
});

it("overwriteWithParsed loses nothing in the file", () => {
  fc.assert(
    fc.property(shelved, parsed, (before, file) => {
      const { tags: _tags, review, notes, readings, ...words } = file;
      expect(overwriteWithParsed(before, file, 1)).toMatchObject({
        ...words,
        ...(review ? { review } : {}),
        ...(notes ? { notes } : {}),
        ...(readings?.length ? { readings } : {}),
      });
    }),
  );
});
