import * as zod from "zod";
import { expect, test } from "vitest";

/** Not in the bundle: the languages, which `core` holds once more, and what nobody here calls. */
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

test("the bundle's zod is the whole of zod but what is known to be left out", async () => {
  const bundled = Object.keys(await import("../../scripts/bundle/zod.ts"));
  const left = Object.keys(zod).filter((name) => !bundled.includes(name));
  expect(left.sort()).toEqual(LEFT_OUT);
});
