import { expect, it } from "vitest";
import { definedWords, storedWords, wordsOf } from "./own-words.ts";

const EMPTY = wordsOf({});

it("reads lists, dates and numbers, and clears empty fields", () => {
  const words = {
    ...EMPTY,
    title: " Family cookbook ",
    authors: "Grandma\n\n Aunt Zoë ",
    categories: "cooking, , family",
    published: { day: "", month: "3", year: "1998" },
    pageCount: "120",
  };
  expect(storedWords(words)).toEqual({
    title: "Family cookbook",
    authors: ["Grandma", "Aunt Zoë"],
    subtitle: null,
    publisher: null,
    publishedDate: "1998-03",
    pageCount: 120,
    language: null,
    categories: ["cooking", "family"],
    description: null,
  });
});

it("reports invalid fields", () => {
  const published = { day: "", month: "", year: "98" };
  expect(storedWords({ ...EMPTY, published, pageCount: "0" })).toEqual([
    "title",
    "published",
    "pageCount",
  ]);
});

it("shows a book, and stores it unchanged", () => {
  const book = {
    title: "Dune",
    authors: ["Frank Herbert"],
    publishedDate: "1965-08",
    pageCount: 412,
    language: "en",
    categories: ["Science fiction"],
  };
  const stored = storedWords(wordsOf(book));
  if (Array.isArray(stored)) throw new Error("expected no faults");
  expect(definedWords(stored)).toEqual(book);
  expect(wordsOf({ publicationYear: 800 }).published.year).toBe("0800");
});
