import { asList, asObject } from "../text/json-values.ts";

/** Longer lines are cut: D1 rejects a row of more than 2 MB, and no real title comes close to this length. */
const MAX_LINE_LENGTH = 1_000;
const MAX_LIST_LENGTH = 100;
/** The longest printed books have some ten thousand pages; a larger number is a typing error or not a page count. */
const MAX_PAGES = 50_000;

const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
const CONTROL_CHARACTERS = /\p{Cc}/gu;
/**
 * Under the `u` flag this matches unpaired surrogates only. SQLite would store a character that differs from the JSON
 * beside it.
 */
const LONE_SURROGATES = /\p{Cs}/gu;
const VISIBLE = /[^\s\p{Cf}\p{Cc}]/u;

/** The first `length` characters, without splitting a surrogate pair. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "");
}

/** The text without control characters other than the line feed, and without unpaired surrogates. */
export function withoutControlCharacters(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, "").replace(LONE_SURROGATES, "\uFFFD");
}

/** The text of a string, a number, or an object with a `value` or `name`. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : undefined;
  const wrapped = asObject(value);
  if (wrapped === undefined) return undefined;
  return [wrapped["value"], wrapped["name"]].find((inner) => typeof inner === "string");
}

/** One trimmed line of text without line breaks and control characters; undefined if no character is visible. */
export function toLine(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined || !VISIBLE.test(text)) return undefined;
  const line = text
    .replace(LINE_BREAKS, " ")
    .replace(CONTROL_CHARACTERS, "")
    .replace(LONE_SURROGATES, "\uFFFD")
    .trim();
  return cut(line, MAX_LINE_LENGTH).trimEnd();
}

/** Distinct non-blank lines in their order. A single string is one line: commas do not split it. */
export function toLines(value: unknown): string[] {
  const lines = new Set<string>();
  for (const entry of asList(value)) {
    if (lines.size >= MAX_LIST_LENGTH) break;
    const line = toLine(entry);
    if (line !== undefined) lines.add(line);
  }
  return [...lines];
}

/** The first usable line of a string or a list of strings. */
export function toFirstLine(value: unknown): string | undefined {
  return toLines(value)[0];
}

/** A page count: a whole number above zero, or a text that starts with one (`320 p.`). Zero means unknown. */
export function toPageCount(value: unknown): number | undefined {
  const text = toFirstLine(value);
  const digits = text === undefined ? undefined : /^(\d{1,6})(?![\d.,])/.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const pages = Number(digits);
  return pages > 0 && pages <= MAX_PAGES ? pages : undefined;
}
