import { texts } from "../../i18n/texts.ts";
import { en } from "./en.ts";

/** Texts about signing in. */
export const signInText = texts(en, () => import("./de.ts"));
