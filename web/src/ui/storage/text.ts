import { texts } from "../../i18n/texts.ts";
import { en } from "./en.ts";

/** Texts about storage failures of a device. */
export const storageText = texts(en, () => import("./de.ts"));
