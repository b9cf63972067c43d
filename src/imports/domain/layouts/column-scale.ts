/** Words for five and ten in the name of a column. */
const WORDS: Readonly<Record<string, number>> = { five: 5, ten: 10, twenty: 20, hundred: 100 };
/** What follows the maximum: `(1-5 Sterne)`, `/5 stars`. */
const UNIT = String.raw`(?:stars?|sterne?|étoiles?|estrellas?|estrelas?|stelle|sterren|gwiazdek|points?|punkte?|puntos|pontos|punti|pkt|点|星|점)?`;
/** What precedes it: `1-`, `0 to`, `/`, `out of`, `max`. */
const BEFORE = String.raw`(?:\d{1,2}\s*(?:-|–|—|~|\.\.|to|bis|à|a|до|do|tot|al)|[/:]|out\s+of|of|von|max\.?|sur|su|de|van|av|af|z|из)?`;
const SCALE = new RegExp(
  String.raw`^(.*?\P{N})\s*[([（]?\s*${BEFORE}\s*(?<!\d)(5|10|20|100|five|ten|twenty|hundred)\s*${UNIT}\s*[)\]）]?\s*\??$`,
  "iu",
);
const PERCENT = /^(.*?)\s*[([（]?\s*(?:in\s+)?(?:%|percent|prozent)\s*[)\]）]?$/iu;
/** Names of columns with a unit that implies a scale of five. */
const STARS =
  /stars?(?!\p{L})|stern|étoile|estrella|estrela|stelle|sterren|hvězd|gwiazd|csillag|звезд|звёзд/iu;

/** Longer names are not examined, because the patterns take more than linear time. */
const MAX_NAME_LENGTH = 200;

/** The name as words: `note_sur_5:` and `note-sur-5` are `note sur 5`. */
const readable = (name: string): string =>
  name
    .slice(0, MAX_NAME_LENGTH + 1)
    .replace(/[\s_]+|(?<=\p{L})-/gu, " ")
    .replace(/[?:\s]+$/, "");

/** The scale in the name of a column: `Rating (1-10)`, `Score /5`, `Note sur 20`, `Rating out of ten`, `Rating %`. */
export function scaleInName(written: string): 5 | 10 | 20 | 100 | undefined {
  const name = readable(written);
  if (name.length > MAX_NAME_LENGTH) return undefined;
  const [, , maximum] = SCALE.exec(name) ?? [];
  if (maximum !== undefined) return scaleOf(WORDS[maximum.toLowerCase()] ?? Number(maximum));
  if (PERCENT.test(name)) return 100;
  return STARS.test(name) ? 5 : undefined;
}

const scaleOf = (maximum: number): 5 | 10 | 20 | 100 | undefined =>
  ([5, 10, 20, 100] as const).find((scale) => scale === maximum);

/** The name without its scale; undefined if it has none. */
export function withoutScale(written: string): string | undefined {
  const name = readable(written);
  if (name.length > MAX_NAME_LENGTH) return undefined;
  const [, before] = SCALE.exec(name) ?? PERCENT.exec(name) ?? [];
  const bare = before?.trim();
  return bare === "" ? undefined : bare;
}
