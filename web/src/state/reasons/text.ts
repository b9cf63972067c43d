import { texts } from "../../i18n/texts.ts";
import { en } from "./en.ts";

const t = texts(en, () => import("./de.ts"));

export interface Reason {
  readonly code: string;
  readonly text: string;
}

/** Codes whose text of the service ends with what is particular to the row: a number, or names of fields. */
const WITH_DETAIL: ReadonlySet<string> = new Set([
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

/** What happened to a row, in the app's own words. Codes that the app does not know have the text of the service. */
export const reasonText = ({ code, text }: Reason): string => (isKnown(code) ? t(code) : text);

/** What is particular to the row, in the words of the service, which are English; undefined if there is nothing. */
export function reasonDetail({ code, text }: Reason): string | undefined {
  const at = text.indexOf(". ");
  return WITH_DETAIL.has(code) && at >= 0 ? text.slice(at + 2) : undefined;
}
