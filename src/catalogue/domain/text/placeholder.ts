/** What catalogues write in place of a value that they do not have, in lower case and without brackets. */
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
  "b.n",
  "b.w",
  "б.и",
  "б.м",
  "出版社不明",
  "出版者不明",
]);

/** What the missing value would be: `Unknown Author`, `Title not available`. */
const SUBJECT =
  /^(?:title|author|publisher|place of publication|(?:(?:book|product) )?description|verlag|verfasser) | (?:title|author|publisher)$/g;

/** Whether the text stands for a value that the source does not have: `????`, `[s.n.]`, `Unknown`, `<>`, `[Untitled]`. */
export function isPlaceholder(text: string): boolean {
  // Nothing but marks says nothing. A title may be a digit or a single sign such as `?`, but not several.
  if (!/[\p{L}\p{N}]/u.test(text)) return text.length > 1 || /[-._<>[\]]/.test(text);
  const bare = text
    .toLowerCase()
    .replace(/^[\s<([{"'.,;:*-]+|[\s>)\]}"'.,;:*!?-]+$/g, "")
    .replace(/(?<=(?<!\p{L})\p{L}\.)\s+(?=\p{L}(?!\p{L}))/gu, "");
  return PLACEHOLDERS.has(bare) || PLACEHOLDERS.has(bare.replace(SUBJECT, ""));
}
