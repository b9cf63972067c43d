/** The names of U+00A0 to U+00FF in their order (HTML 4.01, section 24.2). */
const LATIN_1 = (
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro " +
  "para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil " +
  "Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave " +
  "Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml " +
  "igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute " +
  "thorn yuml"
).split(" ");

const NAMED: ReadonlyMap<string, string> = new Map([
  ...LATIN_1.map((name, index): [string, string] => [name, String.fromCodePoint(0xa0 + index)]),
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["ndash", "\u2013"],
  ["mdash", "\u2014"],
  ["lsquo", "\u2018"],
  ["rsquo", "\u2019"],
  ["sbquo", "\u201A"],
  ["ldquo", "\u201C"],
  ["rdquo", "\u201D"],
  ["bdquo", "\u201E"],
  ["lsaquo", "\u2039"],
  ["rsaquo", "\u203A"],
  ["dagger", "\u2020"],
  ["bull", "\u2022"],
  ["hellip", "\u2026"],
  ["trade", "\u2122"],
  ["euro", "\u20AC"],
  ["oelig", "\u0153"],
  ["OElig", "\u0152"],
  ["scaron", "\u0161"],
  ["Scaron", "\u0160"],
]);

/** Bounded, so that no text makes the search for an end long. */
const REFERENCE = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z][a-z0-9]{1,7}));/gi;

/** What browsers read for the numbers 128 to 159, which are control characters: the windows-1252 characters there. */
const WINDOWS_1252 =
  "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F" +
  "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

function characterOf(code: number): string {
  if (code >= 0x80 && code <= 0x9f) return WINDOWS_1252.charAt(code - 0x80);
  const isCharacter = code > 0 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff);
  return isCharacter ? String.fromCodePoint(code) : "\uFFFD";
}

/** Replaces `&amp;`, `&#8217;`, `&#x2019;` by what they stand for, once; a name that is not known stays as it is. */
export function decodeCharacterReferences(text: string): string {
  return text.replace(
    REFERENCE,
    (whole: string, decimal?: string, hexadecimal?: string, name?: string) => {
      if (decimal !== undefined) return characterOf(Number.parseInt(decimal, 10));
      if (hexadecimal !== undefined) return characterOf(Number.parseInt(hexadecimal, 16));
      return NAMED.get(name ?? "") ?? whole;
    },
  );
}
