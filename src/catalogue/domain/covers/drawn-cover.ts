import type { Book } from "../../../../contract/catalogue.ts";
import { fnv1a } from "../../../platform/fnv1a.ts";

const WIDTH = 320;
const HEIGHT = 480;
const TITLE = { size: 34, lines: 6, letters: 15 };
const AUTHOR = { size: 22, lines: 3, letters: 23 };
const MARKUP: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * A typographic cover as SVG: title and authors on a colour that depends on the ISBN. It has no
 * scripts, links or fonts.
 * @param width of the image in pixels; the height is 1.5 times the width
 */
export function drawnCover(book: Pick<Book, "isbn" | "title" | "authors">, width: number): string {
  const hue = fnv1a(book.isbn) % 360;
  const title = textLines(book.title, TITLE);
  const authors = textLines(book.authors.join(", "), AUTHOR);
  const label = escaped([book.title, ...book.authors].join(", "));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${width * 1.5}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="hsl(${hue},35%,32%)"/>`,
    `<rect x="16" y="16" width="${WIDTH - 32}" height="${HEIGHT - 32}" fill="none" stroke="hsl(${hue},40%,75%)"/>`,
    `<g fill="#fff" text-anchor="middle" font-family="Georgia,serif">`,
    ...title.map((line, index) => textAt(line, 90 + index * TITLE.size * 1.2, TITLE.size)),
    ...authors.map((line, index) =>
      textAt(line, HEIGHT - 50 - (authors.length - 1 - index) * AUTHOR.size * 1.3, AUTHOR.size),
    ),
    "</g></svg>",
  ].join("");
}

function textAt(line: string, y: number, size: number): string {
  return `<text x="${WIDTH / 2}" y="${Math.round(y)}" font-size="${size}">${escaped(line)}</text>`;
}

/** Breaks the text into lines of whole words; text that does not fit is replaced by an ellipsis. */
function textLines(text: string, shape: { lines: number; letters: number }): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).flatMap((part) => pieces(part, shape.letters))) {
    const last = lines.at(-1);
    if (last !== undefined && lengthOf(last) + 1 + lengthOf(word) <= shape.letters) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  if (lines.length <= shape.lines) return lines;
  return [...lines.slice(0, shape.lines - 1), `${lines[shape.lines - 1] ?? ""}…`];
}

function pieces(word: string, letters: number): string[] {
  const points = Array.from(word);
  const count = Math.ceil(points.length / letters);
  return Array.from({ length: count }, (_, at) =>
    points.slice(at * letters, (at + 1) * letters).join(""),
  );
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** Escapes text for XML and drops characters that XML does not allow. */
function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, " ")
    .replace(/[&<>"']/g, (letter) => MARKUP[letter] ?? "");
}
