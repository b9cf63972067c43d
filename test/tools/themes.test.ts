import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

/** Where the theme of the browser or of the app could change something. */
const THEMED = /prefers-color-scheme|\[data-theme[^{}]*(\{[^{}]*\})?/g;
/** A rule that only chooses the colours of `light-dark()`. */
const COLOURS = /\{\s*color-scheme: \w+;\s*\}$/;

// Because of this, the journeys check rules that are not about colours in one theme only.
it("the themes differ in nothing but colours", () => {
  const files = globSync("web/{index.html,src/**/*.{css,ts,tsx}}");
  const themed = files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(THEMED)].map(([rule]) => ({ file, rule })),
  );
  expect(themed).toHaveLength(2);
  expect(themed.filter(({ rule }) => !COLOURS.test(rule))).toEqual([]);
});
