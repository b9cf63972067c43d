import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  title: "Statistik",
  emptyTitle: "Noch keine Zahlen",
  empty: "Sie erscheinen mit deinen ersten Büchern.",
  add: "Buch hinzufügen",
  what: "Was",
  number: "Anzahl",
  books: "Bücher",
  readings: "Beendete Lesungen",
  pages: "Gelesene Seiten",
} satisfies Translation<typeof en>;
