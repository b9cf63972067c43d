import { texts } from "../../i18n/texts.ts";
import { en } from "./en.ts";

/** Texts about what a device does not keep. */
export const storageText = texts(en, () => import("./de.ts"));
