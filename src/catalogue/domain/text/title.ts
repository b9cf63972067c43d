import { toLine } from "../merge/normalise.ts";
import { foldLetters } from "./fold-letters.ts";
import { isPlaceholder } from "./placeholder.ts";
import { roleIn } from "./role.ts";

/** Bindings and media that shops and catalogues append to a title. */
const MEDIUM =
  "(?:(?:mass market|trade|perfect|pocket|board|library) )?(?:paperback|hardcover|hardback|hard cover|soft ?cover|softback|pbk|hbk|board ?book|paper ?back|spiral[- ]bound|leather[- ]bound|library binding|mass market|kindle(?: edition)?|e-?book|epub|pdf|audio ?book|audio cd|audio cassette|unabridged|taschenbuch|gebunden|gebundene ausgabe|broché|relié|poche|tapa (?:blanda|dura)|brossura)(?: edition| ed)?\\.?";
/** Media that are also words of titles, in brackets alone. */
const BRACKETED_MEDIUM =
  "(?:large (?:print|type)|audible audio|mp3(?: cd)?|cd|dvd|import)(?: edition)?";
/** The general material designation in a library record. */
const DESIGNATION =
  "(?:text|electronic resource|sound recording(?: \\(cd\\))?|spoken word|tactile|videorecording|microform|microfiche|manuscript|computer file|cartographic material|music|large print|text \\(large print\\)|text \\(large type\\)|large type|braille|kit|picture|electronic book|electronic|book|compact disc)";
const APPENDED_MEDIUM = new RegExp(
  `\\s*(?:[([]\\s*(?:${MEDIUM}|${BRACKETED_MEDIUM})\\s*[)\\]]|[-–—,:]\\s+${MEDIUM})\\s*$`,
  "i",
);
const DESIGNATED = new RegExp(`\\s*\\[\\s*${DESIGNATION}\\s*\\]\\s*`, "i");

/** Articles that catalogues move to the end; those of the second kind are also ordinary English words. */
const ARTICLES =
  "the|an?|le|la|les|l['’]|une?|der|das|eine?|el|los|las|il|gli|het|een|um|uma|ett|et|az";
const AMBIGUOUS = "die|den|det|de|en|lo|un|i|o|os|as|uno|una|dem|des|las";
const MOVED_ARTICLE = new RegExp(
  `^([^:;(/]*[^:;(/\\s,]),\\s+(${ARTICLES}|${AMBIGUOUS})(?=\\s*(?:$|[:;(/]))`,
  "i",
);
const IS_AMBIGUOUS = new RegExp(`^(?:${AMBIGUOUS})$`, "i");

/** `by J.R.R. Tolkien`, `translated from the French by ...`: the statement of responsibility, not a part of a title. */
const RESPONSIBILITY =
  /^(?:(?:[a-z]+ed|adapt[ée]e?s?|traduit|traduzione|herausgegeben|übersetzt|edited and [a-z]+ed|written and [a-z]+ed|with (?:an? |the )?(?:new )?(?:introduction|foreword|preface|afterword|illustrations|drawings|photographs|notes))\s+(?:(?:from|with) .+? )?(?:by|par|von|di|da|por)|\[?by\]?|par|von)\s+(.+)$/i;
/** `[by] J.R.R. Tolkien` after a title, as cards had it before the slash. */
const BRACKETED_BY = /\s+\[by\]\s+\S.*$/i;
/** What follows a slash only if it states who is responsible: `by the author of Emma`, `edited ... by`, `J. Smith`, `... [et al.]`. */
const STATEMENTS: readonly RegExp[] = [
  /^\[?by\]?\s|^as told (?:to|by)\s|^[a-z]+ed\b.*\sby\s|\b(?:et\.? al|and others)\b/i,
  /^(?:\p{Lu}\.[\s-]?)+\p{Lu}\p{L}+/u,
  /;\s.*\s(?:by|par|von|por|door|av)\s+\p{Lu}/u,
];
const NAME_WORD =
  /^(?:\p{Lu}[\p{L}\p{M}'’.-]*|de|da|di|do|dos|du|del|der|den|van|von|zu|la|le|el|al|bin|ibn|and|y|e|et|und|with|of|&)$/u;
/** Abbreviations that keep their full stop at the end of a title. */
const ABBREVIATION =
  /(?:^|[\s(])(?:\p{L}|etc|jr|sr|vols?|nos?|inc|ltd|co|corp|dept|ed|eds|ca|st|mrs?|ms|dr|prof|rev|vs|misc|assn|bros|h\.l|u\.s|ph\.d|ill|supp?l|pt|bd|ser)\.$/iu;

/** What is left of a card can be several deep: `Dune [text] (pbk.) : /`. */
const MAX_ROUNDS = 12;

/** Whether a text looks like a person's name: words of a name, at least one of them capitalised. */
function isNameLike(text: string): boolean {
  const words = text.split(/[\s,;]+/).filter((word) => word !== "");
  return (
    words.length > 0 &&
    words.length <= 12 &&
    words.every((word) => NAME_WORD.test(word)) &&
    /\p{Lu}/u.test(text)
  );
}

/** The people of a statement of responsibility (`by J.R.R. Tolkien.`); undefined if the text is not one. */
export function responsibilityIn(
  text: string,
  authors: readonly string[] = [],
): string | undefined {
  const named = RESPONSIBILITY.exec(text)?.[1]?.replace(/[\s./]+$/, "");
  if (named === undefined) return undefined;
  const folded = foldLetters(named);
  if (authors.some((author) => folded.includes(foldLetters(author)))) return named;
  // `By Sea and Land`, `By Royal Command`: with a capital, it may as well be a title.
  if (/^By\s/.test(text) && !/\p{Lu}\./u.test(named)) return undefined;
  return named === "the author" || isNameLike(named.split(/\s*;\s/, 1)[0] ?? "")
    ? named
    : undefined;
}

/** Whether what follows a slash says who is responsible, and is not a part of the title (`Face / Off`). */
function isStatement(text: string, authors: readonly string[]): boolean {
  if (responsibilityIn(text, authors) !== undefined) return true;
  if (STATEMENTS.some((pattern) => pattern.test(text))) return true;
  if (text.split(/\s*;\s*/).some((part) => roleIn(part).role !== undefined)) return true;
  const words = text.split(/[\s,;]+/).map(foldLetters);
  return authors.some((author) => {
    const surname = foldLetters(author.split(" ").at(-1) ?? "");
    const isNamed = surname.length > 2 && words.includes(surname);
    return isNamed || foldLetters(text).includes(foldLetters(author));
  });
}

/** The text without the punctuation that separates the parts of a library card. */
function withoutCardMarks(text: string): string {
  const bare = text
    .replace(/(?:\s+[-/]|\s*(?:[,;:=–—]|--|(?<=\w{3})\/|(?<=[:;])\/))+$/, "")
    .replace(/\s+([:;])(?=\s)/g, "$1");
  const endsInStop = /[^.]\.$/.test(bare) && !ABBREVIATION.test(bare);
  return endsInStop && !/[.!?]\s/.test(bare) && !/\p{L}\.\p{L}/u.test(bare)
    ? bare.slice(0, -1)
    : bare;
}

function withArticleInFront(title: string): string {
  const [moved, rest = "", article = ""] = MOVED_ARTICLE.exec(title) ?? [];
  if (moved === undefined) return title;
  // `Live, Love, Die`: an ambiguous word may belong to a list.
  if (IS_AMBIGUOUS.test(article) && (rest.includes(",") || !/^\p{Lu}/u.test(article))) return title;
  const first = article.charAt(0).toUpperCase() + article.slice(1);
  return (/['’]$/.test(first) ? first : `${first} `) + rest + title.slice(moved.length);
}

/** The title without an appended binding, medium, statement of responsibility and card marks. */
function bareTitle(line: string, authors: readonly string[]): string {
  const [title = "", ...statement] = line.split(/\s+\/\s+/);
  const said = statement.join(" / ");
  const bare = withoutCardMarks(
    (said !== "" && isStatement(said, authors) ? title : line)
      .replace(BRACKETED_BY, "")
      .replace(DESIGNATED, " ")
      .replace(APPENDED_MEDIUM, "")
      .trim(),
  );
  const supplied = /^\[([^[\]]+)\]$/.exec(bare)?.[1]?.trim();
  return withArticleInFront(supplied ?? bare);
}

/**
 * Cleans a title, removing the remains of library cards (`Hobbit, The`, `The hobbit /`, `Dune
 * [Paperback]`). Applying it again changes nothing. Undefined if no text is left.
 * @param authors the names that a statement of responsibility may contain
 */
export function toTitle(value: unknown, authors: readonly string[] = []): string | undefined {
  let title = toLine(value);
  for (let round = 0; title !== undefined && round < MAX_ROUNDS; round += 1) {
    const bare: string | undefined = toLine(bareTitle(title, authors));
    // A title that consists only of a medium or a mark is kept: "Hardcover", "E".
    if (bare === undefined || bare === title) break;
    title = bare;
  }
  return title;
}

/** A subtitle; undefined if it is a placeholder, a statement of responsibility, or the name of a medium. */
export function toSubtitle(value: unknown, authors: readonly string[] = []): string | undefined {
  const line = toLine(value)?.replace(/^[:;/=]\s*/, "");
  if (line === undefined || isPlaceholder(line)) return undefined;
  if (responsibilityIn(line, authors) !== undefined) return undefined;
  if (new RegExp(`^[([]?(?:${MEDIUM}|${DESIGNATION})[)\\]]?$`, "i").test(line)) return undefined;
  return toTitle(line, authors);
}

/** Whether a title has remains of a library card, as titles stored by an earlier version may. */
export function hasCardRemains(title: string): boolean {
  return toTitle(title) !== title;
}

/**
 * The subtitle, unless the title already contains it (`Sapiens: A Brief History`, `A Brief
 * History`).
 */
export function withoutRepeated(title: string, subtitle: string | undefined): string | undefined {
  if (subtitle === undefined) return undefined;
  const [whole, part] = [foldLetters(title), foldLetters(subtitle)];
  return part !== "" && (whole === part || whole.endsWith(part)) ? undefined : subtitle;
}
