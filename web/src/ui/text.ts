import { texts } from "../i18n/texts.ts";
import { en } from "./en.ts";

/** Texts of the building blocks. */
export const uiText = texts(en, () => import("./de.ts"));
