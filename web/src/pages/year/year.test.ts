import { expect, it } from "vitest";
import type { ListedBook } from "../../state/library.ts";
import { neighbours, parseYear, yearOf, yearsWithBooks } from "./year.ts";

const book = (
  isbn: string,
  finished: readonly (string | undefined)[],
  more: Partial<ListedBook> = {},
): ListedBook =>
  ({
    isbn,
    title: isbn,
    authors: [],
    readings: finished.map((finishedAt, index) => ({
      id: String(index),
      ...(finishedAt === undefined ? {} : { finishedAt }),
    })),
    ...more,
  }) as unknown as ListedBook;

it("lists the books of the year in the order of completion", () => {
  const year = yearOf(
    [
      book("year", ["2024"]),
      book("month", ["2024-03"]),
      book("march", ["2024-03-09"]),
      book("twice", ["2023-05-01", "2024-02-01", "2024-11-30"]),
      book("other", ["2023"]),
      book("open", [undefined]),
    ],
    2024,
  );
  expect(year.books.map(({ isbn, readings }) => [isbn, readings])).toEqual([
    ["march", 1],
    ["month", 1],
    ["twice", 2],
    ["year", 1],
  ]);
  expect([year.readings, year.withoutMonth, year.months[1], year.months[2]]).toEqual([5, 1, 1, 2]);
});

it("lists the best rated books, and authors of several books", () => {
  const year = yearOf(
    [1, 2, 3, 4, 5, 6, 7].map((number) =>
      book(String(number), [`2024-0${number}`], {
        authors: number < 4 ? ["Lem"] : [`Author ${number}`],
        ...(number === 7 ? {} : { rating: number / 2 }),
      }),
    ),
    2024,
  );
  expect(year.best.map(({ isbn }) => isbn)).toEqual(["6", "5", "4", "3", "2", "1"]);
  expect([year.rated, year.averageRating]).toEqual([6, 1.75]);
  expect(year.authors).toEqual([{ name: "Lem", books: 3 }]);
});

it("finds the years with books, and the next one", () => {
  const years = yearsWithBooks([book("a", ["2024-03", "2019"]), book("b", ["2022", undefined])]);
  expect(years).toEqual([2019, 2022, 2024]);
  expect(neighbours(years, 2022)).toEqual({ before: 2019, after: 2024 });
  expect(neighbours(years, 2030)).toEqual({ before: 2024, after: undefined });
  expect([parseYear("2024"), parseYear("24"), parseYear("2024a"), parseYear(undefined)]).toEqual([
    2024,
    undefined,
    undefined,
    undefined,
  ]);
});
