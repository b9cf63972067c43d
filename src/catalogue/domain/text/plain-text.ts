import { decodeHTMLStrict } from "entities/decode";
import { isPlaceholder } from "./placeholder.ts";
import { repairMojibake } from "./mojibake.ts";
import { toPagination } from "./page-count.ts";
import { withoutInvisible } from "./clean-text.ts";
import { cut, textOf, withoutControlCharacters } from "../merge/normalise.ts";

/** D1 rejects a row of more than 2 MB; the longest real descriptions have some ten thousand characters. */
const MAX_LENGTH = 50_000;
/** Maximum length of markup that is read: markup is at most several times longer than its text. */
const MAX_MARKUP_LENGTH = 4 * MAX_LENGTH;

const PARAGRAPHS = new Set(
  "p div ul ol table blockquote section article h1 h2 h3 h4 h5 h6 hr pre".split(" "),
);
const LINES = new Set(["br", "li", "tr", "dt", "dd"]);
/** Elements whose content is not displayed, with the pattern that ends them. */
const HIDDEN = new Map(
  ["script", "style", "template", "title", "noscript"].map((name) => [
    name,
    new RegExp(`</${name}`, "gi"),
  ]),
);

/** Recognises markup that was itself escaped (`&lt;p&gt;`), after decoding. */
const ESCAPED_MARKUP =
  /<\/?(?:p|br|b|i|u|em|strong|div|span|ul|ol|li|a|h[1-6]|script|style|img|iframe)(?=[\s/>])/i;

/** The start of a tag or comment, as opposed to a `<` in text such as `a < b` and `<3`. */
const TAG_START = /[a-z!?/]/i;
const TAG_NAME = /^<(\/?)([a-z][a-z0-9]{0,10})/i;

/** The index after `needle`, searched from `from`, or the end of the text. */
function endOf(needle: string, text: string, from: number): number {
  const found = text.indexOf(needle, from);
  return found === -1 ? text.length : found + needle.length;
}

/** The end of the element whose opening tag ended at `from`: before its closing tag, or the end of the text. */
function endOfHidden(ending: RegExp, html: string, from: number): number {
  ending.lastIndex = from;
  return ending.exec(html)?.index ?? html.length;
}

/**
 * Removes the tags in one pass from left to right, in linear time for any markup: every search
 * either advances the position to its match, or ends the pass.
 */
function withoutTags(html: string): string {
  let text = "";
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    if (open === -1) return text + html.slice(at);
    text += html.slice(at, open);
    if (html.startsWith("<!--", open)) {
      at = endOf("-->", html, open + 4);
    } else if (TAG_START.test(html.charAt(open + 1))) {
      const end = html.indexOf(">", open) + 1;
      if (end === 0) return text + html.slice(open);
      const [, slash, name = ""] = TAG_NAME.exec(html.slice(open, open + 14)) ?? [];
      const element = name.toLowerCase();
      const ending = slash === "" ? HIDDEN.get(element) : undefined;
      text += breakFor(element);
      at = ending === undefined ? end : endOfHidden(ending, html, end);
    } else {
      text += "<";
      at = open + 1;
    }
  }
  return text;
}

function breakFor(element: string): string {
  if (PARAGRAPHS.has(element)) return "\n\n";
  return LINES.has(element) ? "\n" : "";
}

function tidy(text: string): string {
  return text
    .split("\n")
    .map((line) => line.replace(/[^\S\n]+/g, " ").trim())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

function toText(html: string): string {
  return decodeHTMLStrict(withoutTags(html));
}

/**
 * Open Library's descriptions end with notes in Markdown: `([source][1])`, and `[1]: http://...` on
 * a separate line.
 */
const NOTE_MARK =
  /\(\[[^[\]\n]{1,80}\]\(https?:\/\/[^()\s]{1,500}\)\)|\(?\[(?:source|from|via)[^[\]\n]{0,80}\]\([^()\n]{1,500}\)\)?|\(\[[^[\]\n]{1,80}\]\[\d{1,3}\]\)|(?<!\s)\s*\(\[?(?:source|from|via)[^)\n]{0,200}\)+|(?<!\s)\s*\[(?:source|from|via)[^\]\n]{0,80}\]\[\d{1,3}\]|(?<!\s)\s*\[source:[^\]\n]{0,80}\]|\[\d{1,3}\]\[\d{1,3}\]/gi;
const NOTE = /^[ \t]*\[\d{1,3}\]:[ \t]*\S+[^\n]*$/gm;
const REFERENCE = /\[([^[\]\n]{1,200})\](?:\[\d{1,3}\]|\(https?:\/\/[^()\s]{1,500}\))/g;
/** The list of other books that contain this one, or that this one contains, after `----------`. */
const CONTAINED =
  /^[ \t]*(?:-{4,}|\*{3,}|_{4,})[ \t]*\n\s*(?:\*\*)?(?:also |see |contain|preceded|followed|original)[\s\S]*$/im;
/** Emphasis in Markdown. */
const EMPHASIS = /(?<![\p{L}\p{N}*])(\*\*?)(?=\S)([^*\n]{1,300}?)(?<=\S)\1(?![\p{L}\p{N}*])/gu;
/** `----------` on a separate line. */
const RULE = /^[ \t]*(?:-{4,}|\*{3,}|_{4,})[ \t]*$/gm;

function withoutNotes(text: string): string {
  return text
    .replace(CONTAINED, "")
    .replace(NOTE, "")
    .replace(NOTE_MARK, "")
    .replace(REFERENCE, "$1")
    .replace(RULE, "")
    .replace(EMPHASIS, "$2");
}

/** `xvi, 521 p.`, `[32] p.`, but not a sentence with a number of pages. */
const PAGINATION_START = /^[[(]?(?:\d|[ivxlc]+\b)/i;

/**
 * A library's note about the physical book: `Includes index.`, `Originally published: London :
 * Cape, 1990.`
 */
const OBJECT_NOTE =
  /^["“]?(?:includes? (?:bibliograph|index|bibl\.|filmograph|discograph)|bibliography:? |(?:originally|first|previously) published|reprint\b|translat(?:ion of|ed from)|title from|cover title|on (?:cover|t\.p\.)|ill\. on|title on|spine title|caption title|at head of title|thesis \(|published simultaneously|distributed by|p\. cm|literaturverz|includes [\w ]{0,30}index|an? [\w'’ ]{2,30} book\.?["”])|-- ?(?:t\.p\.|cover|jacket|title page)/i;

/**
 * Whether a text describes the physical book, or nothing at all, instead of its content: `xvi, 521
 * p. ; 22 cm`, `N/A`.
 */
function isNoDescription(text: string): boolean {
  if (text.length > 80) return false;
  return (
    isPlaceholder(text) ||
    OBJECT_NOTE.test(text) ||
    (PAGINATION_START.test(text) && toPagination(text) !== undefined) ||
    /^\d+\s*(?:v|vols?)\.|\d\s*cm\.?$/i.test(text)
  );
}

/**
 * Converts an HTML fragment or plain text to text: paragraphs separated by a blank line, `<br>` and list items on their
 * own lines, character references decoded once, scripts and comments removed, a wrong encoding repaired, Open Library's
 * notes about sources removed. The result is plain text and not safe as HTML: code that inserts it into a page must
 * escape it. Undefined if no text is left, or if it is a placeholder or a pagination.
 */
export function toPlainText(value: unknown): string | undefined {
  const markup = textOf(value)?.slice(0, MAX_MARKUP_LENGTH);
  if (markup === undefined) return undefined;
  const once = toText(markup.replace(/\r\n?/g, "\n"));
  const read = ESCAPED_MARKUP.test(once) ? toText(once) : once;
  const clean = withoutInvisible(withoutControlCharacters(repairMojibake(read))).normalize("NFC");
  const text = tidy(withoutNotes(clean));
  return text === "" || isNoDescription(text) ? undefined : cut(text, MAX_LENGTH).trimEnd();
}
