import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";
import { pageOf, send, seqOf } from "../support/sync.ts";

const [FIRST, SECOND] = [isbnOf(8311), isbnOf(8312)];

let reader: Reader;
let keys = 0;
const key = (): string => `life-${(keys += 1)}`;

beforeAll(async () => {
  await inCatalogue({ isbn: FIRST, title: "First" });
});

/** A shelf with one book that is being read. @returns its version */
async function shared(): Promise<number> {
  reader = await newReader();
  await reader.add({ isbn: FIRST, status: "reading" });
  return (await pageOf(reader)).items[0]?.version ?? 0;
}

const outcomes = async (...changes: object[]) =>
  (await send(reader, ...changes)).map(({ outcome }) => outcome);

/** The time some hours ago. */
const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

describe("progress", () => {
  const progress = (more: object = {}) => ({
    op: "progress",
    key: key(),
    isbn: FIRST,
    body: { minutes: 30 },
    ...more,
  });

  async function recorded(): Promise<unknown[]> {
    const response = await reader.call("GET", `/books/${FIRST}/progress`);
    return (await response.json<{ data: { items: unknown[] } }>()).data.items;
  }

  it("is recorded under the key, once, deleted, and listed in the feed", async () => {
    await shared();
    const { next } = await pageOf(reader);
    const one = progress({ key: "p-1", at: ago(2) });
    expect(await outcomes(one, one)).toEqual(["applied", "replayed"]);
    const page = await pageOf(reader, next);
    expect(page.items).toMatchObject([
      { kind: "book", book: { progress: { minutes: 30 } } },
      { kind: "progress", id: "p-1", isbn: FIRST, progress: { minutes: 30 } },
    ]);
    const remove = { op: "progress.delete", key: "p-2", isbn: FIRST, body: { id: "p-1" } };
    expect(await outcomes(remove, { ...remove, key: "p-3" })).toEqual(["applied", "applied"]);
    expect((await pageOf(reader, page.next)).items).toContainEqual(
      expect.objectContaining({ kind: "progress", id: "p-1", deleted: true }),
    );
    expect((await pageOf(reader)).items.map(({ kind }) => kind)).toEqual(["book"]);
  });

  it("is stored with its key in a single batch", async () => {
    await shared();
    const one = progress();
    const seq = await seqOf(reader.userId);
    const answers = await Promise.all(Array.from({ length: 4 }, () => send(reader, one)));
    expect(
      answers
        .flat()
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(["applied", "replayed", "replayed", "replayed"]);
    expect(await seqOf(reader.userId)).toBe(seq + 1);
    const kept = env.DB.prepare("SELECT outcome FROM SyncKeys WHERE user_id = ?1 AND key = ?2");
    const outcome = await kept.bind(reader.userId, one.key).first<string>("outcome");
    expect(JSON.parse(outcome ?? "")).toMatchObject({ isbn: FIRST });
  });

  it("is not recorded again if another device has deleted it or removed its book", async () => {
    await shared();
    const [one, two] = [progress(), progress()];
    await send(reader, one, two);
    await reader.call("DELETE", `/books/${FIRST}/progress/${one.key}`);
    expect(await outcomes(one)).toEqual(["replayed"]);
    expect(await recorded()).toHaveLength(1);
    await reader.call("DELETE", `/books/${FIRST}`);
    expect(await outcomes(one, two)).toEqual(["replayed", "replayed"]);
  });

  it("of a book in the trash is not deleted silently, because it is restored with the book", async () => {
    await shared();
    const one = progress();
    await send(reader, one);
    await reader.call("DELETE", `/books/${FIRST}`);
    const remove = { op: "progress.delete", key: key(), isbn: FIRST, body: { id: one.key } };
    expect(await send(reader, remove)).toMatchObject([{ outcome: "conflict", deleted: true }]);
    await send(reader, { op: "restore", key: key(), isbn: FIRST });
    expect(await recorded()).toHaveLength(1);
    expect(await outcomes(remove, remove)).toEqual(["applied", "replayed"]);
    expect(await recorded()).toEqual([]);
  });

  it("recorded by an edit of the same request is no conflict for a later edit, but progress of another device is", async () => {
    const version = await shared();
    await send(reader, progress());
    await reader.call("PATCH", `/books/${FIRST}`, { notes: "theirs" });
    const results = await send(reader, progress({ at: ago(48) }), {
      op: "change",
      key: key(),
      isbn: FIRST,
      ifVersion: version,
      body: { notes: "mine" },
    });
    expect(results).toMatchObject([
      { outcome: "applied", unchanged: true },
      { outcome: "conflict", fields: ["notes"] },
    ]);
  });

  it("is refused with a reason for a wrong book, or two positions", async () => {
    await shared();
    const results = await send(
      reader,
      progress({ isbn: SECOND }),
      progress({ body: { minutes: 30, page: 3 } }),
    );
    expect(results.map(({ problem }) => problem?.code)).toEqual(["NOT_FOUND", "INVALID_REQUEST"]);
  });
});

describe("goals", () => {
  const goal = (books: number, more: object = {}) => ({
    op: "goal",
    key: key(),
    body: { year: 2026, books },
    ...more,
  });

  it("of one year conflict when both devices change it", async () => {
    await shared();
    const set = goal(20);
    expect(await outcomes(set, set, goal(20))).toEqual(["applied", "replayed", "applied"]);
    const item = (await pageOf(reader)).items.find(({ kind }) => kind === "goal");
    expect(item).toMatchObject({ year: 2026, goal: { books: 20 } });
    const ifVersion = item?.version ?? 0;
    const results = [
      ...(await send(reader, goal(30, { ifVersion }))),
      ...(await send(reader, goal(40, { ifVersion }))),
      ...(await send(
        reader,
        { op: "goal.delete", key: key(), ifVersion, body: { year: 2026 } },
        { op: "goal.delete", key: key(), body: { year: 2026 } },
      )),
    ];
    expect(results).toMatchObject([
      { outcome: "applied" },
      { outcome: "conflict", fields: ["goal"], currentGoal: { books: 30 } },
      { outcome: "conflict", fields: ["goal"], currentGoal: { books: 30 } },
      { outcome: "applied" },
    ]);
    expect((await pageOf(reader)).items.map(({ kind }) => kind)).toEqual(["book"]);
  });

  it("of a year without a goal are removed without a version", async () => {
    await shared();
    const remove = { op: "goal.delete", key: key(), body: { year: 2031 } };
    const outcome = { key: remove.key, unchanged: true };
    expect(await send(reader, remove)).toEqual([{ ...outcome, outcome: "applied" }]);
    expect(await send(reader, remove)).toEqual([{ ...outcome, outcome: "replayed" }]);
  });

  it("of one request build on each other", async () => {
    await shared();
    await send(reader, goal(20));
    const item = (await pageOf(reader)).items.find(({ kind }) => kind === "goal");
    const ifVersion = item?.version ?? 0;
    expect(await outcomes(goal(30, { ifVersion }), goal(40, { ifVersion }))).toEqual([
      "applied",
      "applied",
    ]);
    expect((await pageOf(reader)).items).toContainEqual(
      expect.objectContaining({ kind: "goal", goal: { books: 40 } }),
    );
  });
});

describe("the time zone", () => {
  const zone = (value: unknown, more: object = {}) => ({
    op: "setting",
    key: key(),
    body: { name: "timeZone", value },
    ...more,
  });
  const setting = async () =>
    (await pageOf(reader)).items.find(({ kind }) => kind === "setting") as
      | { version: number; value: string }
      | undefined;

  it("is set once, listed in the feed, and reset by null", async () => {
    await shared();
    const berlin = zone("Europe/Berlin", { ifVersion: 0 });
    expect(await outcomes(berlin, berlin, zone("Europe/Berlin"))).toEqual([
      "applied",
      "replayed",
      "applied",
    ]);
    expect(await setting()).toMatchObject({ value: "Europe/Berlin", version: 1 });
    expect(await outcomes(zone(null, { ifVersion: 1 }), berlin)).toEqual(["applied", "replayed"]);
    expect(await setting()).toMatchObject({ value: "UTC", version: 2 });
  });

  it("has no version when it is reset without having been set", async () => {
    await shared();
    expect(await send(reader, zone(null))).toEqual([
      { key: expect.any(String), outcome: "applied", unchanged: true },
    ]);
  });

  it("conflicts when both devices change it, even if neither had seen it", async () => {
    await shared();
    await send(reader, zone("Europe/Berlin", { ifVersion: 0 }));
    expect(await send(reader, zone("Asia/Tokyo", { ifVersion: 0 }))).toMatchObject([
      {
        outcome: "conflict",
        fields: ["timeZone"],
        currentVersion: 1,
        currentSetting: { name: "timeZone", value: "Europe/Berlin" },
      },
    ]);
    expect(await outcomes(zone("Asia/Tokyo", { ifVersion: 1 }))).toEqual(["applied"]);
  });

  it("is refused if the time zone does not exist, as is an unknown setting", async () => {
    await shared();
    const results = await send(reader, zone("Europe/Atlantis"), zone("+02:00"), zone(3), {
      op: "setting",
      key: key(),
      body: { name: "theme", value: "dark" },
    });
    expect(results.map(({ problem }) => problem?.code)).toEqual(
      Array.from({ length: 4 }, () => "INVALID_REQUEST"),
    );
    expect(await setting()).toBeUndefined();
  });
});
