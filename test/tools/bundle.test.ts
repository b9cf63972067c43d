import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as zod from "zod";
import { expect, test } from "vitest";

/** Exports that are not in the bundle: the languages, which `core` contains too, and functions that the service does not use. */
const LEFT_OUT = [
  "ZodCompileAsyncError",
  "ZodCompileUnsupportedError",
  "compile",
  "core",
  "deepPartial",
  "default",
  "fromJSONSchema",
  "getDiscriminatedOption",
  "locales",
  "memoizer",
  "toJSONSchema",
  "toZod",
  "withParser",
];

test("the bundle's zod has every export of zod except those deliberately omitted", async () => {
  const bundled = Object.keys(await import("../../scripts/bundle/zod.ts"));
  const left = Object.keys(zod).filter((name) => !bundled.includes(name));
  expect(left.sort()).toEqual(LEFT_OUT);
});

test("the bundle's zod-to-openapi has everything that the routes import", async () => {
  const routes = fileURLToPath(import.meta.resolve("@hono/zod-openapi"));
  const [, imported = ""] =
    /import \{([^}]+)\} from "@asteasolutions\/zod-to-openapi"/.exec(
      readFileSync(routes, "utf8"),
    ) ?? [];
  const names = imported.split(",").map((name) => name.trim());
  const bundled = Object.keys(await import("../../scripts/bundle/zod-to-openapi.ts"));
  expect(bundled.sort()).toEqual(names.sort());
});
