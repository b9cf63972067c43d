import { fold } from "../../../library/domain/fold.ts";
import { defined } from "../../../platform/defined.ts";

/** The parts of a title, folded for comparison. */
export interface TitleParts {
  /** Without subtitle, series and volume. */
  main: string;
  subtitle?: string;
  /** Series named in brackets together with a volume. */
  series?: string;
  /** Volume within the series: `2`, `2.5`, `1-3`. */
  volume?: string;
  /** Kinds of derived work that the title suggests, such as a summary of another book or a box set. */
  derived: readonly string[];
}

/** Patterns of works about other books and of collections. */
const DERIVED: readonly [name: string, pattern: RegExp][] = [
  [
    "summary",
    /\b(?:summary|summaries|recap|synopsis|abridged|instaread|supersummary|excerpts?|samplers?)\b/,
  ],
  [
    "study",
    /\b(?:study guides?|spark ?notes|cliffs? ?notes|lit ?charts|analysis|notes on|workbook|teachers? guide)\b/,
  ],
  [
    "companion",
    /\b(?:companion|guide to|trivia|quiz|unofficial|coloring book|colouring book|journal|calendar)\b/,
  ],
  [
    "set",
    /\b(?:box(?:ed)? ?sets?|collection|collected|omnibus|trilogy|quartet|complete|bundle|\d+ books?)\b/,
  ],
  [
    "adaptation",
    /\b(?:graphic novel|manga|screenplay|script|adaptation|adapted|audio drama|comics?)\b/,
  ],
];

const NUMBER_WORDS: Readonly<Record<string, string>> = {
  one: "1",
  two: "2",
  three: "3",
  four: "4",
  five: "5",
  six: "6",
  seven: "7",
  eight: "8",
  nine: "9",
  ten: "10",
  i: "1",
  ii: "2",
  iii: "3",
  iv: "4",
  v: "5",
  vi: "6",
  vii: "7",
  viii: "8",
  ix: "9",
  x: "10",
};
const NUMBER = `(?:\\d+(?:\\.\\d+)?(?:\\s*-\\s*\\d+)?|${Object.keys(NUMBER_WORDS).join("|")})`;
const UNIT =
  "(?:volumes?|vols?|books?|parts?|nos?|numbers?|bands?|bd|tomes?|tomos?|teil|libro|livre)";
/** `#2`, `Volume 2`, `Book Two`, `vol. II`, at the end of a text. */
const VOLUME = new RegExp(
  `(?<![\\s,:;(-])[\\s,:;(-]*(?:#\\s*|\\b${UNIT}\\b\\.?\\s*#?)(${NUMBER})\\s*$`,
);
const BRACKETED = /(?<!\s)\s*[([]([^()[\]]*)[)\]]\s*$/;
const SUBTITLE = /(?<!\s)\s*(?::\s|;\s|\s[-–—/]\s)\s*/;
const ARTICLE =
  /^(?:the|an?|der|die|das|ein|eine|le|la|les|une?|el|los|las|il|lo|gli|het|een) (?=.)/;
const ARTICLE_LAST = /^(.+), (the|an?|der|die|das|le|la|les|el|los|las|il|lo|gli|het)$/;

/** Parses a title as written in files and catalogues: `Dune Messiah (Dune Chronicles, #2)`, `Hobbit, The`, `Saga, Vol. 2`. */
export function readTitle(title: string, subtitle?: string): TitleParts {
  const whole = fold(`${title} ${subtitle ?? ""}`);
  let text = fold(title)
    .replace(/[–—]/g, "-")
    .trim();
  let series: string | undefined;
  let volume: string | undefined;
  for (let group = BRACKETED.exec(text); group && group.index > 0; group = BRACKETED.exec(text)) {
    text = text.slice(0, group.index);
    const inner = takeVolume(group[1] ?? "");
    if (inner.volume !== undefined) {
      volume ??= inner.volume;
      series = comparable(inner.text);
    }
  }
  const outer = takeVolume(text);
  volume ??= outer.volume;
  const [before = "", ...rest] = outer.text.split(SUBTITLE);
  const main = takeVolume(before);
  volume ??= main.volume;
  const under = takeVolume(fold([rest.join(" "), subtitle ?? ""].join(" ").trim()));
  volume ??= under.volume;
  const second = comparable(under.text);
  return {
    main: comparable(main.text),
    ...(second === "" ? {} : { subtitle: second }),
    ...(series === undefined || series === "" ? {} : { series }),
    ...defined({ volume }),
    derived: DERIVED.filter(([, pattern]) => pattern.test(whole)).map(([name]) => name),
  };
}

/** Splits a volume off the end of a folded text. A text that consists only of a volume is left unchanged. */
function takeVolume(text: string): { text: string; volume?: string } {
  const found = VOLUME.exec(text);
  const number = found?.[1]?.replace(/\s/g, "");
  if (!found || number === undefined || found.index === 0) return { text };
  return {
    text: text.slice(0, found.index),
    volume: NUMBER_WORDS[number] ?? number.replace(/^0+(?=\d)/, ""),
  };
}

/** Removes punctuation and the leading article from a folded text. */
function comparable(text: string): string {
  const inverted = ARTICLE_LAST.exec(text.trim());
  const straight = inverted ? `${inverted[2]} ${inverted[1]}` : text;
  const words = straight
    .replace(/\bl['’]/g, "")
    .replace(/['’‘`]/g, "")
    .replace(/&/g, " and ")
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, " ")
    .trim();
  return words.replace(ARTICLE, "");
}
