/** Names of a book's statuses and formats. */
import { texts } from "../../i18n/texts.ts";
import { en } from "./en.ts";

export const wordOf = texts(en, () => import("./de.ts"));

export const STATUSES = ["want_to_read", "reading", "completed", "paused", "abandoned"] as const;
export const FORMATS = ["paperback", "hardcover", "ebook", "audiobook", "other"] as const;

export type Status = (typeof STATUSES)[number];
export type Format = (typeof FORMATS)[number];
