import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { backfillKeys } from "../../src/library/storage/key-backfills.ts";
import { refreshShelves } from "../../src/library/storage/shelf-refresh.ts";
import { keepEntries } from "../../src/library/storage/shelf-upkeep.ts";
import { countedDb } from "../support/counted-db.ts";
import { imported, undone } from "../support/imports.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";

const DUNE = "Dune Chronicles";
/** Of the catalogue; the last one has no series. */
const BOOKS = [
  { title: "Heretics", series: [{ name: DUNE, position: "5" }] },
  { title: "Prequels", series: [{ name: DUNE, position: "0.5" }] },
  { title: "Chapterhouse", series: [{ name: DUNE, position: "10" }] },
  { title: "Mort", series: [{ name: "discworld", position: "4" }] },
  { title: "Ulysses", series: undefined },
].map((book, index) => ({ ...book, isbn: isbnOf(810 + index) }));
const IN_ORDER = ["Mort", "Prequels", "Heretics", "Chapterhouse"];

let reader: Reader;

async function titles(query: string): Promise<string[]> {
  return (await reader.list(query)).books.map(({ title }) => title);
}

const keysOf = async (): Promise<unknown[]> =>
  (await env.DB.prepare("SELECT sort_series FROM UserLibrary ORDER BY isbn").raw()).flat();

beforeEach(async () => {
  await env.DB.batch(
    ["UserLibrary", "ShelfRefreshes"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  );
  for (const { isbn, title, series } of BOOKS) {
    await inCatalogue({ isbn, title, ...(series ? { series } : {}) });
  }
  reader = await newReader();
  for (const { isbn } of BOOKS) await reader.add({ isbn });
});

describe("a shelf by series", () => {
  it("lists books by series and number, and those without a series last in both directions", async () => {
    expect(await titles("?sort=series")).toEqual([...IN_ORDER, "Ulysses"]);
    expect(await titles("?sort=-series")).toEqual([...IN_ORDER.toReversed(), "Ulysses"]);
    expect(await titles("?sort=series&status=none")).toEqual([]);
    expect(await titles("?sort=series&q=o")).toEqual(["Mort", "Chapterhouse"]);
  });

  it("starts at the beginning of a series", async () => {
    expect(await titles("?sort=series&from=DUNE")).toEqual([...IN_ORDER.slice(1), "Ulysses"]);
    expect(await titles("?sort=-series&from=disc")).toEqual(["Mort", "Ulysses"]);
    expect(await reader.list("?sort=series&from=dune&before=true")).toMatchObject({
      before: 1,
      total: 5,
    });
  });

  it("uses the user's series, even an empty list", async () => {
    const [heretics, , , mort, ulysses] = BOOKS.map(({ isbn }) => isbn);
    const own = async (isbn: string | undefined, ownSeries: object[] | null) => {
      expect((await reader.call("PATCH", `/books/${isbn}`, { ownSeries })).status).toBe(200);
    };
    await own(ulysses, [{ name: "dune chronicles", position: "7" }]);
    await own(mort, []);
    expect(await titles("?sort=series")).toEqual([
      "Prequels",
      "Heretics",
      "Ulysses",
      "Chapterhouse",
      "Mort",
    ]);
    await own(mort, null);
    await own(heretics, [{ name: "Aardvarks" }]);
    expect((await titles("?sort=series")).slice(0, 2)).toEqual(["Heretics", "Mort"]);
  });

  it("follows the catalogue after a refresh", async () => {
    const ulysses = { isbn: BOOKS[4]?.isbn ?? "", title: "Ulysses" };
    await inCatalogue({ ...ulysses, series: [{ name: "Dublin" }] });
    await refreshShelves(env.DB);
    expect((await titles("?sort=series"))[2]).toBe("Prequels");
    expect((await titles("?sort=series&from=dub"))[0]).toBe("Ulysses");
    await inCatalogue(ulysses);
    await refreshShelves(env.DB);
    expect((await titles("?sort=series")).at(-1)).toBe("Ulysses");
  });

  it("keeps its order through an import and its undo", async () => {
    const [, prequels] = BOOKS;
    const { jobId } = await imported({
      userId: reader.userId,
      rows: [{ isbn: prequels?.isbn ?? "", title: "Prequels", entry: { rating: 4 } }],
    });
    expect(await titles("?sort=series")).toEqual([...IN_ORDER, "Ulysses"]);
    await undone(reader.userId, jobId);
    expect(await titles("?sort=series")).toEqual([...IN_ORDER, "Ulysses"]);
  });
});

describe("entries of earlier releases", () => {
  beforeEach(async () => {
    await env.DB.batch([
      env.DB.prepare("UPDATE UserLibrary SET sort_series = NULL"),
      env.DB.prepare(
        "INSERT OR IGNORE INTO KeyBackfills (name, after_id) VALUES ('series and format', 0)",
      ),
    ]);
  });

  it("get their key in bounded steps, after which a run reads no row", async () => {
    // 1,100 entries of another user without a series come first.
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)
       INSERT INTO UserLibrary (id, user_id, isbn, sort_title) SELECT -i, 'other', 'local-' || i, 't' FROM n`,
    ).run();
    await env.DB.prepare("UPDATE KeyBackfills SET after_id = -2000").run();
    expect(await backfillKeys(env.DB)).toBe(0);
    expect(await backfillKeys(env.DB)).toBe(4);
    await refreshShelves(env.DB);
    expect(await titles("?sort=series")).toEqual([...IN_ORDER, "Ulysses"]);
    expect(await backfillKeys(env.DB)).toBe(0);
    const counted = countedDb(env.DB);
    expect(await backfillKeys(counted.db)).toBe(0);
    expect(counted.take()).toEqual({ read: 0, written: 0 });
  });

  it("get it when release 0.1.0 has written them after that", async () => {
    while ((await backfillKeys(env.DB)) > 0) await refreshShelves(env.DB);
    expect((await keysOf()).filter((key) => key === null)).toHaveLength(1);
    // Written without a key by a release that increments only the version.
    await env.DB.prepare(
      "UPDATE UserLibrary SET sort_series = NULL, rating = 5, version = version + 1",
    ).run();
    await keepEntries(env.DB);
    await refreshShelves(env.DB);
    expect(await titles("?sort=series")).toEqual([...IN_ORDER, "Ulysses"]);
  });

  it("keep a key set by a write of the user in the meantime", async () => {
    const { isbn } = BOOKS[3] ?? { isbn: "" };
    await reader.call("PATCH", `/books/${isbn}`, { rating: 5 });
    expect(await titles("?sort=series&from=disc&limit=1")).toEqual(["Mort"]);
    expect(await backfillKeys(env.DB)).toBe(3);
    await reader.call("PATCH", `/books/${isbn}`, { ownSeries: [{ name: "Own" }] });
    await refreshShelves(env.DB);
    expect((await titles("?sort=series")).indexOf("Mort")).toBe(3);
  });
});
