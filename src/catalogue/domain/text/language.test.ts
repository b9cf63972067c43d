import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toLanguage } from "./language.ts";

describe("toLanguage", () => {
  it.each<[unknown, string]>([
    ["en", "en"],
    ["EN", "en"],
    ["en-US", "en"],
    ["pt_BR", "pt"],
    ["zh-Hans", "zh"],
    ["eng", "en"],
    ["/languages/eng", "en"],
    [{ key: "/languages/eng" }, "en"],
    [[{ key: "/languages/mul" }, { key: "/languages/fre" }], "fr"],
    [["eng", "fre"], "en"],
    ["eng;fre", "en"],
    ["ger", "de"],
    ["deu", "de"],
    ["fre", "fr"],
    ["fra", "fr"],
    ["chi", "zh"],
    ["cze", "cs"],
    ["dut", "nl"],
    ["gre", "el"],
    ["ice", "is"],
    ["per", "fa"],
    ["rum", "ro"],
    ["tib", "bo"],
    ["wel", "cy"],
    ["scr", "hr"],
    ["tgl", "tl"],
    ["tl", "tl"],
    ["aka", "ak"],
    ["twi", "tw"],
    ["esp", "eo"],
    ["iri", "ga"],
    ["iw", "he"],
    ["nor", "no"],
    ["nob", "nb"],
    ["English", "en"],
    ["English, French", "en"],
    ["Portuguese (Brazil)", "pt"],
    ["/l/eng", "en"],
    [" french ", "fr"],
    ["Deutsch", "de"],
    ["Englisch", "en"],
    ["Français", "fr"],
    ["inglés", "en"],
    ["Polski", "pl"],
    ["русский", "ru"],
    ["日本語", "ja"],
    ["中文", "zh"],
    ["עברית", "he"],
  ])("%j is %s", (value, code) => {
    expect(toLanguage(value)).toBe(code);
  });

  it.each([
    undefined,
    null,
    7,
    "",
    "un",
    "und",
    "mul",
    "zxx",
    "mis",
    "grc",
    "zz",
    "xx",
    "e",
    "Klingon speech",
    "/languages/",
    [],
    {},
  ])("%j has no ISO 639-1 code", (value) => {
    expect(toLanguage(value)).toBeUndefined();
  });

  it("yields two letters or nothing for any value", () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string({ maxLength: 4 })), (value) => {
        expect(toLanguage(value) ?? "en").toMatch(/^[a-z]{2}$/);
      }),
    );
  });
});
