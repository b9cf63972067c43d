/** The letters and digits of a text in lower case and without accents, to compare spellings of one name. */
export function foldLetters(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[^\p{L}\p{N}]+/gu, "")
    .toLowerCase();
}
