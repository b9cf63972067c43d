import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  formatLanguage,
  formatList,
  formatMoment,
  formatNumber,
  formatPartialDate,
  formatPercent,
} from "./format.ts";
import { locale } from "./locale.ts";

const browserOf = (...languages: string[]) => vi.stubGlobal("navigator", { languages });

beforeEach(() => {
  browserOf("fr-FR", "en-US");
});
afterEach(() => {
  locale.value = "en";
  vi.unstubAllGlobals();
});

it("writes numbers, shares and lists in the language of the user", () => {
  expect([formatNumber(1234.5), formatPercent(0.375), formatList(["a", "b", "c"])]).toEqual([
    "1,234.5",
    "38%",
    "a, b, and c",
  ]);
  locale.value = "de";
  expect([formatNumber(1234.5), formatList(["a", "b", "c"])]).toEqual(["1.234,5", "a, b und c"]);
});

it("writes a date with its precision, and leaves other text unchanged", () => {
  expect(["2024", "2024-03", "2024-03-09", "c1949"].map(formatPartialDate)).toEqual([
    "2024",
    "March 2024",
    "Mar 9, 2024",
    "c1949",
  ]);
  locale.value = "de";
  expect(formatPartialDate("2024-03-09")).toBe("09.03.2024");
});

it("writes dates as in the region of the browser", async () => {
  vi.resetModules();
  browserOf("fr-FR", "en-GB", "en-US");
  const inBritain = await import("./format.ts");
  expect(inBritain.formatPartialDate("2024-03-09")).toBe("9 Mar 2024");
});

it("writes an instant with its time", () => {
  expect(formatMoment("2024-03-09T12:34:56Z")).toMatch(/2024.*\d:34/);
});

it("writes names of languages, and leaves unknown codes unchanged", () => {
  expect([formatLanguage("de"), formatLanguage("pt-BR"), formatLanguage("?")]).toEqual([
    "German",
    "Brazilian Portuguese",
    "?",
  ]);
  locale.value = "de";
  expect(formatLanguage("en")).toBe("Englisch");
});
