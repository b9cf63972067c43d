import { decodeHTMLStrict } from "entities/decode";
import { cut, textOf, withoutControlCharacters } from "../merge/normalise.ts";

/** D1 refuses a row of more than 2 MB; the longest real descriptions have some ten thousand characters. */
const MAX_LENGTH = 50_000;
/** What is read of the markup; it is several times the text at most. */
const MAX_MARKUP_LENGTH = 4 * MAX_LENGTH;

const PARAGRAPHS = new Set(
  "p div ul ol table blockquote section article h1 h2 h3 h4 h5 h6 hr pre".split(" "),
);
const LINES = new Set(["br", "li", "tr", "dt", "dd"]);
/** Elements whose content is not meant for a reader, with what ends them. */
const HIDDEN = new Map(
  ["script", "style", "template", "title", "noscript"].map((name) => [
    name,
    new RegExp(`</${name}`, "gi"),
  ]),
);

/** Markup that was itself escaped (`&lt;p&gt;`) looks like this once it has been decoded. */
const ESCAPED_MARKUP =
  /<\/?(?:p|br|b|i|u|em|strong|div|span|ul|ol|li|a|h[1-6]|script|style|img|iframe)(?=[\s/>])/i;

/** A tag or comment begins here and not just a `<` of the text, as in `a < b` and `<3`. */
const TAG_START = /[a-z!?/]/i;
const TAG_NAME = /^<(\/?)([a-z][a-z0-9]{0,10})/i;

/** Where `needle` ends after `from`, or where the text does. */
function endOf(needle: string, text: string, from: number): number {
  const found = text.indexOf(needle, from);
  return found === -1 ? text.length : found + needle.length;
}

/** Where the element ends whose opening tag ended at `from`: before its closing tag, or with the text. */
function endOfHidden(ending: RegExp, html: string, from: number): number {
  ending.lastIndex = from;
  return ending.exec(html)?.index ?? html.length;
}

/**
 * Takes the tags out in one pass from left to right, so that its time grows with the length alone, whatever the markup:
 * every search either moves the place on to what it found, or ends the pass.
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
 * The text of an HTML fragment or of plain text: paragraphs apart by a blank line, `<br>` and list items on their own
 * lines, character references decoded once, scripts and comments gone. It is plain text and not safe as HTML: whoever
 * puts it into a page must escape it. Nothing when no text is left.
 */
export function toPlainText(value: unknown): string | undefined {
  const markup = textOf(value)?.slice(0, MAX_MARKUP_LENGTH);
  if (markup === undefined) return undefined;
  const once = toText(markup.replace(/\r\n?/g, "\n"));
  const text = tidy(withoutControlCharacters(ESCAPED_MARKUP.test(once) ? toText(once) : once));
  return text === "" ? undefined : cut(text, MAX_LENGTH).trimEnd();
}
