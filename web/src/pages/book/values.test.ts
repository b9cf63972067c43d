import { afterEach, describe, expect, it } from "vitest";
import { locale } from "../../i18n/locale.ts";
import { textsLoaded } from "../../i18n/texts.ts";
import { differences, entryOf, nameText, valueText } from "./values.ts";

afterEach(() => {
  locale.value = "en";
});

it("finds differences, and treats absent, null and empty as equal", () => {
  expect(differences({ rating: 4, review: null }, { rating: 3 })).toEqual([
    { name: "rating", mine: 4, theirs: 3 },
  ]);
  expect(differences(undefined, { tags: ["a"] })).toEqual([
    { name: "tags", mine: null, theirs: ["a"] },
  ]);
  expect(
    differences(entryOf({ title: "a", rating: 1 }), entryOf({ title: "b", rating: 1 })),
  ).toEqual([]);
});

describe("a value in words", () => {
  it.each([
    ["status", "want_to_read", "Want to read"],
    ["format", "ebook", "E-book"],
    ["rating", 3.75, "3.75 stars of 5"],
    ["owned", false, "No"],
    ["tags", ["a", "b"], "a, b"],
    ["tags", [], "nothing"],
    ["review", null, "nothing"],
    ["review", "reading", "reading"],
    ["readings", [{ id: "1", startedAt: "2020" }], "Since 2020"],
    ["reading 1", { startedAt: "2020", finishedAt: "2021-03" }, "2020 to March 2021"],
    ["reading 1", {}, "Read, date unknown"],
    ["loan", { to: "Anna", due: "2027" }, "Anna · back by 2027"],
    ["ownSeries", [{ name: "Dune", position: "1" }, { name: "Sand" }], "Dune #1, Sand"],
    ["publishedDate", "1965-08", "August 1965"],
    ["pageCount", 412, "412"],
  ])("of %s %j is %j", (name, value, text) => {
    expect(valueText(name, value)).toBe(text);
  });

  it("is in the user's language, like its name", async () => {
    await textsLoaded("de");
    locale.value = "de";
    expect([nameText("rating"), valueText("status", "reading")]).toEqual(["Bewertung", "Lese ich"]);
    expect(nameText("reading 12")).toBe("Lektüre");
    expect(nameText("somethingNew")).toBe("somethingNew");
  });
});
