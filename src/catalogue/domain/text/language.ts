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

interface Languages {
  /** Every ISO 639-1 code that is still in use. */
  readonly codes: ReadonlySet<string>;
  /** Codes by lower-case English name. */
  readonly byName: ReadonlyMap<string, string>;
}

let known: Languages | undefined;

/** About 180 languages, from the runtime's own data; built on first use. */
function languages(): Languages {
  if (known !== undefined) return known;
  const names = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });
  const letters = "abcdefghijklmnopqrstuvwxyz".split("");
  const codes = new Set<string>();
  const byName = new Map<string, string>();
  for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
    const name = names.of(code);
    // A withdrawn code (`iw`) has the name of its successor.
    if (name === undefined || canonical(code) !== code) continue;
    codes.add(code);
    byName.set(name.toLowerCase(), code);
  }
  known = { codes, byName };
  return known;
}

function canonical(code: string): string | undefined {
  return EXCEPTIONS.get(code) ?? Intl.getCanonicalLocales(code)[0]?.split("-")[0];
}

function readLanguage(value: unknown): string | undefined {
  const text = textOf(asObject(value)?.["key"] ?? value) ?? "";
  const bare = text
    .trim()
    .toLowerCase()
    .replace(/^\/languages\//, "");
  const { codes, byName } = languages();
  const named = byName.get(bare);
  if (named !== undefined) return named;
  // Two or three letters, then the end, a region, a script or another language: `en-US`, `zh_Hans`, `eng;fre`.
  const tag = /^[a-z]{2,3}(?![a-z])/.exec(bare)?.[0];
  const code = tag === undefined ? undefined : canonical(tag);
  return code !== undefined && codes.has(code) ? code : undefined;
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
      // Subtags that no language has.
    }
  }
  return undefined;
}

/**
 * Converts a language to an ISO 639-1 code: from such a code, from either kind of three-letter code (`ger`, `deu`), a
 * locale (`en-US`), Open Library's `/languages/eng` or `{key}`, or an English name. Undefined for a language without
 * such a code, and for `un`, `und`, `mul`, `zxx`. For a list, the first entry with a code.
 */
export function toLanguage(value: unknown): string | undefined {
  for (const entry of asList(value)) {
    const code = readLanguage(entry);
    if (code !== undefined) return code;
  }
  return undefined;
}
