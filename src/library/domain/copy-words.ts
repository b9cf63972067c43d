import type { Format } from "../../../contract/library-fields.ts";
import { nameKey } from "./fold.ts";

/**
 * Words that name a format on their own, in English, German, French, Spanish, Italian, Dutch,
 * Portuguese and other languages.
 */
const WORDS: Readonly<Record<Format, string>> = {
  paperback:
    "pb|pbk|tpb|obálka|обложка|nidottu|pokkari|pocket|poche|tb|karton kapak|文庫|文庫本|新書|平裝|平装",
  hardcover:
    "hc|hb|hbk|gebunden|relié|relie|kemény|sidottu|ciltli|vázaná|精装|精裝|양장|양장본|上製",
  ebook:
    "pdf|mobi|azw|azw3|digital|digitale|numérique|kobo|nook|kepub|cbz|cbr|djvu|fb2|ibooks|apple books|google play books",
  audiobook: "cd|cds|mp3|m4b|cassette|cassettes|tape|audible|playaway|compact disc|sound recording",
  other:
    "other|sonstige|sonstiges|autre|autres|otro|otros|altro|outro|anders|annat|muu|inne|другое|その他|其他|기타|map|cards",
};

/** Parts of words and phrases. An audiobook comes first: `Audio CD` and `Preloaded Digital Audio Player` are both. */
const PARTS: readonly (readonly [Format, string])[] = [
  [
    "audiobook",
    "audio|hörbuch|hörspiel|luisterboek|ljudbok|lydbok|lydbog|аудиокнига|オーディオブック|有声书|有聲書|오디오북|sesli kitap|hangoskönyv|äänikirja|mp3 cd|książka mówiona",
  ],
  [
    "ebook",
    "e-book|e-boek|kindle|epub|e-kniha|e-könyv|e-kirja|e-kitap|e-bok|e-bog|livre numérique|livre électronique|libro electrónico|libro digital|libro elettronico|livro digital|livro eletrônico|książka elektroniczna|электронная|電子書籍|電子書|电子书|전자책|digital edition|digital book|nook book",
  ],
  [
    "hardcover",
    "hardcover|hardback|hard cover|library binding|leather bound|leatherbound|cloth bound|clothbound|gebundene|festeinband|pappband|cartonné|couverture rigide|tapa dura|pasta dura|encuadernado|copertina rigida|rilegato|cartonato|capa dura|encadernado|twarda|inbunden|innbundet|indbundet|твердый|твёрдый|твердая|твёрдая|ハードカバー|pevná vazba|keménytáblás|keménykötés|kovakantinen|σκληρόδετο|gebonden|harde kaft",
  ],
  [
    "paperback",
    "paperback|softcover|soft cover|paper back|softback|taschenbuch|broschiert|broschur|klappenbroschur|broché|livre de poche|couverture souple|tapa blanda|pasta blanda|rústica|bolsillo|brossura|tascabile|copertina flessibile|copertina morbida|capa mole|capa comum|brochura|livro de bolso|miękka|häftad|pocketbok|heftet|pocketboek|zachte kaft|мягкий|мягкая|ペーパーバック|페이퍼백|brožovan|měkká vazba|mäkká väzba|puhatáblás|puhakötés|puhafedeles|pehmeäkantinen|χαρτόδετο|μαλακό εξώφυλλο|mass market",
  ],
  [
    "other",
    "spiral|board book|pappbilderbuch|loose leaf|loose-leaf|box set|boxed set|boxset|magazine|zeitschrift|comic|pamphlet|stapled|calendar|poster|unbound|ring-bound|graphic novel",
  ],
];

const keysOf = (words: string): string[] => words.split("|").map(nameKey);

const BY_WORD: ReadonlyMap<string, Format> = new Map(
  Object.entries(WORDS).flatMap(([format, words]) =>
    keysOf(words).map((key) => [key, format as Format] as const),
  ),
);
const BY_PART = PARTS.map(([format, words]) => [format, keysOf(words)] as const);

/** Longer texts are not format names. */
const MAX_LENGTH = 100;

/**
 * The format that a service or a user means by a name (`Mass Market Paperback`, `Broché`, `Audio
 * CD`), if known.
 */
export function formatOfWord(text: string): Format | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const key = nameKey(text);
  const word = BY_WORD.get(key);
  if (word !== undefined) return word;
  return BY_PART.find(([, parts]) => parts.some((part) => key.includes(part)))?.[0];
}

/** The names of formats in Goodreads' column `Binding`. */
export const BINDINGS: Readonly<Record<Format, string>> = {
  paperback: "Paperback",
  hardcover: "Hardcover",
  ebook: "ebook",
  audiobook: "Audiobook",
  other: "Other",
};

/** Whether a text is only the name of its format, without further details. */
export function isNameOfFormat(text: string, format: Format): boolean {
  return nameKey(text) === nameKey(BINDINGS[format]);
}

/** The number of copies in a cell such as `2`; undefined for any other text. */
export function copiesOf(cell: string): number | undefined {
  const [, digits] = /^\s*(\d{1,6})(?:\.0+)?\s*$/.exec(cell) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
