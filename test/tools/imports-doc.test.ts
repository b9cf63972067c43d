import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FORMATS } from "../../src/imports/domain/layouts/formats.ts";
import { MAPPABLE_FIELDS } from "../../src/imports/domain/layouts/mapping.ts";
import { REASONS } from "../../src/imports/domain/job/reasons.ts";

const document = readFileSync("docs/imports.md", "utf8");
const firstCells = [...document.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell]) => cell);

describe("docs/imports.md", () => {
  it("lists exactly the row codes", () => {
    const codes = firstCells.filter((cell) => /^[A-Z_]+$/.test(cell ?? ""));
    expect(new Set(codes)).toEqual(new Set(Object.keys(REASONS)));
  });

  it("lists exactly the formats", () => {
    const formats = firstCells.filter((cell) => /^[a-z-]+$/.test(cell ?? ""));
    expect(new Set(formats)).toEqual(new Set(FORMATS));
  });

  it("names every mappable field", () => {
    const fields = MAPPABLE_FIELDS.filter((field) => !document.includes(`\`${field}\``));
    expect(fields).toEqual([]);
  });
});
