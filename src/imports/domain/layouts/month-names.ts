import { fold } from "../../../library/domain/fold.ts";
import { remembering } from "./remember.ts";

/**
 * The languages of the column names and their neighbours. Croatian is in `OTHERS`, because
 * `listopad` is a different month in Czech.
 */
const LANGUAGES =
  "en de fr es it nl pt pl sv da nb ru uk bg ja zh ko tr cs sk hu fi el ro sl sr ca et lv lt be ar he th id".split(
    " ",
  );

/** Abbreviations in use that are not in the Unicode data. */
const OTHERS =
  "sept:9 set:9 mrz:3 maerz:3 dic:12 dez:12 ene:1 ago:8 abr:4 gen:1 giu:6 lug:7 ott:10 janner:1 jaenner:1 feber:2 " +
  "sijecanj:1 sijecnja:1 veljaca:2 veljace:2 ozujak:3 ozujka:3 travanj:4 travnja:4 svibanj:5 svibnja:5 lipanj:6 lipnja:6 srpanj:7 " +
  "srpnja:7 kolovoz:8 kolovoza:8 rujan:9 rujna:9 studeni:11 studenoga:11 studenog:11 prosinac:12 prosinca:12";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** Matched first, because collecting the names of all languages takes some time. */
const ENGLISH =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/;

let known: ReadonlyMap<string, number> | undefined;
let weekdays: ReadonlySet<string> | undefined;

const keyOf = (name: string): string => fold(name).replace(/[^\p{L}]/gu, "");

/** Whether a word is the full name of a day of the week in one of these languages. */
export const isWeekday = remembering((name): boolean => {
  weekdays ??= new Set(
    LANGUAGES.flatMap((language) => {
      const format = new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" });
      const days = [1, 2, 3, 4, 5, 6, 7].map((day) => format.format(Date.UTC(2021, 2, day)));
      return days.map(keyOf);
    }),
  );
  return weekdays.has(keyOf(name));
});

/** Returns the month, from 1 to 12, of a name or an abbreviation in one of many languages; undefined if it is not one. */
export const monthNamed = remembering((name): number | undefined => {
  const key = keyOf(name);
  const english = ENGLISH.exec(key);
  if (english !== null) return MONTHS.indexOf(key.slice(0, 3)) + 1;
  known ??= names();
  // In Hebrew the preposition is written with the month.
  return known.get(key) ?? known.get(key.replace(/^ב/, ""));
});

/**
 * From the runtime's locale data: standalone and within a date (`květen`, `5. května`), in full and
 * abbreviated.
 */
function names(): ReadonlyMap<string, number> {
  const months = new Map<string, number>();
  const ambiguous = new Set<string>();
  const add = (name: string, month: number): void => {
    const key = keyOf(name);
    if (key.length < 2) return;
    if ((months.get(key) ?? month) !== month) ambiguous.add(key);
    months.set(key, month);
  };
  for (const language of LANGUAGES) {
    for (const style of ["long", "short"] as const) {
      const inDate = new Intl.DateTimeFormat(language, {
        day: "numeric",
        month: style,
        year: "numeric",
        timeZone: "UTC",
      });
      const alone = new Intl.DateTimeFormat(language, { month: style, timeZone: "UTC" });
      for (let month = 1; month <= 12; month += 1) {
        const day = Date.UTC(2021, month - 1, 5);
        const part = inDate.formatToParts(day).find(({ type }) => type === "month");
        for (const name of [part?.value ?? "", alone.format(day)]) add(name, month);
      }
    }
  }
  for (const key of ambiguous) months.delete(key);
  for (const pair of OTHERS.split(" ")) {
    const [name = "", month] = pair.split(":");
    months.set(name, Number(month));
  }
  return months;
}
