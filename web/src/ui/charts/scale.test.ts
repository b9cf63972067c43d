import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barOf, columnsOf, labelStep } from "./scale.ts";

const items = (values: readonly number[]) => values.map((value) => ({ value }));

describe("columns", () => {
  it("fill the width, and the largest has the full height", () => {
    expect(columnsOf(items([1, 2, 0, 4]))).toEqual([
      { value: 1, start: 3.5, width: 18, height: 25, middle: 12.5 },
      { value: 2, start: 28.5, width: 18, height: 50, middle: 37.5 },
      { value: 0, start: 53.5, width: 18, height: 0, middle: 62.5 },
      { value: 4, start: 78.5, width: 18, height: 100, middle: 87.5 },
    ]);
    expect(columnsOf([])).toEqual([]);
    expect(columnsOf(items([0, 0])).map(({ height }) => height)).toEqual([0, 0]);
  });

  it("stay inside the chart, do not overlap, and show every value that is not 0", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 400 }), (values) => {
        const columns = columnsOf(items(values));
        columns.forEach(({ start, width, height }, index) => {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(start + width).toBeLessThanOrEqual(columns[index + 1]?.start ?? 100);
          expect(height > 0).toBe((values[index] ?? 0) > 0);
          expect(height).toBeLessThanOrEqual(100);
        });
      }),
    );
  });
});

it("draws a bar as a share of the longest, and shows the smallest", () => {
  expect([barOf(5, 10), barOf(0, 10), barOf(1, 10_000), barOf(0, 0)]).toEqual([50, 0, 1.5, 0]);
});

it("omits labels without enough room", () => {
  expect([labelStep(12, 12), labelStep(13, 12), labelStep(40, 12), labelStep(0, 12)]).toEqual([
    1, 2, 4, 1,
  ]);
});
