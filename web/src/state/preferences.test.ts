import { expect, it } from "vitest";
import { preferencesOf } from "./preferences.ts";

it("reads preferences, and uses the default for unknown values", () => {
  const defaults = {
    theme: "system",
    contrast: "system",
    language: undefined,
    letterKeys: true,
  };
  expect(preferencesOf(undefined)).toEqual(defaults);
  expect(preferencesOf("damaged")).toEqual(defaults);
  expect(preferencesOf({ theme: "sepia", contrast: 7, language: "fr" })).toEqual(defaults);
  const chosen = { theme: "dark", contrast: "more", language: "de", letterKeys: false };
  expect(preferencesOf(chosen)).toEqual(chosen);
});
