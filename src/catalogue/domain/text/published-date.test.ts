import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toPublished } from "./published-date.ts";

describe("toPublished", () => {
  it.each<[unknown, string]>([
    ["2003", "2003"],
    [2003, "2003"],
    ["2003-05", "2003-05"],
    ["2003-05-01", "2003-05-01"],
    ["2003-5-1", "2003-05-01"],
    ["2003/05/01", "2003-05-01"],
    ["2003.05", "2003-05"],
    ["20030501", "2003-05-01"],
    ["2003-05-01T00:00:00.000Z", "2003-05-01"],
    ["2003-05-01 00:00:00", "2003-05-01"],
    ["2004-02-29", "2004-02-29"],
    ["2003-02-29", "2003-02"],
    ["2003-13-01", "2003"],
    ["2003-00-00", "2003"],
    ["2003-05-00", "2003-05"],
    ["1998-99", "1998"],
    ["1998-1999", "1998"],
    ["May 1, 2003", "2003-05-01"],
    ["May 1,2003", "2003-05-01"],
    ["may 1st, 2003", "2003-05-01"],
    ["May 1 2003", "2003-05-01"],
    ["1 May 2003", "2003-05-01"],
    ["2nd of May, 2003", "2003-05-02"],
    ["2003 May 1", "2003-05-01"],
    ["2003, May", "2003-05"],
    ["May 2003", "2003-05"],
    ["May, 2003", "2003-05"],
    ["Sept. 2003", "2003-09"],
    ["September 31, 2003", "2003-09"],
    ["December 3, 1997", "1997-12-03"],
    ["Marchand 1998", "1998"],
    ["May/June 2003", "2003"],
    ["Spring 2003", "2003"],
    ["mai 2003", "2003-05"],
    ["1. Mai 2017", "2017-05-01"],
    ["18 de mayo de 2017", "2017-05-18"],
    ["1er août 2017", "2017-08-01"],
    ["dezembro de 2010", "2010-12"],
    ["15 декабря 2010", "2010-12-15"],
    ["wrzesień 2010", "2010-09"],
    ["2010 Dez", "2010-12"],
    ["2017年5月18日", "2017-05-18"],
    ["2017年5月", "2017-05"],
    ["2017년 5월 18일", "2017-05-18"],
    ["13/05/2003", "2003-05-13"],
    ["05/13/2003", "2003-05-13"],
    ["05/05/2003", "2003-05-05"],
    ["01.05.2003", "2003-05-01"],
    ["05/2003", "2003-05"],
    ["Thursday, May 18, 2017", "2017-05-18"],
    ["Thu May 18 2017", "2017-05-18"],
    ["2017. 5. 18.", "2017-05-18"],
    ["٢٠١٧", "2017"],
    ["Do., 18 Mai 2017", "2017-05-18"],
    ["13/2003", "2003"],
    ["Frühjahr 2003", "2003"],
    ["Copyright 2003", "2003"],
    ["05/01/2003", "2003"],
    ["1998?", "1998"],
    ["[1998]", "1998"],
    ["c1949", "1949"],
    ["©1949", "1949"],
    ["ca. 1950", "1950"],
    ["5758 [1997 or 1998]", "1997"],
    ["1410 [1989]", "1989"],
    ["2546 [2003]", "2003"],
    [["", "19xx", "June 1996"], "1996-06"],
    [{ type: "/type/datetime", value: "1996-06" }, "1996-06"],
  ])("%j is %s", (value, date) => {
    expect(toPublished(value)).toEqual({
      publishedDate: date,
      publicationYear: Number(date.slice(0, 4)),
    });
  });

  it.each([
    undefined,
    null,
    true,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    "",
    "unknown",
    "n.d.",
    "19xx",
    "19--",
    "199?",
    "19",
    "-800",
    "-2003",
    "800 BC",
    "1500 B.C.E.",
    "0101-01-01",
    "0000",
    "9999",
    "12345",
    "9780140328721",
    1051747200000,
    {},
    [],
  ])("%j is not a date", (value) => {
    expect(toPublished(value)).toEqual({});
  });

  it("yields a valid date within the range, or nothing, for any value", () => {
    const nasty = fc.array(
      fc.constantFrom(
        "19",
        "98",
        "2003",
        "-",
        "/",
        ".",
        " ",
        "May",
        "c",
        "?",
        "x",
        "[",
        "]",
        "31",
        "BC",
        ",",
      ),
      { maxLength: 9 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.string(),
          nasty.map((parts) => parts.join("")),
        ),
        (value) => {
          const { publishedDate, publicationYear } = toPublished(value);
          expect(publicationYear).toBe(
            publishedDate === undefined ? undefined : Number(publishedDate.slice(0, 4)),
          );
          const whole =
            (publishedDate ?? "2000") + "-01-01".slice((publishedDate?.length ?? 4) - 4);
          expect(new Date(whole).toISOString().slice(0, 10)).toBe(whole);
          expect(whole >= "1450" && whole < "2101").toBe(true);
        },
      ),
    );
  });

  it("parses every day that it formats", () => {
    const days = fc.date({
      min: new Date("1450-01-01"),
      max: new Date("2100-12-31"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(days, (day) => {
        const date = day.toISOString().slice(0, 10);
        expect(toPublished(date).publishedDate).toBe(date);
        const inWords = day.toLocaleDateString("en-US", { dateStyle: "long", timeZone: "UTC" });
        expect(toPublished(inWords).publishedDate).toBe(date);
      }),
    );
  });
});
