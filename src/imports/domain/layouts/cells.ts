import { cut } from "../../../catalogue/domain/merge/normalise.ts";

/** Under the `u` flag this matches half pairs only. */
const LONE_SURROGATES = /\p{Cs}/gu;
const UNSTORABLE = /[\0\p{Cs}]/u;

/** What spreadsheets write to keep digits as text: `="0312853238"`. */
const WRAPPED = /^\s*=\s*"((?:[^"]|"")*)"\s*$/;

/** What programs write where there is nothing. */
const NOTHING = /^(?:[-–—?.]+|n\/?a|null|none|nan|undefined|unknown)$/i;

/** A cell as it can be stored and given back: without NUL and half surrogate pairs. */
export function storable(cell: string): string {
  if (!UNSTORABLE.test(cell)) return cell;
  return cell.replaceAll("\0", "").replace(LONE_SURROGATES, "\uFFFD");
}

/** A cell without a spreadsheet's wrapping; any other formula is the plain text that it looks like. */
export function unwrap(cell: string): string {
  const [, wrapped] = WRAPPED.exec(cell) ?? [];
  return wrapped === undefined ? cell : wrapped.replaceAll('""', '"');
}

export function isBlank(cell: string): boolean {
  return cell.trim() === "";
}

/** Whether a cell of dates, numbers or codes says that there is nothing. */
export function saysNothing(cell: string): boolean {
  const text = cell.trim();
  return text === "" || NOTHING.test(text);
}

/** Whether a text is longer than `length`, and what of it can be stored. */
export function shortened(text: string, length: number): { text: string; isCut: boolean } {
  const kept = cut(text, length);
  return { text: kept, isCut: kept.length < text.length };
}
