import { expect, it } from "vitest";
import type { SearchHit } from "../../../../client/src/index.ts";
import type { ListedBook } from "../../state/library.ts";
import { shelved, withNext } from "./find.ts";

it("finds the edition on the shelf, or else another edition of the work", () => {
  const books = [{ isbn: "1", workId: "w" }, { isbn: "2" }] as ListedBook[];
  const find = shelved(books);
  expect(find({ isbn: "2" })?.isbn).toBe("2");
  expect(find({ isbn: "3", workId: "w" })?.isbn).toBe("1");
  expect(find({ isbn: "3", workId: "other" })).toBeUndefined();
  expect(find({ isbn: "3" })).toBeUndefined();
});

it("lists a result of two pages once", () => {
  const hits = (...isbns: string[]) => isbns.map((isbn) => ({ isbn }) as SearchHit);
  expect(withNext(hits("1", "2"), hits("2", "3")).map(({ isbn }) => isbn)).toEqual(["1", "2", "3"]);
});
