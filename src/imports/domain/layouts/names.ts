import { quotedItems } from "./cells.ts";

/** Suffixes that follow a name after a comma and belong to it. */
const SUFFIX =
  /^(?:jr|sr|ii|iii|iv|ph\.?\s?d|m\.?d|d\.?d|ed\.?d|esq|inc|ltd|llc|m\.?a|m\.?b\.?a|j\.?d|r\.?n|obe|cbe|dds|ret)\.?$/i;
/** Particles that may begin a family name. */
const PARTICLE =
  /^(?:le|la|les|de|du|des|da|das|do|dos|di|del|della|der|den|ter|van|von|vom|zu|el|al|ben|bin|ibn|abu|mac|st\.?|saint|san|santa|ten|af|av)\s/i;
const ROLE = /^(.*\S)\s*(?:\(([^()]+)\)|\[([^[\]]+)\]|（([^（）]+)）)$/;
const AUTHOR_ROLE =
  /auth|autor|auteur|writ|scénar|guion|verfass|schriftsteller|scrittor|^text|skriv|forfat|författ|yazar|szerz|kirjail|автор|συγγρ|著|作者|저자|지은이/i;
const OTHER_ROLE =
  /transl|illustr|narra|edit|contribut|introd|forew|prefa|afterw|photo|cover|design|compil|read(?:er|by)|übers|trad|ilustr|vertal|artist|colou?r|letter|ink|penc|adapt|director|performer|voice|goodreads|collect|prólog|prolog|préfac|nachwort|vorwort|sprecher|lector|lecteur|çevir|překl|tłum|fordít|käänt|kuvit|överst|oversæt|oversett|перев|чита|иллюстр|редакт|μετάφρ|訳|译|譯|역자|옮긴이|插|朗読|ナレ|イラスト|絵|画|編|编|그림|낭독|foto|redak|lektor|czyta|oppleser|indlæs|inläs|prevod|prijev|преве|прево|переклад|худож|vertėj|tulkot|tõlk|مترجم|מתרגם|dịch/i;
/** What follows `&` in the name of a company: `O'Reilly & Associates`. */
const COMPANY =
  /^(?:associates|sons?|co|company|partners?|bros|brothers|sisters|daughters|friends|others|family|group)\b/i;

/** Endings of company names: `Simon & Schuster, Inc.` */
const COMPANY_END = /,?\s(?:inc|ltd|llc|gmbh|corp|plc)\.?$/i;

/** Words before a name: `by Frank Herbert`, `Author: Frank Herbert`. */
const LABEL = /^(?:by|(?:written by|authors?|autor(?:en|es)?|auteurs?)\s*:)\s+(?=\p{Lu})/iu;
/** An author's country before a name in East Asia: `[美] 海明威`. */
const COUNTRY =
  /^(?:\[[\p{Script=Han}\p{Script=Hangul}]{1,6}\]|[（【〔(][\p{Script=Han}\p{Script=Hangul}]{1,6}[）】〕)])\s*(?=\S)/u;
/** The role of an author after a name in East Asia: `余华 著`, `조남주 지음`. */
const EAST_ASIAN_AUTHOR =
  /(?<=[\p{Script=Han}\p{Script=Hangul}\p{Script=Katakana}\p{Script=Hiragana}])\s(?:著|作|編著|编著|지음|저|글)$/u;

/** Years of life after a name: `, 1775-1817`, ` (1920-1986)`, `, 1948-`. */
const LIFE =
  /(?:,\s*|(?<!\s)\s+(?=[([]))[([]?(?:(?:born|b|d|fl|ca|c)\.?\s*|[*†]\s*)?\d{3,4}\??(?:\s*[-–]\s*(?:\d{3,4}\??)?)?[)\]]?(?=\s*(?:[,;|&([]|$))/gi;
/** A role that follows a name after a comma or a dash, and words for further people. */
const TRAILING_ROLE =
  /(?:,\s*|\s[-–—]\s)(author|autor|auteur|writer|editor|eds?\.|hrsg\.?|hg\.|narrator|translator|illustrator)(?=\s*(?:[,;|&]|$))/gi;
const OTHERS = /(?<!\s),?\s+(?:et\.? al\.?|u\. ?a\.|and others|i\.e\.)(?=\s*(?:[,;|]|$))/gi;

const MAY_BE_UNTIDY =
  /\d{3}|\sal\.?|\sothers|u\. ?a\.|[,–—-]\s*(?:aut|wri|ed|hrsg|hg|narr|trans|illus)/i;

/** Removes years of life and writes roles in brackets. */
function tidied(names: string): string {
  if (!MAY_BE_UNTIDY.test(names)) return names;
  return names.replace(LIFE, "").replace(OTHERS, "").replace(TRAILING_ROLE, " ($1)");
}

const spaced = (name: string): string => name.replace(/\s+/g, " ").trim();

/** Text in brackets, or one character that is not a comma. */
const OUTSIDE_COMMAS = /(?:\([^()]*\)|\[[^[\]]*\]|[^,])+/g;

/** Splits names at commas outside brackets; `King, Jr.` stays one name. */
export function splitAtCommas(list: string): string[] {
  const names: string[] = [];
  const cell = tidied(list);
  const pieces = /[([]/.test(cell) ? (cell.match(OUTSIDE_COMMAS) ?? []) : cell.split(",");
  for (const piece of pieces.map(spaced)) {
    const last = names.at(-1);
    if (piece === "") continue;
    if (SUFFIX.test(piece) && last !== undefined) names[names.length - 1] = `${last}, ${piece}`;
    else names.push(piece);
  }
  return names;
}

/**
 * Words between two people. In lower case, because an upper-case letter is an initial: `Anna E
 * Brown`.
 */
const AND =
  /,?\s(?:[Aa]nd|AND|[Uu]nd|[Ee]t|with|mit|avec|con|con|y|e|i|och|og|en|и|та|й|és|ja|ve|και|și)\s/u;

const wordsIn = (name: string): number => name.split(" ").length;

/** Splits at `&` and at words for it, unless that would split the name of a company. */
function splitAtAmpersands(part: string): string[] {
  const pieces: string[] = [];
  for (const piece of part.split(/\s&\s/).map(spaced)) {
    const last = pieces.at(-1);
    const isOneName =
      last !== undefined &&
      (COMPANY.test(piece) ||
        COMPANY_END.test(piece) ||
        (wordsIn(piece) === 1 && wordsIn(last) === 1 && pieces.length === 1));
    if (isOneName) pieces[pieces.length - 1] = `${last} & ${piece}`;
    else pieces.push(piece);
  }
  return pieces.flatMap((piece) => {
    const names = piece.split(AND);
    const isList = names.length > 1 && names.every((name) => wordsIn(spaced(name)) > 1);
    return isList ? names.map(spaced) : [piece];
  });
}

/** Separators that never occur within a name. */
const MARKS =
  /[;|\n、，；•]|\s[/+]\s|(?<=[\p{Script=Han}\p{Script=Hangul}])\/(?=[\p{Script=Han}\p{Script=Hangul}])/u;

const MAY_HAVE_MARKS = /[;|\n、，；•/+]/;

/** Whether names are separated by marks other than commas and `&`. */
export const hasMarks = (cell: string): boolean => MAY_HAVE_MARKS.test(cell) && MARKS.test(cell);

const MAY_BE_SEVERAL = new RegExp(String.raw`[;|\n、，；•/+&]|${AND.source}`, "u");

/** Splits whole names at `/`: `Ann Bell/Bob Cole`, but not `AC/DC`. */
function splitAtSlashes(part: string): string[] {
  const names = part.includes("/") ? part.split("/").map(spaced) : [part];
  return names.every((name) => wordsIn(name) > 1) ? names : [part];
}

/** A name without the labels, years and roles that some files add. */
function bareOf(name: string): string {
  const label = LABEL.test(name) ? name.replace(LABEL, "") : name;
  return /\P{ASCII}/u.test(label)
    ? label.replace(COUNTRY, "").replace(EAST_ASIAN_AUTHOR, "")
    : label;
}

/** Splits names at characters that cannot be part of a name; ignores commas. */
export function splitAtMarks(written: string): string[] {
  const cell = bareOf(written);
  if (!MAY_BE_SEVERAL.test(cell)) return [spaced(cell)].filter((name) => name !== "");
  return cell
    .replace(/[^\S\n]+/g, " ")
    .split(MARKS)
    .flatMap(splitAtSlashes)
    .flatMap(splitAtAmpersands)
    .map((name) => bareOf(spaced(name)))
    .filter((name) => name !== "");
}

/**
 * Turns `Le Guin, Ursula K.` into `Ursula K. Le Guin`, and `King, Martin Luther, Jr.` into `Martin Luther King, Jr.` A role
 * in brackets stays at the end.
 */
export function naturalOrder(turned: string): string {
  const name = tidied(turned);
  const [, bare, round, square, wide] = ROLE.exec(name) ?? [];
  const role = round ?? square ?? wide;
  if (bare !== undefined && role !== undefined) return `${naturalOrder(bare)} (${role})`;
  const [last, first, ...suffixes] = name.split(",").map(spaced);
  if (last === undefined || first === undefined || first === "" || last === "") return spaced(name);
  if (SUFFIX.test(first) || suffixes.some((suffix) => !SUFFIX.test(suffix))) return spaced(name);
  return [`${first} ${last}`, ...suffixes].join(", ");
}

/** Longer names are not examined, because the pattern takes more than linear time. */
const MAX_GIVEN_NAME_LENGTH = 100;
/** One word, initials, or one word and initials: `Frank`, `J. R. R.`, `Ursula K.` */
const GIVEN_NAME = /^(?:[^\s.]+|(?:\p{Lu}\.[\s-]?)+)(?:\s\p{Lu}\.?)*$/u;

/**
 * Splits a list of names at commas. One word followed by a given name is a single author whose family name comes first
 * (`Herbert, Frank`).
 */
export function namesInList(cell: string): string[] {
  const names = splitAtCommas(cell);
  const [first = "", second = ""] = names;
  const isOne =
    names.length === 2 &&
    !first.includes(" ") &&
    second.length <= MAX_GIVEN_NAME_LENGTH &&
    GIVEN_NAME.test(second);
  return isOne ? [naturalOrder(cell)] : names;
}

/** How likely a comma is within an inverted name (`family`) or between two people. */
export type CommaKind = "family" | "likelyFamily" | "either" | "likelyPeople" | "people";

const INITIALS = /^(?:\p{Lu}\.[\s-]?)+$/u;
const ENDS_WITH_INITIAL = /\s\p{Lu}\.?$/u;
const ENDS_WITH_SUFFIX = /,\s(?:jr|sr|ii|iii|iv)\.?$/i;
/** Names without spaces, in which the family name comes first anyway. */
const EAST_ASIAN =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}ー・]+$/u;
const ENDS_WITH_PARTICLE = /\s(?:de|du|da|van|von|der|del|di|le|la)$/;
const CAPITALS = /^\p{Lu}{2,}$/u;

/** Compares the pieces on both sides of a comma, without their roles. */
export function commaKind(before: string, after: string): CommaKind {
  if (INITIALS.test(after) || ENDS_WITH_PARTICLE.test(after)) return "family";
  if (after.includes("&")) return "people";
  const isInitialLast = ENDS_WITH_INITIAL.test(after);
  if (wordsIn(before) > 1) {
    if (PARTICLE.test(before) && !PARTICLE.test(after)) return "family";
    if (wordsIn(after) === 1) return "likelyFamily";
    // `Mario J.` follows a family name; `Bob B` after `Ann A` does not.
    return isInitialLast && !ENDS_WITH_INITIAL.test(before) ? "likelyFamily" : "people";
  }
  if (isInitialLast || ENDS_WITH_SUFFIX.test(after)) return "family";
  if (EAST_ASIAN.test(before) && EAST_ASIAN.test(after)) return "people";
  if (wordsIn(after) === 1) return "either";
  return CAPITALS.test(before) ? "people" : "likelyPeople";
}

/**
 * What a comma means in a column: `family` and `people` apply to every cell, `mostly...` to cells
 * that do not clearly show the opposite.
 */
export type CommaRule = "family" | "mostlyFamily" | "mostlyPeople" | "people";

/** Whether a comma between these pieces inverts a name. */
function isTurned(before: string, after: string, rule: CommaRule): boolean {
  if (rule === "family" || rule === "people") return rule === "family";
  const kind = commaKind(before, after);
  return rule === "mostlyFamily" ? kind !== "people" : kind === "family";
}

/**
 * Splits the names in a cell of unknown format. Semicolons, bars and similar marks separate names;
 * a comma in the same cell then follows a family name. The meaning of other commas is decided for
 * the whole column.
 */
export function guessNames(cell: string, rule: CommaRule): string[] {
  const quoted = quotedItems(cell);
  if (quoted !== undefined) return quoted.map(spaced).filter((name) => name !== "");
  const parts = splitAtMarks(cell);
  const areMarked = hasMarks(cell) && parts.length > 1;
  return parts.flatMap((part) => {
    const pieces = splitAtCommas(part);
    const [before = "", after = ""] = pieces.map(withoutRole);
    if (pieces.length === 2) {
      const isName = isTurned(before, after, areMarked ? "mostlyFamily" : rule);
      return isName ? [naturalOrder(part)] : pieces;
    }
    const isPaired = pieces.length % 2 === 0 && (rule === "family" || rule === "mostlyFamily");
    const pairs = isPaired ? pairsOf(pieces) : [];
    return pairs.length > 0 ? pairs.map(naturalOrder) : pieces;
  });
}

/**
 * Joins `Pratchett, Terry, Gaiman, Neil` into two names; empty if a piece looks like a full name.
 */
function pairsOf(pieces: readonly string[]): string[] {
  const pairs: string[] = [];
  for (let at = 0; at + 1 < pieces.length; at += 2) {
    const [before = "", after = ""] = [pieces[at], pieces[at + 1]];
    if (commaKind(withoutRole(before), withoutRole(after)) === "people") return [];
    pairs.push(`${before}, ${after}`);
  }
  return pairs;
}

const withoutRole = (name: string): string => ROLE.exec(name)?.[1] ?? name;

/**
 * The two pieces of a cell with a single comma and no other separator; undefined for any other
 * cell.
 */
export function piecesAtComma(cell: string): [before: string, after: string] | undefined {
  if (!cell.includes(",") || hasMarks(cell) || /\s&\s/.test(cell)) return undefined;
  const [before, after, ...others] = splitAtCommas(cell).map(withoutRole);
  if (before === undefined || after === undefined || others.length > 0) return undefined;
  return [before, after];
}

/**
 * Removes the role from a name; undefined if the role is known not to be an author's: `Anne Bell (Translator)`. Other text
 * in brackets is taken for a role of an author.
 */
export function authorOf(name: string): string | undefined {
  const [, bare, round, square, wide] = ROLE.exec(name) ?? [];
  const role = round ?? square ?? wide;
  if (bare === undefined || role === undefined) return name;
  return OTHER_ROLE.test(role) && !AUTHOR_ROLE.test(role) ? undefined : bare;
}

/** Whether a role from a separate cell is an author's; a blank role counts as one. */
export function isAuthorRole(role: string): boolean {
  return role.trim() === "" || AUTHOR_ROLE.test(role);
}

/** Whether a name is followed by a role. */
export function hasRole(name: string): boolean {
  return ROLE.test(name);
}
