import { cleanLine, withoutLineBreaks, withoutLoneSurrogates } from "../text/clean-text.ts";
import { asList, asObject } from "../text/json-values.ts";

/**
 * Longer lines are truncated, because D1 rejects a row of more than 2 MB; no real title comes close
 * to this length.
 */
const MAX_LINE_LENGTH = 1_000;
/** Markup and character references make a line at most several times longer. */
const MAX_READ_LENGTH = 8 * MAX_LINE_LENGTH;
const MAX_LIST_LENGTH = 100;
const VISIBLE = /[^\s\p{Cf}\p{Cc}]/u;

/** The first `length` characters, without splitting a surrogate pair. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "");
}

/** The text without control characters other than the line feed, and without unpaired surrogates. */
export function withoutControlCharacters(text: string): string {
  return withoutLoneSurrogates(text.replace(/[^\P{Cc}\n]/gu, ""));
}

/** The text of a string, a number, or an object with a `value` or `name`. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : undefined;
  const wrapped = asObject(value);
  if (wrapped === undefined) return undefined;
  return [wrapped["value"], wrapped["name"]].find((inner) => typeof inner === "string");
}

/**
 * One line of text as written: trimmed, without line breaks and control characters, otherwise
 * unchanged; undefined if no character is visible.
 */
export function toWrittenLine(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined || !VISIBLE.test(text)) return undefined;
  return cut(withoutLineBreaks(text).trim(), MAX_LINE_LENGTH).trimEnd();
}

/** One clean line of text (`cleanLine`); undefined if no character is visible. */
export function toLine(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const line = cut(cleanLine(text.slice(0, MAX_READ_LENGTH)), MAX_LINE_LENGTH).trimEnd();
  return VISIBLE.test(line) ? line : undefined;
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
