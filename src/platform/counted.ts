/** A count with its English noun: `1 book`, `2 books`. @param noun a noun whose plural ends in "s" */
export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? "" : "s"}`;
