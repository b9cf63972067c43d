import { decodeHTMLStrict } from "entities/decode";

/**
 * The elements that services write into reviews, by what stands in their place in plain text. Others are no markup: a
 * reader's `x <y and z>` stays as he wrote it.
 */
const TAG =
  /<(\/?)(br|p|div|blockquote|ul|ol|li|h[1-6]|hr|pre|b|i|u|s|em|strong|del|strike|small|sub|sup|span|font|code|cite|q|a|img|spoiler)(?:\s[^<>]{0,2000})?\/?>/gi;

const PARAGRAPHS = /^(?:p|div|blockquote|ul|ol|h[1-6]|hr|pre)$/;

/** A review, note or description as plain text: the markup of services becomes line breaks or goes, all else stays. */
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
