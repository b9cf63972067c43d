import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import type { LoadedBook } from "../../contract/local-catalogue.ts";
import {
  loadBatches,
  loadIdOf,
  type LoadBatch,
  type LoadOptions,
} from "../../scripts/catalogue/batches.ts";
import { sideRecords } from "../../scripts/catalogue/side-records.ts";

const folder = mkdtempSync(join(tmpdir(), "bookstrack-dump-test-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const line = (type: string, key: string, record: object): string =>
  [`/type/${type}`, key, "3", "2020-05-04T03:02:01.5", JSON.stringify({ key, ...record })].join(
    "\t",
  );

function file(name: string, ...lines: readonly string[]): string {
  const path = join(folder, name);
  const text = `${lines.join("\n")}\n`;
  writeFileSync(path, name.endsWith(".gz") ? gzipSync(text) : text);
  return path;
}

const editions = file(
  "editions.txt.gz",
  line("edition", "/books/OL1M", {
    title: "Dune (Dune Chronicles, #1)",
    isbn_13: ["9780441172719"],
    authors: [{ key: "/authors/OL1A" }],
    works: [{ key: "/works/OL1W" }],
    languages: [{ key: "/languages/eng" }],
    physical_format: "Paperback",
    publish_date: "1990",
  }),
  line("edition", "/books/OL2M", { title: "No ISBN" }),
  line("edition", "/books/OL3M", {
    title: "Der\u2028Wüstenplanet",
    isbn_10: ["3453317173"],
    works: [{ key: "/works/OL1W" }],
    languages: [{ key: "/languages/ger" }],
  }),
  "/type/edition\tbroken",
  line("work", "/works/OL9W", { title: "In the wrong file" }),
);
const works = file(
  "works.txt",
  line("work", "/works/OL1W", {
    title: "Dune",
    first_publish_date: "1965",
    description: { value: "Sand." },
    authors: [{ author: { key: "/authors/OL1A" } }],
  }),
);
const authors = file("authors.txt.gz", line("author", "/authors/OL1A", { name: "Frank Herbert" }));

async function batchesOf(options: LoadOptions): Promise<LoadBatch[]> {
  const side = await sideRecords(options, () => undefined);
  const batches: LoadBatch[] = [];
  for await (const batch of loadBatches(options, side)) batches.push(batch);
  side.close();
  return batches;
}

const booksOf = (batches: readonly LoadBatch[]): LoadedBook[] =>
  batches.flatMap(({ body }) =>
    body
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text) as LoadedBook),
  );

describe("the batches of a load", () => {
  it("have the editions with an ISBN, completed by their works and authors", async () => {
    const [dune, german, ...others] = booksOf(await batchesOf({ editions, works, authors }));
    expect(others).toEqual([]);
    expect(dune).toMatchObject({
      isbn: "9780441172719",
      title: "Dune",
      series: [{ name: "Dune Chronicles", position: "1" }],
      authors: ["Frank Herbert"],
      workId: "OL1W",
      firstPublicationYear: 1965,
      description: "Sand.",
      binding: "Paperback",
      language: "en",
      at: "2020-05-04T03:02:01.500Z",
    });
    expect(german).toMatchObject({ isbn: "9783453317178", authors: ["Frank Herbert"] });
  });

  it("are limited by language and by number", async () => {
    const german = await batchesOf({ editions, languages: ["de"] });
    expect(booksOf(german).map(({ isbn }) => isbn)).toEqual(["9783453317178"]);
    const one = await batchesOf({ editions, limit: 1 });
    expect(one).toMatchObject([{ number: 0, isLast: true, books: 1 }]);
    expect(await batchesOf({ editions, languages: ["fr"] })).toEqual([]);
  });

  it("are the same each time, and the last one is marked", async () => {
    const many = file(
      "many.txt.gz",
      ...Array.from({ length: 1201 }, (_, number) =>
        line("edition", `/books/OL${number}M`, {
          title: `T ${number}`,
          isbn_13: ["9780441172719"],
        }),
      ),
    );
    const batches = await batchesOf({ editions: many });
    expect(batches.map(({ number, books, isLast }) => [number, books, isLast])).toEqual([
      [0, 500, false],
      [1, 500, false],
      [2, 201, true],
    ]);
    expect(await batchesOf({ editions: many })).toEqual(batches);
  });

  it("belong to a load identified by its files and options", () => {
    const id = loadIdOf({ editions });
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(loadIdOf({ editions })).toBe(id);
    const others = [
      { editions, authors },
      { editions, limit: 5 },
      { editions, languages: ["de"] },
      { editions: works },
    ].map(loadIdOf);
    expect(new Set([id, ...others]).size).toBe(5);
    expect(loadIdOf({ editions, languages: ["de", "en"] })).toBe(
      loadIdOf({ editions, languages: ["en", "de"] }),
    );
  });
});
