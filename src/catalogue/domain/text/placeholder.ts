/** Placeholders that catalogues use for missing values, in lower case and without brackets. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  "unknown",
  "unidentified",
  "not identified",
  "untitled",
  "no title",
  "no author",
  "no publisher",
  "no description",
  "no description available",
  "no data",
  "not available",
  "not applicable",
  "not specified",
  "unspecified",
  "none",
  "null",
  "undefined",
  "na",
  "n/a",
  "n.a",
  "n.n",
  "s.n",
  "s.l",
  "s.a",
  "o.v",
  "o.o",
  "s.l., s.n",
  "s.l. : s.n",
  "sine nomine",
  "sine loco",
  "n.p",
  "n.pub",
  "tba",
  "tbd",
  "to be announced",
  "verlag nicht ermittelbar",
  "unbekannt",
  "unbekannter autor",
  "ohne autor",
  "éditeur non identifié",
  "éditeur inconnu",
  "auteur inconnu",
  "inconnu",
  "editor no identificado",
  "autor desconocido",
  "desconocido",
  "sconosciuto",
  "autore sconosciuto",
  "onbekend",
  "no publisher identified",
  "not avail",
  "no summary",
  "no summary available",
  "coming soon",
  "description coming soon",
  "there is no description for this book",
  "b.n",
  "b.w",
  "б.и",
  "б.м",
  "出版社不明",
  "出版者不明",
]);

/** Names of the missing value: `Unknown Author`, `Title not available`. */
const SUBJECT =
  /^(?:title|author|publisher|place of publication|(?:(?:book|product) )?(?:description|summary)|verlag|verfasser) | (?:title|author|publisher)$/g;

/**
 * Whether the text is a placeholder for a missing value: `????`, `[s.n.]`, `Unknown`, `<>`,
 * `[Untitled]`.
 */
export function isPlaceholder(text: string): boolean {
  // Text with only punctuation is a placeholder, except a title of one sign such as `?`.
  if (!/[\p{L}\p{N}]/u.test(text)) return text.length > 1 || /[-._<>[\]]/.test(text);
  const bare = text
    .toLowerCase()
    .replace(/^[\s<([{"'.,;:*-]+|[\s>)\]}"'.,;:*!?-]+$/g, "")
    .replace(/(?<=(?<!\p{L})\p{L}\.)\s+(?=\p{L}(?!\p{L}))/gu, "");
  return PLACEHOLDERS.has(bare) || PLACEHOLDERS.has(bare.replace(SUBJECT, ""));
}
