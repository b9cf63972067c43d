import { withPlainDigits } from "../isbn/digits.ts";
import { asList } from "./json-values.ts";
import { textOf } from "../merge/normalise.ts";

/** The longest printed books have some ten thousand pages; a larger number is a typing error or not a page count. */
const MAX_PAGES = 50_000;
/** A pagination is short; a longer text is prose. */
const MAX_LENGTH = 200;

/** `p.`, `pages`, `S.`, `Seiten`, `leaves`, ...: units that follow a number of pages. */
const UNITS = [
  "p|pp|pg|pgs|pags?|págs?|pages?|leaves|leaf|lvs|l|ℓ|ff?|fl|feuillets?|folhas?|fols?|folios?|hojas?|páginas?|pàgines|pagine|páxs|pagini|faqe",
  "s|ss|seiten?|blatt|bl|blz|bladzijden|bladsye|sidor|sider|sivua|síður|bls|str|stron|stran|strana|strán|oldal|o|lk|lpp|psl|puslapiai",
  "с|стр|страниц[аы]?|стор|сторінок|σ|σελ|σελίδες|sayfa|sahifa|sahypa|halaman|hlm|muka surat|trang|tr",
  "页|頁|ページ|쪽|페이지|หน้า|ص|صفحة|صفحه|עמ['’׳]?|עמודים",
].join("|");
const UNIT = `(?:unnumbered |unnumb\\. |num\\. |numb\\. |numbered )?(?:${UNITS})\\.?(?!\\.?\\s?l\\.)`;
/** Units in a pagination that are not pages of a book. */
const OTHER_UNIT =
  /\b(?:sound|audio|video|compact|computer|optical)[- ]?(?:dis[ck]s?|cassettes?|tapes?|files?)|\b(?:dis[ck]s?|cassettes?|cds?|dvds?|cd-roms?|videocassettes?|videodis[ck]s?|reels?|microfiches?|maps?|posters?|games?|kits?|cards?|scores?|hrs?|hours?|min(?:utes)?)\b/i;
/** `2 v.`, but not the five pages before the first of `v, 345 p.`. */
const VOLUMES =
  /^[[<(]?\d*[\])>]?\s*(?:v(?!,\s*\[?\d)|vols?|volumes?|bde?|bände|tomes?|t|pts?|parts?)\b\.?/i;
/** The number of the volume before its pages: `Bd. 1: 345 S.` */
const VOLUME_NUMBER = /^(?:v|vol|bd|t|tome|tomo|teil|pt|part)\b\.?\s*\d+\s*[:.]\s+/i;
const NUMBER = "\\[?(?:c|ca\\. ?|about )?(\\d{1,3}(?:[,.  ]\\d{3})|\\d{1,6})\\]?";
/** The numbers directly before a unit: `xii, 345, [3] p.`. */
const COUNTED = new RegExp(
  `((?:${NUMBER}(?:\\s*,\\s*|-(?=\\[)))*${NUMBER})\\s*${UNIT}(?![\\p{L}\\d])`,
  "giu",
);
const UNIT_FIRST = /\b(?:pages?|seiten|pp?\.)\s*:?\s*(\d{1,5})(?!\s*[-–]\s*\d|\d)/i;
/** `p. 225-229`: a part of something else. */
const RANGE = /\b(?:pages?|pp?\.)\s*\d+\s*[-–]\s*\d+/i;
/** Additions to the main text: plates, accompanying material, and the size of the book. */
const BESIDE =
  /[,;+]\s*\[?\d+\]?\s*(?:unnumbered\s+)?(?:p\.|pages|leaves|l\.)?\s*(?:of\s+)?(?:(?:col(?:ou?red|\.)?|fold(?:ed|\.)?)\s+)*(?:plates|tables|maps?|posters?|charts?|plans?|ill)\b.*$/i;
const ACCOMPANYING = /(?<=\d.*)\s\+\s.*$/;
/** `521 pages : illustrations, maps`: what a library's record says of the contents, after the pages. */
const CONTENTS =
  /(?<=\d.*)\s*(?:\s:|:(?=\s*(?:ill|col|b&w|maps?|music|charts?|facsim|port)))\s.*$/i;
const SIZE = /;\s*\d+(?:\s*[x×]\s*\d+)?\s*(?:cm|mm|in)\b.*$/i;
const ROMAN_ONLY = /^\[?([ivxlcdm]+)\]?\s*(?:p|pages?|s)\b/i;
const ROMAN: Readonly<Record<string, number>> = {
  i: 1,
  v: 5,
  x: 10,
  l: 50,
  c: 100,
  d: 500,
  m: 1000,
};

/**
 * A smaller number counts volumes, discs or the pages of a sample rather than the pages of a book.
 */
const MIN_LIKELY_PAGES = 5;

/**
 * Whether a number can be a book's page count, rather than a number of volumes or the pages of a
 * sample.
 */
export function isLikelyPageCount(pages: number): boolean {
  return pages >= MIN_LIKELY_PAGES;
}

function inRange(pages: number): number | undefined {
  return Number.isInteger(pages) && pages > 0 && pages <= MAX_PAGES ? pages : undefined;
}

function numbersIn(text: string): number[] {
  return Array.from(text.matchAll(/\d{1,3}(?:[,.  ]\d{3})(?!\d)|\d+/g), ([digits]) =>
    Number(digits.replace(/\D/g, "")),
  );
}

/**
 * Whether adjacent numbers are the page counts of several volumes, as in `455, 512 p.`; the
 * additional numbers of a single book are small.
 */
function areOfVolumes(numbers: readonly number[]): boolean {
  const [most = 0, next = 0] = numbers.toSorted((a, b) => b - a);
  return next * 3 > most;
}

function fromRoman(numeral: string): number {
  const values = Array.from(numeral.toLowerCase(), (letter) => ROMAN[letter] ?? 0);
  return values.reduce(
    (sum, value, index) => sum + (value < (values[index + 1] ?? 0) ? -value : value),
    0,
  );
}

/** A page count that a source gives as a number: above zero, as a number or a text of digits. Zero means unknown. */
export function toPageCount(value: unknown): number | undefined {
  for (const entry of asList(value)) {
    const text = textOf(entry)?.trim() ?? "";
    const pages = /^\d{1,6}$/.test(text) ? inRange(Number(text)) : toPagination(text);
    if (pages !== undefined) return pages;
  }
  return undefined;
}

/**
 * The page count in a library's description of the extent: `xvi, 521 p.` and `2 v. (521 p.)` have
 * 521. Volumes, discs and minutes are not pages, and plates are not counted; undefined if the
 * number of pages is not stated.
 */
export function toPagination(value: unknown): number | undefined {
  const text = withPlainDigits(textOf(value)?.slice(0, MAX_LENGTH) ?? "")
    .trim()
    .replace(VOLUME_NUMBER, "");
  const extent = [SIZE, CONTENTS, ACCOMPANYING, BESIDE].reduce(
    (rest, part) => rest.replace(part, ""),
    text,
  );
  if (RANGE.test(extent) || /various(?:ly)? pag/i.test(extent)) return undefined;
  const inBrackets = /\(([^)]*)\)?/.exec(extent)?.[1] ?? "";
  const isVolumes = VOLUMES.test(extent) || OTHER_UNIT.test(extent.replace(inBrackets, ""));
  const stated = isVolumes || /online resource|e-?book/i.test(extent) ? inBrackets : extent;
  // `(x, 500; xi, 600 p.)`: each volume has its own numbers, and the last one is not the total.
  if ((isVolumes ? /\d.*;.*\d/ : /\d\]?\s*;\s*(?:[ivxlc]+,\s*)?\[?\d/i).test(stated))
    return undefined;
  if (OTHER_UNIT.test(stated)) return undefined;
  const counted = Array.from(stated.matchAll(COUNTED), ([, numbers = ""]) => numbersIn(numbers));
  if (isVolumes && counted.some(areOfVolumes)) return undefined;
  if (counted.length > 0) return inRange(Math.max(...counted.flat()));
  const after = UNIT_FIRST.exec(stated)?.[1];
  if (after !== undefined) return inRange(Number(after));
  const plain = /^\[?(?:[ivxlcdm]+\s*,\s*)?(\d{1,3},\d{3}|\d{1,6})\]?\s*[:;.]?$/i.exec(
    stated.trim(),
  )?.[1];
  if (plain !== undefined) return inRange(Number(plain.replace(",", "")));
  const roman = ROMAN_ONLY.exec(stated)?.[1];
  return roman === undefined ? undefined : inRange(fromRoman(roman));
}
