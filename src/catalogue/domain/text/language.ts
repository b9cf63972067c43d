import { asList, asObject } from "./json-values.ts";
import { textOf } from "../merge/normalise.ts";

/**
 * Codes that the Unicode data behind `Intl` does not map to ISO 639-1: Tagalog, which it maps to Filipino; Twi; and the
 * codes that MARC, and so Open Library, used before ISO 639-2 (https://www.loc.gov/marc/languages/language_code.html).
 */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map(
  (
    "tgl:tl fil:tl tl:tl twi:tw bih:bh cam:km esp:eo far:fo fri:fy gae:gd gag:gl gal:om gua:gn int:ia iri:ga lan:oc " +
    "lap:se max:gv mla:mg sao:sm sho:sn snh:si sso:st swz:ss tag:tl taj:tg tar:tt tsw:tn"
  )
    .split(" ")
    .map((pair): [string, string] => [pair.slice(0, pair.indexOf(":")), pair.slice(-2)]),
);

/** The languages in which language names are recognised, most frequent first. */
const NAMED_IN =
  "en de fr es it nl pt pl sv da nb ru ja zh ko tr cs sk hu fi el uk ro hr bg ca he ar".split(" ");

let known: ReadonlySet<string> | undefined;
const namesIn = new Map<string, ReadonlyMap<string, string>>();

const displayNames = (locale: string): Intl.DisplayNames =>
  new Intl.DisplayNames([locale], { type: "language", fallback: "none" });

/** Every ISO 639-1 code that is still in use, about 180, from the runtime's own data; built on first use. */
function allCodes(): ReadonlySet<string> {
  if (known !== undefined) return known;
  const names = displayNames("en");
  const letters = "abcdefghijklmnopqrstuvwxyz".split("");
  const pairs = letters.flatMap((first) => letters.map((second) => first + second));
  // A withdrawn code (`iw`) has the name of its successor.
  known = new Set(pairs.filter((code) => names.of(code) && canonical(code) === code));
  return known;
}

/**
 * The code of a language by its name. The names in each language are collected only if the previous
 * languages do not have it.
 */
function codeOfName(name: string): string | undefined {
  for (const locale of NAMED_IN) {
    let codes = namesIn.get(locale);
    if (codes === undefined) {
      const names = displayNames(locale);
      codes = new Map([...allCodes()].map((code) => [names.of(code)?.toLowerCase() ?? code, code]));
      namesIn.set(locale, codes);
    }
    const code = codes.get(name);
    if (code !== undefined) return code;
  }
  return undefined;
}

function canonical(code: string): string | undefined {
  return EXCEPTIONS.get(code) ?? Intl.getCanonicalLocales(code)[0]?.split("-")[0];
}

function readLanguage(value: unknown): string | undefined {
  const text = textOf(asObject(value)?.["key"] ?? value) ?? "";
  const bare = text
    .trim()
    .toLowerCase()
    .replace(/^\/(?:languages|l)\//, "");
  // Two or three letters, then the end, a region, a script or another language: `en-US`, `zh_Hans`, `eng;fre`.
  const tag = /^[a-z]{2,3}(?![a-z])/.exec(bare)?.[0];
  const code = tag === undefined ? undefined : canonical(tag);
  if (code !== undefined && allCodes().has(code)) return code;
  // `English (US)`, `English, French`
  const name = bare.split(/\s*[(,;/]/, 1)[0] ?? "";
  return /^[a-z]{0,3}$/.test(name) ? undefined : codeOfName(name);
}

/**
 * The BCP 47 tag of a language with a region or a script (`pt-BR`, `zh_Hant`), in its canonical form; undefined for a bare
 * language or another text.
 */
export function toLanguageTag(value: unknown): string | undefined {
  for (const entry of asList(value)) {
    const text = (textOf(asObject(entry)?.["key"] ?? entry) ?? "").trim().replaceAll("_", "-");
    const language = readLanguage(text);
    if (language === undefined || !/^[a-z]{2,3}(?:-[a-z0-9]{2,8})+$/i.test(text)) continue;
    try {
      return Intl.getCanonicalLocales(text)[0];
    } catch {
      // The subtags are invalid.
    }
  }
  return undefined;
}

/**
 * Converts a language to an ISO 639-1 code: from such a code, from either kind of three-letter code (`ger`, `deu`), a
 * locale (`en-US`), Open Library's `/languages/eng` or `{key}`, or a name in a language of `NAMED_IN`. Undefined for a language without
 * such a code, and for `un`, `und`, `mul`, `zxx`. For a list, the first entry with a code.
 */
export function toLanguage(value: unknown): string | undefined {
  for (const entry of asList(value)) {
    const code = readLanguage(entry);
    if (code !== undefined) return code;
  }
  return undefined;
}
