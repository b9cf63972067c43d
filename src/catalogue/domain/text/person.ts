import { toLine } from "../merge/normalise.ts";
import { roleIn, type Role } from "./role.ts";

/** A person or body with a role in a book; no role means author. */
export interface Contributor {
  readonly name: string;
  readonly role?: Role;
}

/** Years of life at the end of a heading: `, 1892-1973.`, `, b. 1950`, `, active 16th century`, `(1892-1973)`. */
const LIFE =
  /(?:,\s*|\s+[([]\s*)(?:(?:b|d|fl|ca?|born|died|active|approximately)\.?\s*)*(?:\d{3,4}\??(?:\s+[a-z]{3,9}\.?(?:\s+\d{1,2})?)?(?:\s+or\s+\d{1,4}\??)?(?:\s*(?:[-–]|or)\s*(?:(?:ca?\.|approximately|or)\s*)?(?:\d{3,4}\??)?)?|\d{1,4}\??\s*B\.?C\.?(?:E\.?)?\s*[-–]\s*(?:A\.?D\.?\s*)?\d{1,4}\??|\d{1,2}(?:st|nd|rd|th) cent(?:ury|\.))(?:\s+(?:B\.?C|A\.?D)\.?(?:E\.?)?)?(?:\s+or\s+\d{1,4}(?:\s+A\.?D\.?)?)?\s*[)\]]?[.,]?\s*$/i;
/** The fuller form of initials: `Tolkien, J. R. R. (John Ronald Reuel)`. */
const FULLER_FORM =
  /(?<=\p{Lu}\.?|,\s[^,()]+)\s+\(\s*(\p{Lu}[\p{L}\p{M}'’.-]*(?:\s+\p{Lu}[\p{L}\p{M}'’.-]*)*\s*)\)/u;
const SUFFIX =
  /^(?:jr|sr|père|fils|the (?:elder|younger)|ii|iii|iv|v|ph\.?\s?d|m\.?\s?d|m\.?\s?a|d\.?\s?d|esq|j\.?\s?d|r\.?\s?n|dr|cpa|mba)\.?$/i;
const HONORIFIC =
  /^(?:sir|dame|lord|lady|mrs|mr|ms|miss|dr|prof|professor|rev|reverend|fr|father|brother|sister|saint|st|pope|king|queen|prince|princess|baron|baroness|count|countess|graf|gräfin|freiherr(?: von)?|freiin|comte|comtesse|marquis(?: de)?|duke|duchess|earl|viscount|bart|emperor of .*|queen of .*|king of .*)\.?$/i;
const PARTICLE =
  /^(?:de|da|di|do|dos|das|du|des|del|della|der|den|van|von|vom|zu|zur|la|le|las|los|les|el|al|bin|ibn|ben|ter|ten|te|mac|st|saint|san|santa|o)\.?$/i;
/** What distinguishes a forename: `Leonardo, da Vinci`, `Teresa, of Avila`, `Thomas, Aquinas`. */
const EPITHET = /^(?:(?:of|de|da|di|del|von|van|the|à)\s+\p{Lu}.*|d['’]\p{Lu}.*|Aquinas|Magnus)$/u;
/** Also `deWitt`, `d'Ormesson`. */
const NAME_WORD = /^(?:\p{Ll}{1,3}['’]?\p{Lu}|[\p{Lu}\p{Lt}\p{Lo}])/u;
/** Stands for a person in a list of names: `Unknown, Seamus Heaney`. */
const NOBODY = /^(?:unknown|anonymous|various)$/i;
const INITIALS = /^(?:\p{Lu}\.?-?)+$/u;
/** Words of corporate names, which may contain commas and "and". */
const BODY =
  /\b(?:inc|ltd|llc|llp|co|corp|corporation|company|press|publishing|publishers|books|editors|staff|department|dept|university|college|school|institute|institution|association|society|committee|commission|council|ministry|office|bureau|agency|foundation|museum|library|gallery|church|center|centre|group|team|project|conference|congress|organization|organisation|union|board|bank|museum|nations|states|army|navy|service|services|international|national|royal|american|for|of|the)\b/i;

const EAST_ASIAN =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}々ー]+$/u;
/** What distinguishes a person from another one of the same name: `Smith, John (Novelist)`. */
const OCCUPATION =
  /\s+\((?:novelist|poet|(?:fiction |comic book )?writer|author|musician|historian|journalist|professor|artist|lawyer|physician|photographer|playwright|politician|economist|philosopher|teacher|theologian|actor|actress|singer)\)/i;

const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

/**
 * Whether a text looks like given names and a surname: at least two words, none of them from a
 * corporate name.
 */
function isFullName(text: string): boolean {
  const words = wordsOf(text);
  return (
    words.length >= 2 &&
    words.length <= 6 &&
    !BODY.test(text) &&
    !/[\d/:()]/.test(text) &&
    words.every((word) => NAME_WORD.test(word) || PARTICLE.test(word)) &&
    !(INITIALS.test(words.at(-1) ?? "") && !/^[IVX]+$/.test(words.at(-1) ?? ""))
  );
}

/** Whether a text can be the name of one person in a list: a full name, or one word that is no part of another name. */
function isListed(text: string): boolean {
  const isWord = /^\p{Lu}[\p{L}'’-]+$/u.test(text) && !SUFFIX.test(text) && !HONORIFIC.test(text);
  return isFullName(text) || EAST_ASIAN.test(text) || (isWord && !BODY.test(text));
}

/**
 * Whether `before, after` is a surname followed by given names, rather than two people or a body.
 */
function isInverted(before: string, after: string): boolean {
  if (BODY.test(before) || BODY.test(after) || /\d/.test(before + after)) return false;
  if (NOBODY.test(before) || NOBODY.test(after)) return false;
  if (EAST_ASIAN.test(before) !== EAST_ASIAN.test(after)) return false;
  const [surname, given] = [wordsOf(before), wordsOf(after)];
  if (surname.length > 4 || given.length > 5 || given.length === 0) return false;
  // `hooks, bell`: a name that has no capitals.
  const isLower = !/\p{Lu}/u.test(before + after) && surname.length === 1;
  if (!given.every((word) => isLower || /^[\p{Lu}\p{Lo}]/u.test(word) || PARTICLE.test(word)))
    return false;
  if (surname.length === 1 || given.length === 1) return true;
  if (surname.some((word) => INITIALS.test(word) && word.includes("."))) return false;
  // `Ben Carson, Cecil Murphey`, unlike `Ben Gurion, David`.
  if (/^(?:Al|Ben|Mac|Del|Des)$/.test(surname[0] ?? "") && isFullName(after)) return false;
  const last = given.at(-1) ?? "";
  // `Malcolm Jones III`
  const isInitial = INITIALS.test(last) && !/^[IVX]{2,}$/.test(last);
  return isInitial || PARTICLE.test(last) || PARTICLE.test(surname[0] ?? "");
}

/** The name in reading order: `Tolkien, J. R. R. (John Ronald Reuel), 1892-1973.` is J. R. R. Tolkien. */
function inReadingOrder(heading: string): string {
  const [surname = "", ...others] = heading.split(/\s*[,،]\s*/);
  const [title = ""] = others;
  // `Seuss, Dr.`, `Victoria, Queen`: a single name with a title.
  if (others.length === 1 && HONORIFIC.test(title) && !/\s/.test(surname + title)) {
    return `${title} ${surname}`;
  }
  const parts = others.filter((part) => part !== "" && !HONORIFIC.test(part));
  const suffix = parts.find((part) => SUFFIX.test(part));
  const [given, ...rest] = parts.filter((part) => part !== suffix);
  if (given !== undefined && EPITHET.test(given) && !surname.includes(" ")) {
    return [`${surname} ${given}`, ...rest].join(", ");
  }
  if (given === undefined || rest.length > 0 || !isInverted(surname, given)) {
    return others.length === parts.length ? heading : [surname, ...parts].join(", ");
  }
  // The family name comes first in East Asia.
  if (EAST_ASIAN.test(surname) && EAST_ASIAN.test(given)) return surname + given;
  const name = /['’]$/.test(given) ? given + surname : `${given} ${surname}`;
  return suffix === undefined ? name : `${name}, ${suffix}`;
}

/** A full stop that ends a heading, not one of an initial or an abbreviation. */
function withoutStop(name: string): string {
  return /(?:\p{Ll}{2}|\)|\d)\.$/u.test(name) &&
    !/\b(?:jr|sr|inc|ltd|co|corp|esq|bros|dr|mr|mrs|ms|st|phil)\.$/i.test(name)
    ? name.slice(0, -1)
    : name;
}

/**
 * Parses one person or body: an inverted or dated heading, with a role before or after the name.
 */
export function toContributor(value: unknown): Contributor | undefined {
  const line = toLine(value);
  if (line === undefined) return undefined;
  const { text, role } = roleIn(line);
  const undated = [LIFE, LIFE, OCCUPATION, FULLER_FORM].reduce(
    (name, part) => name.replace(part, ""),
    text,
  );
  const bare = undated
    .replace(/^\[?[Bb][Yy]\]?(?::|\s)\s*(?=\P{Ll})/u, "")
    .replace(/^\[(.*)\]$/, "$1");
  const heading = withoutStop(bare.replace(/[\s,;:/]+$/, "").trim());
  const name = inReadingOrder(heading);
  if (name === "") return undefined;
  return role === undefined ? { name } : { name, role };
}

/**
 * Separates a name from the statement of another person's role: `Roald Dahl, illustrated by Quentin
 * Blake`.
 */
const BEFORE_STATEMENT =
  /,\s+(?=(?:illustrated|translated|edited|narrated|read|adapted|introduced|introduction|foreword|afterword|illustrations|illustriert|übersetzt|herausgegeben|traduit|illustré|traducido|ilustrado)\b.*\b(?:by|von|par|por)\s)/i;

/** The parts of a text that joins several full names with a semicolon, `&`, `and`, a slash or commas. */
export function splitNames(text: string): string[] {
  const apart = text
    .split(/\s*;\s*|\s*\|\s*/)
    .flatMap((part) => part.split(BEFORE_STATEMENT))
    .filter((part) => part !== "");
  if (apart.length > 1) return apart.flatMap(splitNames);
  const joined = text.split(/,?\s+(?:&|and|und|et|y|with|und|en)\s+|\s+\/\s+|\/(?=\p{Lu}\p{Ll})/u);
  if (joined.length > 1) {
    const parts = joined.flatMap(splitNames);
    return parts.every(isFullName) ? parts : [text];
  }
  const listed = text.split(/\s*[,،]\s*/);
  const [before = "", after = ""] = listed;
  const isPair = listed.length === 2 && isInverted(before, after);
  if (listed.length > 1 && !isPair && listed.every(isListed)) {
    // Of two, both have a full name. In a longer list, a single word may be a whole name: `Homer, Robert Fagles, Bernard Knox`.
    const isSure = (part: string): boolean => NOBODY.test(part) || EAST_ASIAN.test(part);
    if (listed.some(isSure) || listed.every(isFullName) || listed.filter(isFullName).length > 1)
      return listed;
  }
  // `Tolkien, J.R.R., Lewis, C.S.`: a list of inverted names.
  const isSeries = listed.length >= 4 && listed.length % 2 === 0;
  const pairs = isSeries
    ? listed.flatMap((part, index) =>
        index % 2 === 0 ? [[part, listed[index + 1] ?? ""] as const] : [],
      )
    : [];
  const areInverted =
    pairs.length > 0 &&
    pairs.every(
      ([last, first]) => wordsOf(last).length <= 2 && INITIALS.test(wordsOf(first)[0] ?? ""),
    );
  return areInverted ? pairs.map((pair) => pair.join(", ")) : [text];
}
