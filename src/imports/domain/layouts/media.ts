import { columnKey } from "./column-names.ts";

/** Items that are certainly not books, even with an ISBN. */
const OTHER_GOODS = new Set(
  (
    "movie|movies|film|films|video|dvd|dvd video|bluray|blu ray|blu ray disc|vhs|vhs tape|tv|tv series|television|" +
    "music|musique|musik|música|musica|vinyl|lp|lp record|album|mp3 music|music cd|game|games|video game|videogame|" +
    "board game|boardgame|software|toy|puzzle|film or video|moving image|musical recording|music recording|anime|season|episode|" +
    "podcast|tv show|journal article|magazine article|newspaper article|encyclopedia article|web page|webpage|blog post|" +
    "forum post|conference paper|video recording|computer program|presentation|attachment|patent|email|artwork|statute|" +
    "case|bill|hearing|map|preprint|映画|音楽|ゲーム|アプリ|電化製品|おもちゃ"
  )
    .split("|")
    .map(columnKey),
);

/** Items that may be audiobooks; they count as books if they have an ISBN. */
const MAYBE_AUDIOBOOK = new Set(
  "cd|audio cd|compact disc|audio cassette|cassette|sound recording|audio recording|other sound recording"
    .split("|")
    .map(columnKey),
);

/** Checks whether a media type means that the item is not a book, and how certain that is; undefined for a book. */
export function isNotABook(cell: string): { isCertain: boolean } | undefined {
  const words = cell.split(/[>,/|]/).map(columnKey);
  if (words.some((word) => OTHER_GOODS.has(word))) return { isCertain: true };
  return words.some((word) => MAYBE_AUDIOBOOK.has(word)) ? { isCertain: false } : undefined;
}
