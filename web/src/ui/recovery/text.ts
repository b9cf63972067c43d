import { texts } from "../../i18n/texts.ts";
import { en } from "./en.ts";

/** Texts about the recovery code. */
export const recoveryTexts = texts(en, () => import("./de.ts"));
