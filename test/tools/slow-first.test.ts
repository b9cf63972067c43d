import { globSync } from "node:fs";
import { expect, it } from "vitest";
import { SLOW } from "./slow-first.ts";

it("names files that exist", () => {
  const files = globSync("test/{*,*/*}/*.test.ts");
  expect(SLOW.filter((end) => !files.some((file) => file.endsWith(end)))).toEqual([]);
});
