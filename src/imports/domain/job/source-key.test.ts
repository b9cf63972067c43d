import { describe, expect, it } from "vitest";
import { LAYOUTS } from "../layouts/tables/index.ts";
import { sourceKeysOf } from "./source-key.ts";

const sha256 = (text: string): Promise<string> => Promise.resolve(text.padEnd(64, "0"));
const keyOf = async (format: string, raw: Record<string, string>): Promise<string | undefined> =>
  (await sourceKeysOf({ format, raw, title: "Dune" }, { sha256 })).sourceKey;

describe("the source key of a row", () => {
  it.each([
    ["goodreads", { "Book Id": "234225" }, "234225"],
    ["hardcover", { "Hardcover Book ID": "312460" }, "312460"],
    [
      "inventaire",
      { "Item URL": "https://inventaire.io/items/1" },
      "https://inventaire.io/items/1",
    ],
    ["librarything", { "Book Id": "77" }, "77"],
    ["storygraph", { "ISBN/UID": " 9780441172719 " }, "9780441172719"],
    ["openlibrary", { "Work Id": "OL893415W", "Edition Id": "OL1M" }, "OL893415W"],
    ["openlibrary", { "Work ID": "", "Edition ID": "OL1M" }, "OL1M"],
    ["bookwyrm", { remote_id: "https://books.example/book/5" }, "https://books.example/book/5"],
    ["zotero", { Key: "A1B2C3D4" }, "A1B2C3D4"],
    ["booklogjp", { サービスID: "1", アイテムID: "4167110113" }, "1:4167110113"],
    ["bookcatalogue", { _id: "3", book_uuid: "0c7d" }, "0c7d"],
    ["libation", { "Audible Product Id": "B002V1OF70" }, "B002V1OF70"],
    ["readinglist", { "Google Books ID": "B1hSG", "Manual ID": "" }, "B1hSG"],
    ["readinglist", { "Google Books ID": "", "Manual ID": "4F-2" }, "4F-2"],
    ["skoob", { "Edição ID": "4521" }, "4521"],
    ["yamtrack", { source: "openlibrary", media_id: "OL1M" }, "openlibrary:OL1M"],
    ["calibre", { id: "5", library_name: "Home", uuid: "9f1e" }, "9f1e"],
    ["calibre", { id: "5", library_name: "Home" }, "Home:5"],
    ["booklogr", { id: "12" }, "12"],
    ["openreads", { olid: "OL1M" }, "OL1M"],
    ["bookbuddy", { "Google VolumeID": "B1hSG" }, "B1hSG"],
  ])("of %s is the id that the service gives it", async (format, raw, id) => {
    expect(await keyOf(format, raw)).toBe(`${format}:${id}`);
  });

  it.each([
    ["without an id", "goodreads", { "Book Id": " " }],
    ["of a service without ids", "libib", { id: "5" }],
    ["with half an id", "yamtrack", { source: "manual", media_id: "" }],
    ["with a text in place of an id", "zotero", { Key: "x".repeat(101) }],
    ["of an unknown format", "", { "Book Id": "5" }],
  ])("%s is that of its title and author", async (_what, format, raw) => {
    expect(await keyOf(format, raw)).toMatch(/^text:/);
  });

  it.each([
    ["El silencio (La ciudad blanca, #1)", "El silencio", true],
    ["Mort (Discworld, #4; Death, #1)", "MORT", true],
    ["Dune (Dune, #1)", "Dune", true],
    ["The Handmaid’s Tale", "The Handmaid's Tale", true],
    ["Saga (Saga, #2)", "Saga", false],
    ["Saga (Saga, #2)", "Saga (Saga, #3)", false],
    ["Emma (Annotated)", "Emma", false],
    ["???", "!!!", false],
  ])("of %j and %j in files of two services is the same: %j", async (one, other, isSame) => {
    const textKeyOf = async (title: string, author: string): Promise<string | undefined> => {
      const row = { format: "list", raw: {}, title, authors: [author] };
      return (await sourceKeysOf(row, { sha256: (text) => Promise.resolve(text) })).textKey;
    };
    const [first, second] = [
      await textKeyOf(one, "J.D. Roth"),
      await textKeyOf(other, "J. D. Roth"),
    ];
    expect(first === second).toBe(isSame);
  });

  it("is the id alone for a row without a title", async () => {
    const raw = { "Work Id": "OL893415W", "Edition Id": "", Bookshelf: "Already Read" };
    const keys = await sourceKeysOf({ format: "openlibrary", raw }, { sha256 });
    expect(keys).toEqual({ sourceKey: "openlibrary:OL893415W" });
  });

  it("comes from columns of the layout", () => {
    const unknown = LAYOUTS.flatMap(({ format, id = [], columns }) => {
      const known = new Set(Object.keys(columns));
      return id.flat().flatMap((column) => (known.has(column) ? [] : [`${format}: ${column}`]));
    });
    expect(unknown).toEqual([]);
  });
});
