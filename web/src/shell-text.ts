import { en } from "./en.ts";
import { texts } from "./i18n/texts.ts";

/** Texts of the shell. */
export const shellText = texts(en, () => import("./de.ts"));
