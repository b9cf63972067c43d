import { columnKey } from "./column-names.ts";

/** What is certainly no book, whatever number it bears. */
const OTHER_GOODS = new Set(
  (
    "movie|movies|film|films|video|dvd|dvd video|bluray|blu ray|blu ray disc|vhs|vhs tape|tv|tv series|television|" +
    "music|musique|musik|música|musica|vinyl|lp|lp record|album|mp3 music|music cd|game|games|video game|videogame|" +
    "board game|boardgame|software|toy|puzzle|film or video|moving image|musical recording|music recording"
  )
    .split("|")
    .map(columnKey),
);

/** What may be an audiobook: a book if it has an ISBN. */
const MAYBE_AUDIOBOOK = new Set(
  "cd|audio cd|compact disc|audio cassette|cassette|sound recording|audio recording|other sound recording"
    .split("|")
    .map(columnKey),
);

/** Whether the words for a kind of thing say that it is no book, and whether that is certain. */
export function isNotABook(cell: string): { isCertain: boolean } | undefined {
  const words = cell.split(/[>,/|]/).map(columnKey);
  if (words.some((word) => OTHER_GOODS.has(word))) return { isCertain: true };
  return words.some((word) => MAYBE_AUDIOBOOK.has(word)) ? { isCertain: false } : undefined;
}
