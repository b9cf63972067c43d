import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  want_to_read: "Will ich lesen",
  reading: "Lese ich",
  completed: "Gelesen",
  paused: "Pausiert",
  abandoned: "Abgebrochen",
  none: "Ohne Status",
  paperback: "Taschenbuch",
  hardcover: "Gebunden",
  ebook: "E-Book",
  audiobook: "Hörbuch",
  other: "Anderes",
} satisfies Translation<typeof en>;
