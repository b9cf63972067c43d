import { decodeHTMLStrict } from "entities/decode";

/** The HTML elements that services write into reviews. Other tags are not markup: a user's `x <y and z>` is left unchanged. */
const TAG =
  /<(\/?)(br|p|div|blockquote|ul|ol|li|h[1-6]|hr|pre|b|i|u|s|em|strong|del|strike|small|sub|sup|span|font|code|cite|q|a|img|spoiler)(?:\s[^<>]{0,2000})?\/?>/gi;

const PARAGRAPHS = /^(?:p|div|blockquote|ul|ol|h[1-6]|hr|pre)$/;

/** Converts a review, note or description to plain text: markup becomes line breaks or is removed. */
export function withoutMarkup(cell: string): string {
  let hasMarkup = false;
  const text = cell.replace(TAG, (_tag, slash: string, name: string) => {
    hasMarkup = true;
    const element = name.toLowerCase();
    if (element === "br") return "\n";
    if (element === "li") return slash === "" ? "\n" : "";
    return PARAGRAPHS.test(element) ? "\n\n" : "";
  });
  const decoded = decodeHTMLStrict(text);
  return hasMarkup ? decoded.replace(/\n{3,}/g, "\n\n").trim() : decoded;
}
