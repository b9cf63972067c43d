import { texts } from "../../i18n/texts.ts";
import { en } from "./en.ts";

/** Texts of this page. */
export const text = texts(en, () => import("./de.ts"));
