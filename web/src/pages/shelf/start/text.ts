import { texts } from "../../../i18n/texts.ts";
import { en } from "./en.ts";

/** Texts of the first steps. */
export const startText = texts(en, () => import("./de.ts"));
