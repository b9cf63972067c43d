import { texts } from "../../i18n/texts.ts";
import { en } from "./en.ts";

/** Texts of the form for a book in the user's own words. */
export const text = texts(en, () => import("./de.ts"));
