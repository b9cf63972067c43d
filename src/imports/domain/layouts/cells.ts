import { cut } from "../../../catalogue/domain/merge/normalise.ts";

/** With the `u` flag, this matches only unpaired surrogates. */
const LONE_SURROGATES = /\p{Cs}/gu;
const UNSTORABLE = /[\0\p{Cs}]/u;

/** The formula that spreadsheets use to preserve digits as text: `="0312853238"`. */
const WRAPPED = /^\s*=\s*"((?:[^"]|"")*)"\s*$/;

/** Placeholders that programs write for a missing value. */
const NOTHING = /^(?:[-–—?.]+|n\/?a|null|none|nan|undefined|unknown)$/i;

/** Makes a cell storable: removes NUL and replaces unpaired surrogates by U+FFFD. */
export function storable(cell: string): string {
  if (!UNSTORABLE.test(cell)) return cell;
  return cell.replaceAll("\0", "").replace(LONE_SURROGATES, "\uFFFD");
}

/**
 * Invisible characters: zero-width spaces, direction marks, soft hyphens. A joiner is kept between
 * letters of a script that needs it, and within an emoji.
 */
const INVISIBLE =
  /[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|(?<![\p{L}\p{M}\p{Extended_Pictographic}\uFE0F])[\u200C\u200D]|[\u200C\u200D](?![\p{L}\p{M}\p{Extended_Pictographic}])|(?<=\p{Script=Latin})[\u200C\u200D]/gu;
const MAYBE_INVISIBLE =
  /[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/;

/** Removes invisible characters from a title or a name. */
export function withoutInvisible(text: string): string {
  return MAYBE_INVISIBLE.test(text) ? text.replace(INVISIBLE, "") : text;
}

/** Removes a spreadsheet's `="..."` wrapping. Any other formula is treated as plain text. */
export function unwrap(cell: string): string {
  const [, wrapped] = WRAPPED.exec(cell) ?? [];
  return wrapped === undefined ? cell : wrapped.replaceAll('""', '"');
}

export function isBlank(cell: string): boolean {
  return cell.trim() === "";
}

/**
 * The items of a list literal, `["Fiction", "War"]` or `['Fiction']`; undefined for any other text.
 */
export function quotedItems(cell: string): string[] | undefined {
  const text = cell.trim();
  if (!text.startsWith("[") || !text.endsWith("]")) return undefined;
  const within = text.slice(1, -1).trim();
  const quote = within.charAt(0);
  const isQuoted = (quote === '"' || quote === "'") && within.length > 1 && within.endsWith(quote);
  if (!isQuoted) return undefined;
  const items = within.slice(1, -1).split(quote === '"' ? /"\s*,\s*"/ : /'\s*,\s*'/);
  return items.map((item) => item.trim());
}

/** Whether a cell for a date, number or code is blank or contains only a placeholder. */
export function isPlaceholder(cell: string): boolean {
  const text = cell.trim();
  return text === "" || NOTHING.test(text);
}

/** Truncates a text to at most `length` characters. */
export function shortened(text: string, length: number): { text: string; isCut: boolean } {
  const result = cut(text, length);
  return { text: result, isCut: result.length < text.length };
}
