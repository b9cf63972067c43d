import type { OwnSeries } from "../../../contract/library-fields.ts";
import { sortKey } from "./fold.ts";

/** Sorts before every character of a name, so that "Dune" is complete before "Dune Messiah" begins. */
const NUMBERED = "\u0001";
const UNNUMBERED = "\u0002";
/** Width to which numbers are padded, so that they sort as text. */
const DIGITS = 9;

/**
 * The key by which books are sorted by series: the folded name of the first series, then the numbers of the position. A book with
 * several numbers (`1-3`) follows the book with the first of them. A book without a number comes last in its series.
 */
export function seriesKey([first]: OwnSeries | readonly OwnSeries[number][]): string | undefined {
  const name = sortKey(first?.name ?? "");
  if (name === "") return undefined;
  const numbers = [...(first?.position ?? "").matchAll(/(\d+)(?:[.,](\d+))?/g)];
  if (numbers.length === 0) return `${name}${UNNUMBERED}`;
  const texts = numbers.map(([, whole = "", part]) => {
    const digits = whole
      .replace(/^0+(?=\d)/, "")
      .slice(0, DIGITS)
      .padStart(DIGITS, "0");
    return part === undefined || /^0+$/.test(part) ? digits : `${digits}.${part}`;
  });
  return `${name}${NUMBERED}${texts.join("-")}`;
}
