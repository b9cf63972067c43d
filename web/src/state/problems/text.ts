import { texts } from "../../i18n/texts.ts";
import { en } from "./en.ts";

/** Texts of failures. */
export const problemText = texts(en, () => import("./de.ts"));
