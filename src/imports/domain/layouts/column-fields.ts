import { columnKey } from "./column-names.ts";
import { withoutScale } from "./column-scale.ts";
import { isStem, nameWords, stemsOf } from "./column-stems.ts";
import type { Field } from "./fields/index.ts";
import { statusOfWord } from "./statuses.ts";
import { synonymOf } from "./synonyms.ts";

/** Longer texts are not column names. */
const MAX_LENGTH = 60;
const MAX_WORDS = 7;

/**
 * Names that differ only by accents from a name in another language: Czech `díl` is a volume,
 * Turkish `dil` a language.
 */
const ACCENTED: ReadonlyMap<string, Field> = new Map([["díl", "seriesPosition"]]);

/**
 * Returns the field of a column of a table of unknown origin by its name, if any: by the lists of
 * names, or by the words in the name. `Eigene Bewertung (1-10)` is a `Bewertung`, `Data fine
 * lettura` a date on which reading ended.
 */
export function fieldOfName(name: string): Field | undefined {
  const bare = name.length > MAX_LENGTH ? name : name.replace(PERCENT, " ");
  if (bare !== name && isOfProgress(nameWords(bare))) return "progress";
  const known =
    ACCENTED.get(name.trim().toLowerCase().normalize("NFC")) ??
    numberInSeries(name) ??
    synonymOf(columnKey(name));
  if (known !== undefined || name.length > MAX_LENGTH) return known;
  const words = nameWords(name);
  if (words.length === 0 || words.length > MAX_WORDS) return undefined;
  const asked = answer(name);
  return (
    ratingOf(name) ??
    ownField(words) ??
    partOfAuthor(words) ??
    titleOrNumber(words) ??
    dayOfReading(words) ??
    dayOfEnd(words) ??
    (asked === "isOfStatus" ? asked : (composed(words) ?? asked))
  );
}

const PERCENT = /[%٪％]|\p{L}*(?:per|pour|por|pro)[cz]ent\p{L}*|процент\p{L}*/giu;

/** `% complete`, `Gelesen in Prozent`, `Progress (%)`. */
const isOfProgress = (words: readonly string[]): boolean =>
  words.every(
    (word) =>
      synonymOf(word) === "progress" ||
      (["reading", "end", "filler"] as const).some((stem) => isStem(word, stem)),
  );

/** `Rating (0-5)`, `Persönliche Bewertung /10`: a rating with its scale. */
function ratingOf(name: string): Field | undefined {
  const bare = withoutScale(name);
  const field =
    bare === undefined ? undefined : (synonymOf(columnKey(bare)) ?? ownField(nameWords(bare)));
  return field === "rating" ? field : undefined;
}

/** Fields that a user's column name may mark as their own. */
const OWN_FIELDS: ReadonlySet<Field | undefined> = new Set<Field>([
  "rating",
  "review",
  "notes",
  "tags",
  "status",
  "progress",
  "startedAt",
  "finishedAt",
  "isRead",
  "readCount",
]);

function ownField(words: readonly string[]): Field | undefined {
  const bare = words.filter((word) => !isStem(word, "own"));
  if (bare.length === 0 || bare.length === words.length) return undefined;
  const isArticle = (word: string): boolean => ["il", "la", "o", "a", "η", "η"].includes(word);
  const [first = "", ...rest] = bare;
  const field =
    synonymOf(columnKey(bare.join(" "))) ??
    (isArticle(first) ? synonymOf(columnKey(rest.join(" "))) : undefined);
  return OWN_FIELDS.has(field) ? field : undefined;
}

const AUTHOR = new Set(
  nameWords(
    "author authors autor autora autorin autors autore auteur writer verfasser schrijver forfatter författare автор автора yazar szerző",
  ),
);
const GIVEN = keys(
  "first name|firstname|given name|forename|vorname|vornamen|prénom|voornaam|imię|förnamn|fornavn|nombre de pila|křestní jméno|keresztnév|etunimi",
);
const FAMILY = keys(
  "last name|lastname|surname|family name|nachname|familienname|zuname|nom de famille|apellido|apellidos|cognome|achternaam|sobrenome|nazwisko|efternamn|etternavn|фамилия|прізвище|soyadı|soyad|příjmení|priezvisko|vezetéknév|sukunimi|επώνυμο",
);

function keys(names: string): ReadonlySet<string> {
  return new Set(names.split("|").map(columnKey));
}

/** `Author 2`, `Author First Name`, `Nachname`. */
function partOfAuthor(words: readonly string[]): Field | undefined {
  const [first = "", ...rest] = words;
  const [, author = "", place] = /^(\p{L}+)([1-9])$/u.exec(first) ?? [];
  if (place !== undefined && rest.length === 0 && AUTHOR.has(author)) return "authorsInAnyOrder";
  const others = words.filter(
    (word) => !AUTHOR.has(word) && !["of", "s", "des", "del", "de", "la"].includes(word),
  );
  const key = others.join("");
  if (GIVEN.has(key)) return "authorGivenName";
  if (FAMILY.has(key)) return "authorFamilyName";
  if (key === "" || key === "in") return words.length > 1 ? "authorsInAnyOrder" : undefined;
  const isAuthor = AUTHOR.has(words[0] ?? "");
  if (isAuthor && key === "first") return "authorGivenName";
  if (isAuthor && key === "last") return "authorFamilyName";
  return isAuthor && /^[1-9]$/.test(key) ? "authorsInAnyOrder" : undefined;
}

const TITLES = new Set(
  nameWords(
    "title titel tittel titre título titulo titolo tytuł название název názov cím titlu заглавие назва naslov títol τίτλος başlık",
  ),
);
/** Words for a book or its number that accompany the word for the value. */
const OF_BOOK = new Set(
  nameWords(
    "name code number no nr num numéro número numero numer nummer kód kod 10 13 bogen bogens bokens boka bokas książki kirjan cartea carte edition",
  ),
);

const NUMBER = new Set(
  nameWords("number no nr num n numéro número numero numer nummer номер order index position"),
);

/** `Series #`, `Book #`, `Order in Series`, `Nummer der Reihe`. */
function numberInSeries(name: string): Field | undefined {
  const isMarked = /#\s*$/.test(name);
  const words = nameWords(name);
  const others = words.filter((word) => !NUMBER.has(word) && !isStem(word, "filler"));
  if (others.length > 2 || (others.length === words.length && !isMarked)) return undefined;
  const field = synonymOf(columnKey((others.length > 0 ? others : words).join(" ")));
  const isOfBook = field === "title" && isMarked;
  return field === "series" || field === "seriesPosition" || isOfBook
    ? "seriesPosition"
    : undefined;
}

/** `Title of Book`, `Bogens titel`, `BOOK_ISBN`, `Code ISBN`. */
function titleOrNumber(words: readonly string[]): Field | undefined {
  const others = words.filter((word) => !OF_BOOK.has(word) && !isStem(word, "filler"));
  const [only = ""] = others;
  if (others.length !== 1 || words.length === 1) return undefined;
  if (TITLES.has(only)) return "title";
  return /^(?:isbn|ean)(?:1[03])?$/.test(only) ? "isbn" : undefined;
}

/** `Date Started 2`, `Finished #3`: a date of one of several readings. */
function dayOfReading(words: readonly string[]): Field | undefined {
  if (!/^[1-9]$/.test(words.at(-1) ?? "")) return undefined;
  const others = words.slice(0, -1);
  const field = synonymOf(columnKey(others.join(" "))) ?? composed(others);
  return field === "startedAt" || field === "finishedAt" ? field : undefined;
}

/** `Date DNF`, `Abgebrochen am`: the day on which a book was abandoned. */
function dayOfEnd(words: readonly string[]): Field | undefined {
  const others = words.filter((word) => !isStem(word, "date") && !isStem(word, "filler"));
  const isDay = others.length < words.length && others.length > 0;
  return isDay && statusOfWord(others.join(" ")) === "abandoned" ? "stoppedAt" : undefined;
}

/** Names composed of words for dates, for reading, and for its start, end and state. */
function composed(words: readonly string[]): Field | undefined {
  const stems = stemsOf(words);
  if (stems === undefined) return undefined;
  if (stems.has("status")) return stems.has("date") ? undefined : "status";
  if (stems.has("start")) return stems.has("end") ? undefined : "startedAt";
  const isEnd = stems.has("end") || (stems.has("date") && stems.has("reading"));
  return isEnd ? "finishedAt" : undefined;
}

/** A question such as `Have you read it?` or `已读`, a column for one status (`DNF`), and one for two (`Read/Unread`). */
function answer(name: string): Field | undefined {
  const bare = name.replace(/[?？;;¿]/gu, "").trim();
  const rest = nameWords(bare).filter((word) => !isStem(word, "question"));
  const status = statusOfWord(bare) ?? statusOfWord(rest.join(" "));
  if (status !== undefined) return status === "completed" ? "isRead" : "isOfStatus";
  const parts = bare.split("/").map(statusOfWord);
  return parts.length > 1 && !parts.includes(undefined) ? "status" : undefined;
}
