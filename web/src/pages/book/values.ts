/** Display texts of a book's fields for conflicts between two devices. */
import { formatPartialDate } from "../../i18n/format.ts";
import { starsText } from "../../ui/stars.tsx";
import { FORMATS, STATUSES, wordOf } from "../../ui/words/text.ts";
import { fieldName } from "./about-part.tsx";
import { readingText } from "./reading-part.tsx";
import { seriesText } from "./series-part.tsx";
import { text as t } from "./text.ts";

/** A field with different values on two sides. */
export interface Difference {
  readonly name: string;
  readonly mine: unknown;
  readonly theirs: unknown;
}

type Values = Readonly<Record<string, unknown>>;

/** The fields with different values on both sides. */
export function differences(mine: Values = {}, theirs: Values = {}): Difference[] {
  return [...new Set([...Object.keys(mine), ...Object.keys(theirs)])]
    .map((name) => ({ name, mine: mine[name] ?? null, theirs: theirs[name] ?? null }))
    .filter((one) => JSON.stringify(one.mine) !== JSON.stringify(one.theirs));
}

/** Fields of the user's entry, which a move to another edition preserves. */
const ENTRY = [
  "status",
  "rating",
  "review",
  "notes",
  "tags",
  "readings",
  "format",
  "owned",
  "location",
  "loan",
  "ownSeries",
] as const;

/** The fields of the user's entry. */
export const entryOf = (book: object): Values =>
  Object.fromEntries(ENTRY.map((name) => [name, (book as Values)[name]]));

/** The display name of a member of `Attention.mine`, such as `rating` or `reading <id>`. */
export const nameText = (name: string): string =>
  name.startsWith("reading ")
    ? t("oneReading")
    : name === "readings"
      ? t("readings")
      : fieldName(name);

/** The display text of a value. */
export function valueText(name: string, value: unknown): string {
  if (value === null || value === undefined || value === "") return t("nothing");
  if (name === "rating" && typeof value === "number") return starsText(value);
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (Array.isArray(value)) {
    return value.length === 0 ? t("nothing") : value.map((one) => partText(name, one)).join(", ");
  }
  return partText(name, value);
}

function partText(name: string, value: unknown): string {
  if (typeof value === "object" && value !== null) return objectText(name, value);
  const word = [...STATUSES, ...FORMATS].find((known) => known === value);
  if ((name === "status" || name === "format") && word) return wordOf(word);
  return name.startsWith("published") ? formatPartialDate(String(value)) : String(value);
}

function objectText(name: string, value: object): string {
  if (name.startsWith("reading")) return readingText(value);
  if (name === "loan") return loanText(value as { to: string; since?: string; due?: string });
  if ("name" in value) return seriesText(value as { name: string; position?: string });
  return Object.values(value).map(String).join(", ");
}

const loanText = ({ to, since, due }: { to: string; since?: string; due?: string }): string =>
  [to, since && formatPartialDate(since), due && t("lentDue", { date: formatPartialDate(due) })]
    .filter(Boolean)
    .join(" · ");
