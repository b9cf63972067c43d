import * as fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../../../../test/support/properties.ts";
import type { CsvRecord } from "../job/row.ts";
import { isJsonExport, objectParser } from "./parse-objects.ts";

function parsed(text: string, cuts: readonly number[] = []): CsvRecord[] {
  const parser = objectParser();
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length];
  const sorted = places.toSorted((a, b) => a - b);
  const pieces = sorted.slice(1).map((end, index) => text.slice(sorted[index], end));
  return [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()];
}

// Escapes only in values: JSON.parse of Node 24 loses members with differently escaped names.
const member = fc.oneof(
  fc.string(),
  fc.constantFrom('"', "\\", '\\"}', "]}", "\n"),
  fc.array(fc.array(fc.nat())),
  fc.record({ nested: fc.array(fc.record({ text: fc.string() })) }),
);
const list = fc.array(
  fc.dictionary(fc.constantFrom("a", "]", "}", "{", "日本"), member, { minKeys: 1 }),
);
const document = fc.record({ books: list, reviewQueue: list });

it("splits a document into records, regardless of indentation and chunk boundaries", () => {
  fc.assert(
    fc.property(document, fc.nat({ max: 3 }), fc.array(fc.nat()), (whole, indent, cuts) => {
      const text = JSON.stringify(whole, undefined, indent);
      expect(isJsonExport(text)).toBe(true);
      const records = parsed(text, cuts);
      expect(records.map(({ cells }) => JSON.parse(cells[0] ?? "") as object)).toEqual(
        Object.entries(whole).flatMap(([type, list]) => list.map((one) => ({ type, ...one }))),
      );
      expect(records.map(({ row, damage }) => [row, damage])).toEqual(
        records.map((_record, index) => [index + 1, undefined]),
      );
    }),
    { numRuns: runs(50) },
  );
});

it("returns the line on which each record starts", () => {
  const text = '{"books":[\n{"a":"x\\ny"},\n{"b":[1,\n2]},{"c":1}\n]}\n';
  expect(parsed(text).map(({ line }) => line)).toEqual([2, 3, 4]);
});

it.each([
  ["is cut off in a record", '{"books":[{"a":1},{"b":'],
  ["is cut off between records", '{"books":[{"a":1},'],
  ["is cut off after a list", '{"books":[{"a":1}]'],
  ["is cut off in a text", '{"books":[{"a":1}],"re'],
  ["has a list that is none of records", '{"books":[{"a":1},2]}'],
  ["has a list in a list", '{"books":[{"a":1},[{"b":1}]]}'],
  ["has an object in place of a list", '{"books":[{"a":1}],"reviewQueue":{"b":{}}}'],
])("ends with a damaged record if the document %s", (_name, text) => {
  const records = parsed(text);
  expect(records[0]?.cells).toEqual(['{"type":"books","a":1}']);
  expect(records.at(-1)?.damage).toBe("ARCHIVE_INCOMPLETE");
});

it("keeps only the beginning of a record that is too long, and the records after it", () => {
  const text = `{"books":[{"a":"${"x".repeat(1_000_001)}"},{"b":1}]}`;
  for (const cuts of [[], [400_000, 800_000, 1_000_020]]) {
    const [long, next, ...others] = parsed(text, cuts);
    expect(long?.damage).toBe("ROW_TOO_LONG");
    expect(long?.cells[0]?.length).toBeLessThan(1100);
    expect(next?.cells).toEqual(['{"type":"books","b":1}']);
    expect(others).toEqual([]);
  }
});
