import isbn3 from "isbn3";

/** First and last of the assigned ranges, in order, as the first twelve digits of an ISBN-13. */
type Ranges = readonly (readonly [first: number, last: number])[];

let table: Ranges | undefined;

function ranges(): Ranges {
  table ??= Object.entries(isbn3.groups)
    .flatMap(([group, assigned]) =>
      assigned.ranges.map(([min, max]) => {
        const start = group.replace("-", "");
        return [
          Number((start + min).padEnd(12, "0")),
          Number((start + max).padEnd(12, "9")),
        ] as const;
      }),
    )
    .sort(([a], [b]) => a - b);
  return table;
}

/**
 * Whether the registrant is in the range table. Use only to rank guesses, because a book may be
 * newer than the table.
 */
export function isInAssignedRange(isbn13: string): boolean {
  const all = ranges();
  const number = Number(isbn13.slice(0, 12));
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.[0] ?? 0) <= number) low = middle + 1;
    else high = middle;
  }
  return number <= (all[low - 1]?.[1] ?? 0);
}

/** A valid ISBN-13 with its hyphens (`978-0-306-40615-7`); plain digits if its range is not assigned in the table. */
export function hyphenate(isbn13: string): string {
  return isbn3.asIsbn13(isbn13, true) ?? isbn13;
}
