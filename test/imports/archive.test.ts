import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { archiveOf, comparable, deedsOn, imports, linesOf } from "../support/archives.ts";
import { inCatalogue, isbnOf, newReader } from "../support/library.ts";
import { runs } from "../support/properties.ts";

const ISBNS = [0, 1, 2, 3, 4, 5].map((number) => isbnOf(9100 + number));

/** The other books are not in the catalogue. */
async function fillCatalogue(): Promise<void> {
  for (const isbn of ISBNS.slice(0, 3))
    await inCatalogue({ isbn, title: `Known ${isbn}`, pageCount: 90 });
}
beforeAll(fillCatalogue);

const forget = (isbns: readonly string[]) =>
  env.DB.prepare("DELETE FROM Books WHERE isbn IN (SELECT value FROM json_each(?1))")
    .bind(JSON.stringify(isbns))
    .run();

describe("the archive of an account", () => {
  it("makes another account equal, and changes neither account when imported again", async () => {
    const deeds = fc.array(deedsOn(ISBNS), { minLength: 1, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(deeds, fc.boolean(), async (done, isElsewhere) => {
        const [one, other] = [await newReader(), await newReader()];
        await one.add({ isbn: ISBNS[5] ?? "", title: "First" });
        for (const deed of done) await deed(one);
        const archive = await archiveOf(one);
        // The catalogue of the other instance does not have the books yet.
        if (isElsewhere) await forget(ISBNS);
        const { outcomes, format } = await imports(other, archive);
        if (isElsewhere) await fillCatalogue();
        expect(format).toBe("bookstrack-archive");
        expect(outcomes).toMatchObject({ invalid: 0, updated: 0, unchanged: 0 });
        const copy = await archiveOf(other);
        expect(comparable(copy)).toEqual(comparable(archive));
        for (const { reader, before } of [
          { reader: one, before: archive },
          { reader: other, before: copy },
        ]) {
          const again = await imports(reader, archive);
          expect(again.outcomes).toMatchObject({ created: 0, updated: 0, invalid: 0 });
          expect(comparable(await archiveOf(reader))).toEqual(comparable(before));
        }
      }),
      { numRuns: runs(20) },
    );
  });

  it("makes an equal account on an instance without the books in its catalogue", async () => {
    const [one, other] = [await newReader(), await newReader()];
    const [shelved = "", trashed = "", own = "", described = ""] = [0, 1, 2, 3].map((number) =>
      isbnOf(9110 + number),
    );
    const books = [shelved, trashed].map((isbn) => ({
      isbn,
      title: `Known ${isbn}`,
      pageCount: 90,
    }));
    for (const book of books) await inCatalogue(book);
    for (const { isbn } of books) await one.add({ isbn, status: "reading" });
    await one.call("DELETE", `/books/${trashed}`);
    await one.add({ isbn: own, title: "Mine" });
    await one.add({ isbn: described, title: "Mine", authors: ["Ida"] });
    await inCatalogue({ isbn: described, title: "Theirs" });
    const archive = await archiveOf(one);
    await forget([shelved, trashed, described]);

    await imports(other, archive);
    const withoutBooks = comparable(archive).map((line) => {
      const { book: _book, ...others } = line as { isbn?: string; book?: object };
      return others.isbn === described ? others : line;
    });
    expect(comparable(await archiveOf(other))).toEqual(withoutBooks);
    const again = await imports(other, archive);
    expect(again.outcomes).toMatchObject({ created: 0, updated: 0, invalid: 0 });
    const { books: list } = await other.list("?sort=title");
    expect(list.map(({ title, confirmed }) => [title, confirmed])).toEqual([
      [`Known ${shelved}`, false],
      ["Mine", false],
      ["Mine", false],
    ]);
    expect(JSON.stringify(list)).not.toContain("isCopy");
    const trash = await (await other.call("GET", "/trash")).text();
    expect(trash).toContain(`Known ${trashed}`);
    expect(trash).not.toContain("isCopy");

    // Later, the catalogue of the other instance has the books.
    for (const book of books) await inCatalogue(book);
    await inCatalogue({ isbn: described, title: "Theirs" });
    expect(comparable(await archiveOf(other))).toEqual(comparable(archive));
    expect((await other.call("POST", `/trash/${trashed}/restore`)).status).toBe(200);
    const lines = linesOf(await (await other.call("GET", "/export?format=ndjson")).text());
    expect(lines.map(({ isbn, own: words }) => [isbn, words])).toEqual(
      expect.arrayContaining([
        [shelved, undefined],
        [trashed, undefined],
        [described, { title: "Mine", authors: ["Ida"] }],
      ]),
    );
  });

  it("yields to what the user writes about a book that the catalogue lacks", async () => {
    const [one, other] = [await newReader(), await newReader()];
    const isbn = isbnOf(9120);
    await inCatalogue({ isbn, title: "Known", pageCount: 90 });
    await one.add({ isbn });
    const archive = await archiveOf(one);
    await forget([isbn]);
    await imports(other, archive);
    const entry = async () =>
      linesOf(await archiveOf(other)).find(({ type }) => type === "entry") ?? { type: "" };
    expect(await entry()).toMatchObject({ book: { title: "Known", pageCount: 90 } });
    expect(await entry()).not.toHaveProperty("own");
    expect((await other.call("PATCH", `/books/${isbn}`, { title: "Mine" })).status).toBe(200);
    const changed = await entry();
    expect(changed).toMatchObject({ own: { title: "Mine", pageCount: 90 } });
    expect(changed).not.toHaveProperty("book");
    await imports(other, archive, "?enrich=false&mode=overwrite");
    expect((await entry())["own"]).toEqual(changed["own"]);
  });

  it("starts with its version and ends with the number of its lines", async () => {
    const reader = await newReader();
    await reader.add({ isbn: ISBNS[0] ?? "" });
    const lines = linesOf(await archiveOf(reader));
    expect(lines[0]).toMatchObject({ type: "archive", format: "bookstrack-archive", version: 1 });
    expect(lines.at(-1)).toEqual({ type: "end", lines: lines.length - 2 });
  });
});
