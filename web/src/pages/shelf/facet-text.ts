import { formatPartialDate } from "../../i18n/format.ts";
import { locale } from "../../i18n/locale.ts";
import { FACET_NAMES, type Facet } from "./logic/filters.ts";
import type { Sort } from "./logic/order.ts";
import { text as t } from "./text.ts";

/** The display text of a facet's value. */
export function facetText(facet: Facet, value: string): string {
  if (value === "none")
    return facet === "rating" || facet === "stars" ? t("unrated") : t("unknown");
  if (facet === "rating") return t("ratingOf", { count: Number(value) });
  if (facet === "stars") return t("exactStars", { count: Number(value) });
  if (facet === "month") return formatPartialDate(value);
  if (facet === "decade") return t("decadeOf", { decade: value });
  if (facet === "confirmed") return value === "yes" ? t("confirmedYes") : t("confirmedNo");
  if (facet === "owned") return value === "yes" ? t("ownedYes") : t("ownedNo");
  if (facet === "format") return isFormat(value) ? t(value) : value;
  return facet === "language" ? languageName(value) : value;
}

/** The display text of a sort order. */
export function sortText(sort: Sort): string {
  if (sort === "added") return t("sortAdded");
  return sort === "title" ? t("sortTitle") : t(sort);
}

/** The chosen values, shown above the list and removable one by one. */
export const chosenValues = (
  chosen: Readonly<Partial<Record<Facet, readonly string[]>>>,
): (readonly [Facet, string])[] =>
  FACET_NAMES.flatMap((facet) => (chosen[facet] ?? []).map((value) => [facet, value] as const));

const FORMATS = ["paperback", "hardcover", "ebook", "audiobook", "other"] as const;
const isFormat = (value: string): value is (typeof FORMATS)[number] =>
  FORMATS.some((format) => format === value);

function languageName(code: string): string {
  try {
    return new Intl.DisplayNames(locale.value, { type: "language" }).of(code) ?? code;
  } catch {
    // Not a valid code.
    return code;
  }
}
