/** Scripts that belong to a single language, in the order in which they are tested. */
const SCRIPTS: readonly (readonly [pattern: RegExp, language: string])[] = [
  [/[\u3040-\u30ff]/u, "ja"],
  [/[\uac00-\ud7a3]/u, "ko"],
  [/[\u3400-\u9fff]/u, "zh"],
  [/[ґєіїҐЄІЇ]/u, "uk"],
  [/[\u0400-\u04ff]/u, "ru"],
  [/[\u0370-\u03ff]/u, "el"],
  [/[\u0590-\u05ff]/u, "he"],
  [/[پچژگ]/u, "fa"],
  [/[\u0600-\u06ff]/u, "ar"],
  [/[\u0900-\u097f]/u, "hi"],
  [/[\u0e00-\u0e7f]/u, "th"],
];

/** Words that are frequent in titles of one language and rare in others. */
const WORDS: Readonly<Record<string, string>> = {
  de: "der das und ein eine einer im zum zur vom über für nicht ist mit",
  fr: "le les des du une et au aux dans pour sur histoire",
  es: "el los las y una del por para con historia",
  it: "il gli della delle dei degli che nel di",
  nl: "het een van en voor niet zijn",
  pt: "os uma do da dos das não com",
  sv: "och att det ett på",
  pl: "w na i się nie do ze",
};

/** The language (ISO 639-1) that a title is most likely in; undefined if there is no indication. */
export function languageOfText(text: string): string | undefined {
  const script = SCRIPTS.find(([pattern]) => pattern.test(text));
  if (script) return script[1];
  const words = text.toLowerCase().split(/[^\p{L}]+/u);
  if (words.includes("the")) return undefined;
  const counted = Object.entries(WORDS).map(([language, list]) => {
    const known = new Set(list.split(" "));
    return { language, count: words.filter((word) => known.has(word)).length };
  });
  const [best, next] = counted.sort((a, b) => b.count - a.count);
  return best && next && best.count > next.count ? best.language : undefined;
}
