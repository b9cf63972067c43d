import * as zod from "zod";
import { expect, test } from "vitest";

test("the bundle's zod is the whole of zod but its languages", async () => {
  const bundled = Object.keys(await import("../../scripts/bundle/zod.ts"));
  const left = Object.keys(zod).filter((name) => !bundled.includes(name));
  // `core` holds the languages once more.
  expect(left.sort()).toEqual(["core", "default", "locales"]);
});
