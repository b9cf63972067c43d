import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { keepEntries } from "../../src/library/storage/shelf-upkeep.ts";
import { KEY_RETENTION_MS } from "../../src/idempotency/domain/applied-change.ts";
import {
  APPLIED_STATEMENTS,
  sweepAppliedChanges,
} from "../../src/idempotency/storage/applied-changes.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";
import { pageOf, send, seqOf } from "../support/sync.ts";

const [FIRST, SECOND, UNKNOWN] = [isbnOf(8301), isbnOf(8302), isbnOf(8399)];
const DAY_MS = 86_400_000;

let reader: Reader;
let keys = 0;
const key = (): string => `key-${(keys += 1)}`;

beforeAll(async () => {
  await inCatalogue({ isbn: FIRST, title: "First" });
  await inCatalogue({ isbn: SECOND, title: "Second" });
});

async function versionOf(isbn: string): Promise<number> {
  const { items } = await pageOf(reader);
  return items.find((item) => item.isbn === isbn)?.version ?? 0;
}

/** The time some hours ago. */
const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

/** A shelf with one book, and the version that two devices have seen. */
async function shared(fields: object = {}): Promise<number> {
  reader = await newReader();
  await reader.add({ isbn: FIRST, status: "reading", ...fields });
  return versionOf(FIRST);
}

const change = (ifVersion: number | undefined, body: object, more: object = {}) => ({
  op: "change",
  key: key(),
  isbn: FIRST,
  ...(ifVersion === undefined ? {} : { ifVersion }),
  body,
  ...more,
});

async function shown(isbn = FIRST): Promise<object> {
  const response = await reader.call("GET", `/books/${isbn}`);
  return (await response.json<{ data: { book: object } }>()).data.book;
}

describe("POST /v1/library/:userId/changes", () => {
  it("adds, changes, deletes and restores, each with its result", async () => {
    reader = await newReader();
    const results = await send(
      reader,
      { op: "add", key: "a-1", isbn: FIRST, body: { status: "reading" } },
      { op: "add", key: "a-2", body: { title: "Zine", authors: ["Ida"] } },
      { op: "change", key: "a-3", isbn: FIRST, body: { rating: 4, review: "Good" } },
      { op: "delete", key: "a-4", isbn: FIRST },
      { op: "restore", key: "a-5", isbn: FIRST },
    );
    const version = expect.any(Number);
    expect(results).toEqual([
      { key: "a-1", outcome: "applied", isbn: FIRST, version },
      { key: "a-2", outcome: "applied", isbn: expect.stringMatching(/^local-/), version },
      { key: "a-3", outcome: "applied", isbn: FIRST, version },
      { key: "a-4", outcome: "applied", isbn: FIRST, version, unchanged: true },
      { key: "a-5", outcome: "applied", isbn: FIRST, version },
    ]);
    expect(await shown()).toMatchObject({ status: "reading", rating: 4, review: "Good" });
    expect((await pageOf(reader)).items).toHaveLength(2);
  });

  it("applies each change once, however often and in whichever parts it is sent", async () => {
    await shared();
    const one = change(undefined, { addTags: ["one"] });
    const two = change(undefined, { rating: 3 });
    const first = await send(reader, one);
    const seq = await seqOf(reader.userId);
    const again = await send(reader, one, one);
    expect(again.map(({ outcome }) => outcome)).toEqual(["replayed", "replayed"]);
    expect(again[0]).toEqual({ ...first[0], outcome: "replayed" });
    expect(await seqOf(reader.userId)).toBe(seq);
    await reader.call("PATCH", `/books/${FIRST}`, { tags: [] });
    const both = await send(reader, two, one, two);
    expect(both.map(({ outcome }) => outcome)).toEqual(["applied", "replayed", "replayed"]);
    expect(await shown()).toMatchObject({ tags: [], rating: 3 });
  });

  it("applies a change once if it arrives several times simultaneously", async () => {
    await shared({ tags: ["one"] });
    const seq = await seqOf(reader.userId);
    const same = change(undefined, { addTags: ["two"] });
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(reader, same)));
    const outcomes = answers.flat().map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === "applied")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "replayed")).toHaveLength(4);
    expect(await seqOf(reader.userId)).toBe(seq + 1);
  });

  it("remembers a change without effect, and does not write the entry", async () => {
    const version = await shared({ rating: 4 });
    const seq = await seqOf(reader.userId);
    const same = change(version, { rating: 4, addTags: [] });
    expect(await send(reader, same)).toMatchObject([{ outcome: "applied", version }]);
    expect(await seqOf(reader.userId)).toBe(seq);
    await reader.call("PATCH", `/books/${FIRST}`, { rating: 2 });
    expect(await send(reader, same)).toMatchObject([{ outcome: "replayed", version }]);
    expect(await shown()).toMatchObject({ rating: 2 });
  });
});

describe("two devices that edit the same book offline", () => {
  it("both succeed with different fields", async () => {
    const version = await shared();
    expect(await send(reader, change(version, { rating: 4 }))).toMatchObject([
      { outcome: "applied" },
    ]);
    expect(await send(reader, change(version, { review: "Long" }))).toMatchObject([
      { outcome: "applied" },
    ]);
    expect(await shown()).toMatchObject({ rating: 4, review: "Long" });
  });

  it("conflict in the same field, with the value of the other, and nothing is overwritten", async () => {
    const version = await shared();
    await send(reader, change(version, { rating: 4, notes: "Mine" }));
    const [result] = await send(reader, change(version, { rating: 2, review: "Long" }));
    expect(result).toMatchObject({
      outcome: "conflict",
      isbn: FIRST,
      fields: ["rating"],
      current: { rating: 4, notes: "Mine" },
    });
    expect(await shown()).not.toMatchObject({ review: "Long" });
    const { currentVersion } = result ?? {};
    const resolved = change(currentVersion, { rating: 2, review: "Long" });
    expect(await send(reader, resolved)).toMatchObject([{ outcome: "applied" }]);
  });

  it("agree when both set the same value", async () => {
    const version = await shared();
    await send(reader, change(version, { rating: 4 }));
    expect(await send(reader, change(version, { rating: 4, review: "Long" }))).toMatchObject([
      { outcome: "applied" },
    ]);
  });

  it("both apply without ifVersion, the later one last", async () => {
    const version = await shared();
    await send(reader, change(version, { rating: 4 }));
    expect(await send(reader, change(undefined, { rating: 2 }))).toMatchObject([
      { outcome: "applied" },
    ]);
    expect(await shown()).toMatchObject({ rating: 2 });
  });

  it("can both add tags and readings, and remove those that the other has not changed", async () => {
    const version = await shared({ tags: ["old", "both"], readings: [{ finishedAt: "2020" }] });
    await send(
      reader,
      change(version, { addTags: ["one"], addReadings: [{ id: "r-one", startedAt: "2026-01" }] }),
    );
    const body = {
      addTags: ["two"],
      removeTags: ["OLD"],
      addReadings: [{ id: "r-two", finishedAt: "2025" }],
      changeReadings: [{ id: "r-two", startedAt: "2024" }],
    };
    expect(await send(reader, change(version, body))).toMatchObject([{ outcome: "applied" }]);
    expect(await shown()).toMatchObject({
      tags: ["both", "one", "two"],
      readings: [
        { finishedAt: "2020" },
        { id: "r-one", startedAt: "2026-01" },
        { id: "r-two", startedAt: "2024", finishedAt: "2025" },
      ],
    });
  });

  it("conflict when both correct one reading, or one removes it, but not with different readings", async () => {
    await shared({
      readings: [
        { id: "a", startedAt: "2020" },
        { id: "b", startedAt: "2021" },
      ],
    });
    const version = await versionOf(FIRST);
    const correct = (id: string, finishedAt: string | null) => ({
      changeReadings: [{ id, finishedAt }],
    });
    await send(reader, change(version, correct("a", "2022")));
    const results = await send(
      reader,
      change(version, correct("b", "2023")),
      change(version, correct("a", "2024")),
      change(version, { removeReadings: ["a"] }),
      change(version, correct("a", "2022")),
      change(version, correct("gone", "2022")),
    );
    expect(results.map(({ outcome, fields }) => [outcome, fields])).toEqual([
      ["applied", undefined],
      ["conflict", ["changeReadings"]],
      ["conflict", ["removeReadings"]],
      ["applied", undefined],
      ["conflict", ["changeReadings"]],
    ]);
  });

  it("conflict when one deletes what the other has changed", async () => {
    const version = await shared();
    await send(reader, change(version, { review: "Long" }));
    const remove = { op: "delete", key: key(), isbn: FIRST, ifVersion: version };
    expect(await send(reader, remove)).toMatchObject([
      { outcome: "conflict", fields: ["review"], current: { review: "Long" } },
    ]);
    expect(await send(reader, { ...remove, ifVersion: await versionOf(FIRST) })).toMatchObject([
      { outcome: "applied" },
    ]);
  });

  it("conflict when one changes what the other has deleted, but not when both delete it", async () => {
    const version = await shared();
    await send(reader, { op: "delete", key: key(), isbn: FIRST, ifVersion: version });
    expect(await send(reader, change(version, { rating: 4 }))).toMatchObject([
      { outcome: "conflict", isbn: FIRST, deleted: true, fields: ["rating"] },
    ]);
    const again = { op: "delete", key: key(), isbn: FIRST, ifVersion: version };
    expect(await send(reader, again)).toMatchObject([{ outcome: "applied" }]);
  });

  it("can both add a book, and conflict only in different values", async () => {
    reader = await newReader();
    const add = (body: object) => ({ op: "add", key: key(), isbn: FIRST, body });
    const results = [
      ...(await send(reader, add({ status: "reading", rating: 4 }))),
      ...(await send(reader, add({ review: "Long" }))),
      ...(await send(reader, add({ status: "completed" }))),
      ...(await send(reader, add({}))),
    ];
    expect(results.map(({ outcome, fields }) => [outcome, fields])).toEqual([
      ["applied", undefined],
      ["applied", undefined],
      ["conflict", ["status"]],
      ["applied", undefined],
    ]);
    expect(await shown()).toMatchObject({ status: "reading", rating: 4, review: "Long" });
  });

  it("conflict in the details of a user-defined book", async () => {
    reader = await newReader();
    const book = await reader.add({ title: "Zine", authors: ["Ida"] });
    const version = await versionOf(book.isbn);
    const edit = (body: object) => ({ ...change(version, body), isbn: book.isbn });
    const results = [
      ...(await send(reader, edit({ publisher: "One" }))),
      ...(await send(reader, edit({ publisher: "Two" }))),
      ...(await send(reader, edit({ publisher: "One" }))),
      ...(await send(reader, edit({ rating: 3 }))),
    ];
    expect(results.map(({ outcome, fields }) => [outcome, fields])).toEqual([
      ["applied", undefined],
      ["conflict", ["publisher"]],
      ["applied", undefined],
      ["applied", undefined],
    ]);
  });

  it("conflict when another release has written the entry, even once it has a number again", async () => {
    const version = await shared();
    await env.DB.prepare(
      "UPDATE UserLibrary SET version = version + 1, rating = 1 WHERE user_id = ?1",
    )
      .bind(reader.userId)
      .run();
    const edit = change(version, { rating: 4 });
    expect(await send(reader, edit)).toMatchObject([{ outcome: "conflict", fields: ["rating"] }]);
    await keepEntries(env.DB);
    expect(await send(reader, edit)).toMatchObject([{ outcome: "conflict", fields: ["rating"] }]);
    expect(await shown()).toMatchObject({ rating: 1 });
  });
});

describe("edits of one device", () => {
  it("in one request build on each other", async () => {
    const version = await shared();
    const results = await send(
      reader,
      change(version, { rating: 3 }, { at: ago(2) }),
      change(version, { rating: 4 }, { at: ago(1) }),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(["applied", "applied"]);
    expect(await shown()).toMatchObject({ rating: 4 });
  });

  it("conflict rather than restore an earlier value when they are in the wrong order", async () => {
    const version = await shared();
    const results = await send(
      reader,
      change(version, { rating: 4 }, { at: ago(1) }),
      change(version, { rating: 3 }, { at: ago(2) }),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(["applied", "conflict"]);
    expect(await shown()).toMatchObject({ rating: 4 });
  });

  it("in one request do not overwrite another device's value if one of them changes nothing", async () => {
    const version = await shared({ rating: 3 });
    await reader.call("PATCH", `/books/${FIRST}`, { rating: 5, notes: "theirs" });
    const results = await send(
      reader,
      change(version, { rating: 5 }),
      change(version, { notes: "mine" }),
      { op: "delete", key: key(), isbn: FIRST, ifVersion: version },
    );
    expect(results).toMatchObject([
      { outcome: "applied", version: version + 1, unchanged: true },
      { outcome: "conflict", fields: ["notes"] },
      { outcome: "conflict" },
    ]);
    expect(await shown()).toMatchObject({ rating: 5, notes: "theirs" });
  });

  it("date readings by the day of the edit in the time zone of the account", async () => {
    const version = await shared({ status: "want_to_read" });
    await send(reader, {
      op: "setting",
      key: key(),
      body: { name: "timeZone", value: "Pacific/Kiritimati" },
    });
    const day = ago(3 * 24).slice(0, 10);
    const next = new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
    await send(
      reader,
      change(version, { status: "reading" }, { at: `${day}T11:00:00Z` }),
      { op: "add", key: key(), isbn: SECOND, at: `${day}T11:00:00Z` },
      {
        op: "change",
        key: key(),
        isbn: SECOND,
        body: { status: "completed" },
        at: `${day}T09:00:00Z`,
      },
    );
    expect(await shown()).toMatchObject({ readings: [{ startedAt: next }] });
    expect(await shown(SECOND)).toMatchObject({ readings: [{ finishedAt: day }] });
  });

  it("date readings by the day of the edit", async () => {
    const version = await shared({ status: "want_to_read" });
    await send(reader, change(version, { status: "reading" }, { at: ago(3 * 24) }));
    expect(await shown()).toMatchObject({ readings: [{ startedAt: ago(3 * 24).slice(0, 10) }] });
  });
});

describe("a change that is refused", () => {
  it.each<[string, object, string]>([
    ["an unknown operation", { op: "lend", isbn: FIRST }, "INVALID_REQUEST"],
    ["a value out of range", { op: "change", isbn: FIRST, body: { rating: 9 } }, "INVALID_REQUEST"],
    ["no change", { op: "change", isbn: FIRST, body: {} }, "INVALID_REQUEST"],
    ["a wrong ISBN", { op: "delete", isbn: "9780441172710" }, "INVALID_ISBN"],
    [
      "a book that was never there",
      { op: "change", isbn: SECOND, body: { rating: 3 } },
      "NOT_FOUND",
    ],
    ["a book that is not in the trash", { op: "restore", isbn: SECOND }, "NOT_FOUND"],
    [
      "a detail of a catalogue book",
      { op: "change", isbn: FIRST, body: { title: "No" } },
      "INVALID_REQUEST",
    ],
    ["an addition without a book", { op: "add", body: { rating: 3 } }, "INVALID_REQUEST"],
    [
      "an edit in the future",
      { op: "delete", isbn: FIRST, at: "2999-01-01T00:00:00Z" },
      "INVALID_REQUEST",
    ],
    [
      "a reading that ends before it begins",
      {
        op: "change",
        isbn: FIRST,
        body: { addReadings: [{ id: "x", startedAt: "2021", finishedAt: "2020" }] },
      },
      "INVALID_REQUEST",
    ],
    [
      "too many tags",
      {
        op: "change",
        isbn: FIRST,
        body: { addTags: Array.from({ length: 100 }, (_, at) => `t${at}`) },
      },
      "INVALID_REQUEST",
    ],
  ])(
    "for %s has a problem, and the others of the request are applied",
    async (_name, bad, code) => {
      await shared({ tags: ["there"] });
      const results = await send(
        reader,
        change(undefined, { rating: 2 }),
        { key: key(), ...bad },
        change(undefined, { notes: "N" }),
      );
      expect(results.map(({ outcome }) => outcome)).toEqual(["applied", "refused", "applied"]);
      expect(results[1]?.problem).toMatchObject({ code, detail: expect.any(String) });
      expect(results[1]?.problem?.detail).not.toBe("");
    },
  );

  it("says what would be valid", async () => {
    await shared();
    const valid = { id: "good", startedAt: "2022-01", finishedAt: "2022-02" };
    const reversed = { id: "bad", startedAt: "2023-05", finishedAt: "2023-01" };
    const results = await send(
      reader,
      change(undefined, {}),
      { op: "delete", key: key(), isbn: FIRST, at: "now" },
      change(undefined, { addReadings: [valid, reversed] }),
      change(undefined, { addTags: "x".repeat(1_000) }),
    );
    expect(results.map(({ problem }) => problem?.detail)).toEqual([
      expect.stringMatching(/^body: contains no change; send status, .*addTags/),
      "at: must be an instant with its time zone, such as 2026-03-01T12:00:00Z",
      "body.addReadings.1.finishedAt: must not be before startedAt",
      "body.addTags: Invalid input: expected array, received string",
    ]);
  });

  it("for an unknown ISBN can be sent again with a title", async () => {
    reader = await newReader();
    const add = { op: "add", key: "unknown", isbn: UNKNOWN };
    const [result] = await send(reader, add);
    expect(result).toMatchObject({ outcome: "refused", problem: { retryable: true } });
    expect(await send(reader, { ...add, body: { title: "My own" } })).toMatchObject([
      { outcome: "applied", isbn: UNKNOWN },
    ]);
  });

  it("because of its age has KEY_EXPIRED, unless it was applied before", async () => {
    await shared();
    const at = (days: number) => ({ at: new Date(Date.now() - days * DAY_MS).toISOString() });
    const applied = change(undefined, { rating: 2 }, at(179));
    const old = change(undefined, { rating: 3 }, at(181));
    expect(await send(reader, applied, old)).toMatchObject([
      { outcome: "applied" },
      { outcome: "refused", problem: { code: "KEY_EXPIRED", status: 410, retryable: false } },
    ]);
    expect(await send(reader, { ...applied, ...at(185) })).toMatchObject([{ outcome: "replayed" }]);
  });
});

describe("a request that is refused", () => {
  const refused = async (body: unknown) =>
    (await (await newReader()).call("POST", "/changes", body)).json();

  it("has no changes, too many, or one without a valid key", async () => {
    const many = Array.from({ length: 101 }, () => change(undefined, { rating: 2 }));
    for (const changes of [[], many, [{ op: "delete", isbn: FIRST }], [{ key: "a b" }], "x"]) {
      expect(await refused({ changes })).toMatchObject({ status: 400, code: "INVALID_REQUEST" });
    }
  });
});

it("deletes keys once their edits are no longer accepted, and not before", async () => {
  await shared();
  const edit = change(undefined, { rating: 2 });
  await send(reader, edit);
  await sweepAppliedChanges(env.DB, Date.now() + KEY_RETENTION_MS - DAY_MS, 1000);
  expect(await send(reader, edit)).toMatchObject([{ outcome: "replayed" }]);
  while ((await sweepAppliedChanges(env.DB, Date.now() + KEY_RETENTION_MS + DAY_MS, 1000)) > 0);
  expect(await send(reader, edit)).toMatchObject([{ outcome: "applied" }]);
});

it("finds keys, including those to delete, by an index", async () => {
  for (const [name, sql] of Object.entries(APPLIED_STATEMENTS)) {
    const count = Math.max(...[...sql.matchAll(/\?(\d)/g)].map(([, number]) => Number(number)));
    const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...Array.from({ length: count }, () => "[]"))
      .all<{ detail: string }>();
    const scans = results.filter(({ detail }) => /^SCAN (?!json_each|CONSTANT)/.test(detail));
    expect([name, scans]).toEqual([name, []]);
  }
});
