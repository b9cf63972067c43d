import { texts } from "../../i18n/texts.ts";
import { en } from "./en.ts";

/** Texts of the form for a book described by the user. */
export const text = texts(en, () => import("./de.ts"));
