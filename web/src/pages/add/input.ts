/** Interprets a text in the box: words, a code, or a list of codes. */
import { isbnIn, looksScanned } from "../../state/isbn.ts";

export type Meant =
  | { readonly kind: "nothing" }
  | { readonly kind: "words"; readonly words: string }
  /** An ISBN, the output of a scanner, or the URL of a book's page. */
  | { readonly kind: "code"; readonly code: string }
  | { readonly kind: "list"; readonly codes: readonly string[] };

const ADDRESS = /^https?:\/\/\S+$/i;
const ISBNS = [
  /(?<!\d)97[89](?:[\s-]?\d){10}(?!\d)/g,
  /(?<!\d)\d(?:[\s-]?\d){8}[\s-]?[\dX](?!\w)/gi,
];
const ADDRESSES = /https?:\/\/\S+/gi;
/** An ISBN within other text, such as "ISBN 978-0-441-17271-9". */
const NAMED = /^(isbn(-1[03])?:?\s*)?[\d\s-]{9,}[\dX]$/i;

export function meantBy(text: string): Meant {
  const trimmed = text.trim();
  if (trimmed === "") return { kind: "nothing" };
  const codes = codesIn(trimmed);
  if (codes.length > 1) return { kind: "list", codes };
  const isCode =
    isbnIn(trimmed) ?? (looksScanned(trimmed) || NAMED.test(trimmed) || ADDRESS.test(trimmed));
  return isCode ? { kind: "code", code: trimmed } : { kind: "words", words: trimmed };
}

/**
 * The query in a text shared by another app: an ISBN, the URL of a book, or the words around a URL.
 */
export function wantedOf(shared: string): string {
  const isbn = ISBNS.flatMap((pattern) => shared.match(pattern) ?? [])
    .map(isbnIn)
    .find((found) => found !== undefined);
  if (isbn !== undefined) return isbn;
  const words = shared.replaceAll(ADDRESSES, " ").replaceAll(/\s+/g, " ").trim();
  return words === "" ? shared.trim() : words;
}

/**
 * Codes of a list, separated by line breaks, commas, semicolons, tabs or spaces. Empty unless all
 * items are codes.
 */
export function codesIn(text: string): string[] {
  const lines = text
    .split(/[\n\r,;\t]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const codes = lines.flatMap((line) => {
    if (isbnIn(line) !== undefined) return [line];
    const parts = line.split(/\s+/);
    return parts.every(looksScanned) ? parts : [line];
  });
  return codes.every((code) => looksScanned(code) || NAMED.test(code)) ? [...new Set(codes)] : [];
}

/** The ISBN-13 of an ISBN, which is the id on the shelf. */
export function isbn13Of(isbn: string): string {
  if (isbn.length !== 10) return isbn;
  const body = `978${isbn.slice(0, 9)}`;
  const sum = Array.from(body).reduce(
    (total, digit, at) => total + Number(digit) * (at % 2 ? 3 : 1),
    0,
  );
  return `${body}${(10 - (sum % 10)) % 10}`;
}
