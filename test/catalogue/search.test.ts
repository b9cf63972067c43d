import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { readSearchText, type SearchQuery } from "../../src/catalogue/domain/search/text.ts";
import { d1BookStore } from "../../src/catalogue/storage/books.ts";
import { d1BookSearch } from "../../src/catalogue/storage/search.ts";
import { searchBooksOfOthers } from "../../src/catalogue/storage/search-upkeep.ts";
import { aBook } from "../support/books.ts";
import { emptyCatalogue, fillCatalogue as fill } from "../support/catalogue.ts";
import { memoryLog } from "../support/fakes.ts";
import { runs } from "../support/properties.ts";

const log = memoryLog();
const search = d1BookSearch(env.DB, log);
const books = d1BookStore(env.DB, log);

function text(typed: string) {
  const read = readSearchText(typed);
  if (!read.ok) throw new Error(read.message);
  return read.text;
}

const anywhere = (typed: string): SearchQuery => ({ kind: "anywhere", words: text(typed) });

async function titles(query: SearchQuery | string, limit = 50): Promise<string[]> {
  const reading = await search.search(typeof query === "string" ? anywhere(query) : query, {
    limit,
  });
  if (reading.kind === "failed") throw new Error("The search failed.");
  return reading.books.map(({ title }) => title);
}

/** Code points of titles: many scripts, punctuation, emoji. */
const TITLE_LETTERS = [
  [0x20, 0x7e],
  [0xa0, 0x24f],
  [0x370, 0x45f],
  [0x591, 0x5f2],
  [0x610, 0x6ff],
  [0x901, 0x963],
  [0xe01, 0xe5b],
  [0x1e00, 0x1fbc],
  [0x2010, 0x2bff],
  [0x3001, 0x30ff],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  [0xff01, 0xff9f],
  [0x1f300, 0x1faff],
  [0x20000, 0x2a6df],
] as const;

/** The complete state of the index. */
async function indexState(): Promise<unknown> {
  const { results } = await env.DB.prepare(
    "SELECT id, hex(block) AS block FROM BookSearch_data",
  ).all();
  return results;
}

beforeEach(emptyCatalogue);

describe("search results", () => {
  it.each([
    ["hobb", "The Hobbit"],
    ["the hob", "The Hobbit"],
    ["HOBBIT", "The Hobbit"],
    ["hobbit tolkien", "The Hobbit"],
    ["tolkien hobbit", "The Hobbit"],
    ["jrr tolkien", "The Hobbit"],
    ["J. R. R. Tolkien", "The Hobbit"],
    ["there and back again", "The Hobbit"],
    ["enders game", "Ender's Game"],
    ["ender’s game", "Ender's Game"],
    ["ender game", "Ender's Game"],
    ["spiderman", "Spiderman: Blue"],
    ["spider-man", "Spiderman: Blue"],
    ["Garcia Marquez", "Cien años de soledad"],
    ["cien anos", "Cien años de soledad"],
    ["CIEN AN\u0303OS", "Cien años de soledad"],
    ["zolty", "Żółty słoń"],
    ["Żółty SŁOŃ", "Żółty słoń"],
    ["forgeted smorrebrod", "Forgeted: smørrebrød"],
    ["strasse", "Die Straße"],
    ["STRAẞE", "Die Straße"],
    ["oeuvre", "L'Œuvre"],
    ["letat", "L'Œuvre"],
    ["l'oeuvre", "L'Œuvre"],
    ["елка", "Ёлка"],
    ["οδυσσεια", "Οδύσσεια"],
    ["ΟΔΎΣΣΕΙΑ", "Οδύσσεια"],
    ["كتاب الاسرار", "كِتَابُ الأَسْرَارِ"],
    ["三体", "三体问题"],
    ["体问", "三体问题"],
    ["刘慈欣 三体", "三体问题"],
    ["の森", "ノルウェイの森"],
    ["ノルウェイ", "ノルウェイの森"],
    ["오렌지나무", "나의 라임 오렌지 나무"],
    ["หนังสือ", "ที่หนังสือ"],
    ["हिन्दी", "हिन्दी की किताब"],
    ["1984", "1984"],
    ["198", "1984"],
    ["iq84", "ＩＱ８４"],
    ["𠀋", "𠀋字"],
    ["smile memoir", "Smile🥲: \u2066a memoir\u2069"],
    ["smile🥲 A", "Smile🥲: \u2066a memoir\u2069"],
    ["1 thing", "1\ufe0f\u20e3 Thing"],
    ["辻の", "辻\u{e0100}の本"],
  ])("%j finds %j", async (typed, title) => {
    await fill(
      { title: "The Hobbit", subtitle: "There and Back Again", authors: ["J.R.R. Tolkien"] },
      { title: "Ender's Game", authors: ["Orson Scott Card"] },
      { title: "Spiderman: Blue" },
      { title: "Cien años de soledad", authors: ["Gabriel García Márquez"] },
      { title: "Żółty słoń" },
      { title: "Forgeted: smørrebrød" },
      { title: "Die Straße" },
      { title: "L'Œuvre", authors: ["Jean Letat"] },
      { title: "Ёлка" },
      { title: "Οδύσσεια" },
      { title: "كِتَابُ الأَسْرَارِ" },
      { title: "三体问题", authors: ["刘慈欣"] },
      { title: "ノルウェイの森" },
      { title: "나의 라임 오렌지 나무" },
      { title: "ที่หนังสือ" },
      { title: "हिन्दी की किताब" },
      { title: "1984" },
      { title: "ＩＱ８４" },
      { title: "𠀋字" },
      { title: "C++ Primer" },
      { title: "Smile🥲: \u2066a memoir\u2069" },
      { title: "1\ufe0f\u20e3 Thing" },
      { title: "辻\u{e0100}の本" },
    );
    expect(await titles(typed)).toEqual([title]);
  });

  it.each(["hobbits", "tolkien rowling", "体三", "हन", "obbit"])(
    "%j finds nothing",
    async (typed) => {
      await fill(
        { title: "The Hobbit", authors: ["J.R.R. Tolkien"] },
        { title: "三体" },
        { title: "हिन्दी" },
      );
      expect(await titles(typed)).toEqual([]);
    },
  );

  it.each([
    ["pride & prejudice", "Pride and Prejudice"],
    ["pride prejudice", "Pride and Prejudice"],
    ["salt and silver", "Salt & Silver"],
    ["SALT&SILVER", "Salt & Silver"],
    ["krieg und ufer", "Krieg & Ufer"],
    ["dont look", "Don’t Look"],
    ["don't look", "Don’t Look"],
    ["don t look", "Don’t Look"],
    ["flannery oconnor", "Wise Blood"],
    ["O’Connor", "Wise Blood"],
    ["connor blood", "Wise Blood"],
    ["catch22", "Catch-22"],
    ["catch 22", "Catch-22"],
    ["area 51", "Area51"],
    ["spiderman", "Spider-Man"],
    ["spider man", "Spider-Man"],
    ["abc murders", "The A.B.C. Murders"],
    ["a b c murders", "The A.B.C. Murders"],
    ["mueller", "Die Müllerin"],
    ["müllerin", "Die Müllerin"],
    ["muller", "Die Müllerin"],
    ["größe", "Groesse"],
    ["groesse", "Groesse"],
    ["ノルウェイの森", "のるうぇいの森"],
    ["ﾊﾘｰ", "ハリー"],
    ["はりー", "ハリー"],
    ["ガンダム", "ｶﾞﾝﾀﾞﾑ"],
    ["图书馆", "圖書館"],
    ["臺灣", "台湾"],
    ["Ａｒｅａ５１", "Area51"],
    ["hobbit", "Hobbit, The"],
  ])("takes %j for %j", async (typed, title) => {
    await fill(
      { title: "Pride and Prejudice" },
      { title: "Salt & Silver" },
      { title: "Krieg & Ufer" },
      { title: "Don’t Look" },
      { title: "Wise Blood", authors: ["Flannery O'Connor"] },
      { title: "Catch-22" },
      { title: "Area51" },
      { title: "Spider-Man" },
      { title: "The A.B.C. Murders" },
      { title: "Die Müllerin" },
      { title: "Groesse" },
      { title: "のるうぇいの森" },
      { title: "ハリー" },
      { title: "ｶﾞﾝﾀﾞﾑ" },
      { title: "圖書館" },
      { title: "台湾" },
      { title: "Hobbit, The" },
    );
    expect(await titles(typed)).toEqual([title]);
  });

  describe("with an error, when few books match", () => {
    const near = async (typed: string): Promise<string[]> => {
      const reading = await search.search(anywhere(typed), { limit: 5, near: true });
      if (reading.kind === "failed") throw new Error("The search failed.");
      expect(reading.exact).toBeLessThanOrEqual(reading.books.length);
      return reading.books.map(({ title }) => title);
    };

    it.each([
      ["the hobit", "a letter left out"],
      ["the hobbbit", "a letter typed twice"],
      ["the hobbut", "another letter"],
      ["the hobbti", "two letters swapped"],
      ["the hbobit", "two letters swapped in the first half"],
      ["hobbits", "another ending"],
      ["obbit", "the first letter left out"],
      ["thehobbit tolkein", "a space left out, and two letters swapped"],
      ["hobbit zzzz", "a word that no book has"],
      ["hobbit tolkien zzzz", "a word that no book has, and an author"],
      ["hobbit rowling", "an author who did not write it"],
    ])("%j finds The Hobbit: %s", async (typed) => {
      await fill(
        { title: "The Hobbit", authors: ["J.R.R. Tolkien"] },
        { title: "Rabbits", authors: ["Ann Other"] },
      );
      expect((await near(typed))[0]).toBe("The Hobbit");
    });

    it("prefers a corrected word to a missing one, and words as typed to both", async () => {
      await fill({ title: "Silent River" }, { title: "Silent Riven" }, { title: "Silent Road" });
      expect(await near("silent rivre")).toEqual(["Silent River"]);
      expect((await near("silent river"))[0]).toBe("Silent River");
    });

    it("adds similar books to one match of two words, not to one of three", async () => {
      await fill(
        { title: "Deep Silent River", authors: ["Ann Other"] },
        { title: "Deep Silent Riven", authors: ["Ann Other"] },
      );
      expect(await near("silent river")).toEqual(["Deep Silent River", "Deep Silent Riven"]);
      expect(await near("other silent river")).toEqual(["Deep Silent River"]);
      expect(await near("other silnet river")).toEqual(["Deep Silent River"]);
    });

    it("looks beyond the neighbours that start like a misspelled word", async () => {
      await fill(
        { title: "The Book Thief" },
        { title: "Their Lives" },
        { title: "The Book of Tea" },
        { title: "The Count of Monte Cristo" },
        { title: "Christy in Rome" },
      );
      expect(await near("the book theif")).toEqual(["The Book Thief"]);
      expect(await near("monte christo")).toEqual(["The Count of Monte Cristo"]);
    });

    it("joins words that were typed apart", async () => {
      await fill({ title: "The Hitchhiker's Guide" }, { title: "A Hitch" }, { title: "Hikers" });
      expect((await near("hitch hikers"))[0]).toBe("The Hitchhiker's Guide");
      expect(await near("hitch hikers guide")).toEqual(["The Hitchhiker's Guide"]);
      expect((await near("hitch hiker guide"))[0]).toBe("The Hitchhiker's Guide");
    });

    it("finds nothing when two of two words are wrong", async () => {
      await fill({ title: "Silent River" });
      expect(await near("zzzz yyyy")).toEqual([]);
    });
  });

  it("searches title and author separately if requested", async () => {
    await fill(
      { title: "Orwell", authors: ["Raymond Williams"] },
      { title: "1984", authors: ["George Orwell"] },
      { title: "A Life", subtitle: "of Orwell", authors: ["D. J. Taylor"] },
    );
    expect(await titles({ kind: "fields", author: text("orwell") })).toEqual(["1984"]);
    expect(await titles({ kind: "fields", title: text("orwell") })).toEqual(["Orwell", "A Life"]);
    expect(await titles({ kind: "fields", title: text("19"), author: text("george orw") })).toEqual(
      ["1984"],
    );
    expect(await titles({ kind: "fields", title: text("1984"), author: text("williams") })).toEqual(
      [],
    );
  });

  it("indexes the names of authors, not their JSON", async () => {
    await fill({ title: "Two", authors: ['Ann "Nan" O\'Neill', "Bo"] });
    expect(await titles({ kind: "fields", author: text("o'neill bo") })).toEqual(["Two"]);
    await env.DB.prepare(
      `INSERT INTO Books (isbn, title, authors, canonical_metadata) VALUES ('9780000000009', 'Odd', 'Not JSON', 'nor this')`,
    ).run();
    await searchBooksOfOthers(env.DB);
    expect(await titles({ kind: "fields", author: text("not json") })).toEqual(["Odd"]);
  });

  it("omits a row whose key is not an ISBN-13", async () => {
    await fill({ isbn: "978000000000X", title: "Odd" }, { isbn: "12", title: "Odd" });
    await env.DB.prepare("UPDATE Books SET searched_version = 0").run();
    expect(await searchBooksOfOthers(env.DB)).toBe(2);
    expect(await titles("odd")).toEqual([]);
    expect(await searchBooksOfOthers(env.DB)).toBe(0);
  });
});

describe("the order", () => {
  it("ranks exact titles first, then titles, then subtitles and authors", async () => {
    await fill(
      { title: "Pale Fire", authors: ["Dune Herbert"] },
      { title: "Sands of Dune" },
      { title: "Pale Air", subtitle: "A Dune story" },
      { title: "Dune (Dune Chronicles, #1)" },
      { title: "Dunes" },
      { title: "Dune" },
      { title: "Dune: The Graphic Novel" },
    );
    const found = await titles("dune");
    expect(found[0]).toBe("Dune");
    expect(found.slice(1, 3).sort()).toEqual([
      "Dune (Dune Chronicles, #1)",
      "Dune: The Graphic Novel",
    ]);
    expect(found.slice(3)).toEqual(["Dunes", "Sands of Dune", "Pale Fire", "Pale Air"]);
  });

  it("ranks an exact title first among thousands with the same words", async () => {
    await fill(
      ...Array.from({ length: 3000 }, (_, index) => ({ title: `It and It again ${index}` })),
      { title: "It" },
    );
    expect((await titles("it", 1))[0]).toBe("It");
  });

  it("ranks a single-letter title before titles with that prefix", async () => {
    await fill({ title: "Cats" }, { title: "C++ Primer" }, { title: "Vitamin C" }, { title: "C" });
    expect((await titles("c")).slice(0, 1)).toEqual(["C"]);
    expect(await titles("vitamin c")).toEqual(["Vitamin C"]);
  });

  it("finds an exact title that is typed without spaces", async () => {
    await fill({ title: "三体问题" }, { title: "三体" }, { title: "三体三体" });
    expect((await titles("三体"))[0]).toBe("三体");
  });
});

describe("the order of equal matches", () => {
  const withPopularity = async (popularity: Readonly<Record<string, number>>): Promise<void> => {
    await fill(...Object.keys(popularity).map((title) => ({ title })));
    for (const [title, users] of Object.entries(popularity)) {
      await env.DB.prepare("UPDATE Books SET popularity = ?2 WHERE title = ?1")
        .bind(title, users)
        .run();
    }
  };

  it("is by popularity, which does not outweigh a better match", async () => {
    await withPopularity({ "Silent River Song": 5, "Silent River Road": 900, "Silent River": 1 });
    expect(await titles("silent river")).toEqual([
      "Silent River",
      "Silent River Road",
      "Silent River Song",
    ]);
  });

  it("has an author's books before books about them", async () => {
    await fill(
      { title: "Jane Austen", authors: ["Carol Shields"] },
      { title: "Jane Austen: A Life", authors: ["Claire Tomalin"] },
      { title: "Persuasion", authors: ["Jane Austen"] },
      { title: "Emma", authors: ["Austen, Jane"] },
    );
    for (const typed of ["jane austen", "Austen, Jane", "JANE AUSTEN"]) {
      expect((await titles(typed)).slice(0, 2).sort()).toEqual(["Emma", "Persuasion"]);
    }
  });

  it("puts a book first by its series and number, and by title and author in any order", async () => {
    await fill(
      { title: "Sands (Dune Rim, #2)", authors: ["Ann Lee"] },
      { title: "Rims (Dune Rim, #1)", authors: ["Ann Lee"] },
      { title: "Dune Rim 2 in Pictures", authors: ["Bo Ek"] },
      { title: "Ann Lee and the Sands", authors: ["Cy Fox"] },
      { title: "Other", authors: ["Ann Lee"], series: [{ name: "Dune Rim", position: "3" }] },
    );
    for (const typed of [
      "dune rim 2",
      "Dune Rim #2",
      "dune rim book 2",
      "sands ann lee",
      "Lee, Ann sands",
    ]) {
      expect((await titles(typed))[0]).toBe("Sands (Dune Rim, #2)");
    }
    expect((await titles("dune rim 3"))[0]).toBe("Other");
  });
});

describe("pages", () => {
  it("contain each of the first 200 books once, in a stable order, and then end", async () => {
    await fill(
      ...Array.from({ length: 260 }, (_, index) => ({ title: `Same ${"x ".repeat(index % 7)}` })),
    );
    const seen: string[] = [];
    let after: { isbn13: string; position: number } | undefined;
    let more = true;
    while (more) {
      const reading = await search.search(anywhere("same"), { limit: 33, after });
      if (reading.kind === "failed") throw new Error("The search failed.");
      seen.push(...reading.books.map(({ isbn }) => isbn));
      after = { isbn13: seen.at(-1) ?? "", position: reading.position };
      expect(reading.position).toBe(seen.length);
      more = reading.more;
    }
    expect(seen).toHaveLength(200);
    expect(new Set(seen).size).toBe(200);
  });

  it("continue after the last book when others have been inserted before it", async () => {
    await fill(...Array.from({ length: 10 }, (_, index) => ({ title: `Same ${index}` })));
    const first = await search.search(anywhere("same"), { limit: 4 });
    if (first.kind === "failed") throw new Error("The search failed.");
    const last = first.books.at(-1)?.isbn ?? "";
    await env.DB.prepare(
      "UPDATE Books SET title = 'Same', version = version + 1 WHERE isbn = '9780000000009'",
    ).run();
    await searchBooksOfOthers(env.DB);
    const next = await search.search(anywhere("same"), {
      limit: 4,
      after: { isbn13: last, position: 4 },
    });
    expect(next).toMatchObject({ position: 9 });
    await env.DB.batch(
      ["Books", "BookSearch"].map((table) =>
        env.DB.prepare(`DELETE FROM ${table} WHERE isbn = ?1`).bind(last),
      ),
    );
    const without = await search.search(anywhere("same"), {
      limit: 4,
      after: { isbn13: last, position: 4 },
    });
    expect(without).toMatchObject({ position: 8 });
  });
});

describe("any input", () => {
  it("is a valid query for D1", async () => {
    await fill({ title: "NEAR the AND of OR", authors: ["NOT"] });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 60 }),
          fc.string({ unit: "grapheme", maxLength: 60 }),
          fc
            .array(
              fc.constantFrom(
                '"',
                "*",
                "NEAR(",
                "AND",
                "OR",
                "NOT",
                "^",
                ":",
                "a",
                "三",
                " ",
                "{",
                "-",
                "'",
              ),
              {
                maxLength: 20,
              },
            )
            .map((parts) => parts.join("")),
        ),
        async (typed) => {
          const read = readSearchText(typed);
          if (!read.ok) return;
          const fields = { kind: "fields" as const, title: read.text, author: read.text };
          for (const query of [anywhere(typed), fields]) {
            const reading = await search.search(query, { limit: 1 });
            expect(reading.kind).toBe("page");
          }
        },
      ),
      { numRuns: runs(40) },
    );
  });

  it("finds titles with symbols that the index treats as letters", async () => {
    const all = ["\u218a\u00b9, five", "a \u2427b", "c \u218b d"];
    await fill(...all.map((title) => ({ title })));
    for (const title of all) expect(await titles(title)).toContain(title);
  });

  it("finds a title by its own text", async () => {
    const letters = TITLE_LETTERS.map(([from, to]) => ({
      num: to - from + 1,
      build: (offset: number) => String.fromCodePoint(from + offset),
    }));
    const title = fc.string({ unit: fc.mapToConstant(...letters), minLength: 1, maxLength: 40 });
    const composed = new Set(fc.sample(title, runs(40)).map((typed) => typed.normalize("NFC")));
    // Unicode and SQLite disagree about unassigned code points.
    const searchable = [...composed].filter(
      (typed) => readSearchText(typed).ok && !/\p{Cn}/u.test(typed),
    );
    await fill(...searchable.map((title) => ({ title })));
    const lost: string[] = [];
    for (const title of searchable) if (!(await titles(title)).includes(title)) lost.push(title);
    expect(lost).toEqual([]);
  });
});

describe("the index", () => {
  const record = { book: aBook(), fetchedAt: 1000, freshUntil: 2000 };

  it("follows guarded saves", async () => {
    await books.save(record, undefined);
    expect(await titles("dune herbert")).toEqual(["Dune"]);
    await books.save({ ...record, book: aBook({ title: "Arrakis" }) }, 1);
    expect(await titles("dune")).toEqual([]);
    expect(await titles("arrakis")).toEqual(["Arrakis"]);
    await books.save({ ...record, book: aBook({ subtitle: "Desert planet" }) }, 2);
    expect(await titles("dune desert planet")).toEqual(["Dune"]);
    await books.save({ ...record, book: aBook({ authors: ["F. Herbert"] }) }, 3);
    expect(await titles("frank")).toEqual([]);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM BookSearch").first("n")).toBe(1);
  });

  it("shows no deleted book, whether or not its text was deleted", async () => {
    await fill({ title: "Dune" }, { title: "Dune Messiah" });
    await env.DB.prepare("DELETE FROM Books WHERE title = 'Dune'").run();
    expect(await titles("dune")).toEqual(["Dune Messiah"]);
    await emptyCatalogue();
    expect(await titles("dune")).toEqual([]);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM BookSearch").first("n")).toBe(0);
  });

  it("is not written when no indexed value has changed, or nothing was saved", async () => {
    await books.save(record, undefined);
    const before = await indexState();
    expect(await books.save({ ...record, book: aBook({ pageCount: 1 }) }, 1)).toBe("saved");
    expect(await books.save({ ...record, book: aBook({ title: "Late" }) }, 1)).toBe("conflict");
    expect(await books.save({ ...record, book: aBook({ title: "Late" }) }, undefined)).toBe(
      "conflict",
    );
    await env.DB.prepare("UPDATE Books SET fresh_until = 5, searched_version = 0").run();
    expect(await searchBooksOfOthers(env.DB)).toBe(1);
    expect(await indexState()).toEqual(before);
    expect(await books.save({ ...record, book: aBook({ title: "Other" }) }, 2)).toBe("saved");
    expect(await indexState()).not.toEqual(before);
  });

  it("follows a book when its key is corrected by hand", async () => {
    await books.save(record, undefined);
    await env.DB.prepare("UPDATE Books SET isbn = '9780306406157', searched_version = 0").run();
    await env.DB.prepare("DELETE FROM BookSearch WHERE isbn = '9780441172719'").run();
    await searchBooksOfOthers(env.DB);
    expect(await titles("dune")).toEqual(["Dune"]);
    expect(await env.DB.prepare("SELECT rowid AS id FROM BookSearch").all()).toMatchObject({
      results: [{ id: 9_780_306_406_157 }],
    });
  });

  it("is consistent with its content, as FTS5's integrity check confirms", async () => {
    await fill({ title: "Żółw" }, { title: "三体" }, { title: "Dune" });
    await env.DB.prepare(
      "UPDATE Books SET title = 'x', version = version + 1 WHERE title = 'Dune'",
    ).run();
    await searchBooksOfOthers(env.DB);
    await env.DB.prepare("DELETE FROM BookSearch WHERE rowid = 9780000000001").run();
    await env.DB.prepare(
      "INSERT INTO BookSearch(BookSearch, rank) VALUES('integrity-check', 0)",
    ).run();
  });
});

describe("a database that fails", () => {
  it("is reported as failed, and the reason is logged", async () => {
    const failing = memoryLog();
    const statement = {
      bind: () => statement,
      all: () => Promise.reject(new Error("unavailable")),
    };
    const broken = d1BookSearch({ prepare: () => statement } as unknown as D1Database, failing);
    expect(await broken.search(anywhere("dune"), { limit: 1 })).toEqual({ kind: "failed" });
    expect(await broken.known(["9780441172719"])).toEqual([]);
    expect(failing.events).toEqual(["d1_search_failed", "d1_search_failed"]);
  });
});
