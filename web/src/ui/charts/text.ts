import { texts } from "../../i18n/texts.ts";
import { en } from "./en.ts";

/** Texts of charts. */
export const chartText = texts(en, () => import("./de.ts"));
