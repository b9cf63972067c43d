import { texts } from "../../i18n/texts.ts";
import { en } from "./en.ts";

const t = texts(en, () => import("./de.ts"));

export interface Reason {
  readonly code: string;
  readonly text: string;
}

/**
 * Codes for which the service's text ends with details of the row: a number, a value, or names of fields.
 */
const WITH_DETAIL: ReadonlySet<string> = new Set([
  "ARCHIVE_LINE_UNKNOWN",
  "ARCHIVE_VALUE_INVALID",
  "ISBN_INVALID",
  "ISBN_ROUNDED",
  "ISBN_CONFLICT",
  "ISBN_PADDED",
  "ISBN_IGNORED",
  "KEPT_YOURS",
  "ROWS_DIFFER",
  "VALUE_UNREADABLE",
]);

const isKnown = (code: string): code is keyof typeof en => Object.hasOwn(en, code);

/** The reason of a row in the app's words. Unknown codes show the service's text. */
export const reasonText = ({ code, text }: Reason): string => (isKnown(code) ? t(code) : text);

/** The details of the row in the service's text, which is English; undefined if there are none. */
export function reasonDetail({ code, text }: Reason): string | undefined {
  const at = text.indexOf(". ");
  return WITH_DETAIL.has(code) && at >= 0 ? text.slice(at + 2) : undefined;
}
