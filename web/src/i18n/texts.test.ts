import { afterEach, describe, expect, expectTypeOf, it } from "vitest";
import { LOCALES, locale, localeOf } from "./locale.ts";
import { textOf, texts, textsLoaded, type Message, type Messages } from "./texts.ts";

const areas = import.meta.glob<{ en: Messages }>("../**/en.ts", { eager: true });
const translations = import.meta.glob<{ default: Messages }>("../**/de.ts", { eager: true });
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));
const formsOf = (message: Message | undefined): string[] =>
  typeof message === "string" ? [message] : Object.values(message ?? {});
const namesIn = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name).sort();

afterEach(() => {
  locale.value = "en";
});

describe("the texts of the app", () => {
  it("exist in German wherever they exist in English", () => {
    expect(Object.keys(areas).length).toBeGreaterThan(5);
    expect(Object.keys(translations).map(folderOf).sort()).toEqual(
      Object.keys(areas).map(folderOf).sort(),
    );
  });

  it.each(Object.keys(areas))("of %s have the same keys and parameters in German", (path) => {
    const english = areas[path]?.en ?? {};
    const german = translations[`${folderOf(path)}/de.ts`]?.default ?? {};
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
    for (const [key, message] of Object.entries(english)) {
      const names = namesIn(formsOf(message).at(-1) ?? "");
      for (const form of formsOf(german[key])) {
        expect([key, form.trim() === "" ? "empty" : namesIn(form)]).toEqual([key, names]);
      }
    }
  });

  it.each(Object.keys(areas))("of %s have every plural form of their language", (path) => {
    const both = [areas[path]?.en, translations[`${folderOf(path)}/de.ts`]?.default];
    both.forEach((messages, index) => {
      const needed = new Intl.PluralRules(LOCALES[index]).resolvedOptions().pluralCategories;
      for (const [key, message] of Object.entries(messages ?? {})) {
        if (typeof message === "string") continue;
        expect([key, Object.keys(message).sort()]).toEqual([key, needed.toSorted()]);
      }
    });
  });
});

describe("a text", () => {
  it("has its parameters filled in, with numbers in the format of the language", () => {
    expect(textOf("{name}: {count}", "en", { name: "Dune", count: 12_345 })).toBe("Dune: 12,345");
    expect(textOf("{name}: {count}", "de", { name: "Dune", count: 12_345 })).toBe("Dune: 12.345");
    expect(textOf("{what}", "en", {})).toBe("{what}");
  });

  it("does not fill in parameters that a parameter contains", () => {
    expect(textOf("{a} {b}", "en", { a: "{b}", b: "2" })).toBe("{b} 2");
  });

  it("has the plural form of its count", () => {
    const books = { one: "{count} book", other: "{count} books" };
    expect([0, 1, 2, 1.5].map((count) => textOf(books, "en", { count }))).toEqual([
      "0 books",
      "1 book",
      "2 books",
      "1.5 books",
    ]);
  });

  it("changes with the language once its translation is loaded, and stays English if it cannot be", async () => {
    const t = texts({ hello: "Hello" }, () => Promise.resolve({ default: { hello: "Hallo" } }));
    const broken = texts({ hello: "Hello" }, () => Promise.reject(new Error("offline")));
    expect(t("hello")).toBe("Hello");
    await textsLoaded("de");
    locale.value = "de";
    expect([t("hello"), broken("hello")]).toEqual(["Hallo", "Hello"]);
  });

  it("is typed by its key and its parameters", () => {
    const t = texts({ plain: "Yes", named: "{a} of {b}", many: { other: "{count} of {b}" } }, () =>
      Promise.reject(new Error("not needed")),
    );
    expectTypeOf(t<"plain">).parameters.toEqualTypeOf<["plain"]>();
    expectTypeOf(t<"named">)
      .parameter(1)
      .toEqualTypeOf<{ readonly a: string | number; readonly b: string | number }>();
    expectTypeOf(t<"many">)
      .parameter(1)
      .toEqualTypeOf<{ readonly count: number; readonly b: string | number }>();
  });
});

it("uses the first of a user's languages that the app has", () => {
  expect(localeOf(["fr-FR", "de-AT", "en"])).toBe("de");
  expect(localeOf(["fr"])).toBe("en");
  expect(localeOf([])).toBe("en");
});
