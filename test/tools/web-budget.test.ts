import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { webSizes } from "../../scripts/checks/web-budget.ts";

const folder = mkdtempSync(join(tmpdir(), "bookstrack-web-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the first load consists of the entry, the first page and their imports; other files are chunks", () => {
  mkdirSync(join(folder, "assets"));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write("index.html", '<script type="module" crossorigin src="/assets/app-1.js"></script>');
  write("sw.js", "x");
  write("assets/app-1.js", 'import{a}from"./shared-1.js";import("./shelf-page-1.js")');
  write("assets/shared-1.js", "1".repeat(1000));
  write("assets/shelf-page-1.js", 'import "./shared-1.js";import"./shelf-parts-1.js"');
  write("assets/shelf-parts-1.js", "2".repeat(2000));
  write("assets/scan-1.js", "3");
  write("assets/charts-1.js", "4");
  write("assets/stats-page-1.js", 'import("./charts-1.js")');
  write("assets/style-1.css", "a{}");
  const sizes = new Map(webSizes(folder).map((size) => [size.what, size]));
  expect(sizes.get("JavaScript on first load, uncompressed")?.kb).toBeCloseTo(3.1, 1);
  expect([...sizes].map(([what, { budgetKb }]) => [what, budgetKb])).toEqual([
    ["JavaScript on first load", 40],
    ["JavaScript on first load, uncompressed", 120],
    ["Styles", 10],
    ["Service worker", 4],
    ["charts-1.js", 100],
    ["scan-1.js", 15],
    ["stats-page-1.js", 12],
  ]);
});
