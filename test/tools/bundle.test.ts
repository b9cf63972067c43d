import * as zod from "zod";
import { expect, test } from "vitest";

/** Exports that are not in the bundle: the locales, which `core` contains too, and functions that are not used. */
const LEFT_OUT = [
  "ZodCompileAsyncError",
  "ZodCompileUnsupportedError",
  "compile",
  "core",
  "deepPartial",
  "default",
  "flattenError",
  "formatError",
  "fromJSONSchema",
  "getDiscriminatedOption",
  "locales",
  "memoizer",
  "prettifyError",
  "toJSONSchema",
  "toZod",
  "treeifyError",
  "withParser",
];

test("the bundle's zod has every export of zod except those left out deliberately", async () => {
  const bundled = Object.keys(await import("../../scripts/bundle/zod.ts"));
  const left = Object.keys(zod).filter((name) => !bundled.includes(name));
  expect(left.sort()).toEqual(LEFT_OUT);
});
