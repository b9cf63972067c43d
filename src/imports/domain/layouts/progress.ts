import type { ShelfStatus } from "../reading/assumptions.ts";
import { inCommonDigits } from "./digits.ts";

/** Longer texts are not progress. */
const MAX_LENGTH = 60;
const PERCENT = /^[^\d%]{0,20}(%?)\s*(\d{1,3}(?:[.,]\d{1,10})?)\s*(%|percent|prozent)?\D{0,20}$/i;
const PAGES =
  /^\D{0,20}?(\d{1,5})\s*(?:\/|of|von|sur|de|di|van|av|af|out of|из|z)\s*(\d{1,5})\D{0,20}$/iu;

/**
 * Returns the fraction of a book that has been read, from 0 to 1: `45 %`, `Page 120 of 300`;
 * undefined for any other text.
 * @param isPercent whether a number without a sign is a percentage
 */
export function shareOf(cell: string, isPercent: boolean): number | undefined {
  const text = inCommonDigits(cell.trim());
  if (text.length > MAX_LENGTH) return undefined;
  const [, before, number = "", after] = PERCENT.exec(text) ?? [];
  const isShare = number !== "" && (isPercent || before !== "" || after !== undefined);
  const [, done, all] = PAGES.exec(text) ?? [];
  const share = isShare ? Number(number.replace(",", ".")) / 100 : Number(done) / Number(all);
  return share <= 1 ? share : undefined;
}

/** The status implied by the fraction that has been read; undefined for 0. */
export function statusOfShare(share: number): ShelfStatus {
  if (share === 1) return "completed";
  return share > 0 ? "reading" : "none";
}
