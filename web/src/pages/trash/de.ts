import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  title: "Papierkorb",
  emptyTitle: "Der Papierkorb ist leer",
  emptyText:
    "Bücher, die du aus dem Regal entfernst, kommen hierher und lassen sich 30 Tage lang wiederherstellen.",
  toShelf: "Zum Regal",
  removed: "Entfernt am {date}, bleibt bis {until}",
  restore: "Wiederherstellen",
  restoreOf: "Wiederherstellen: {title}",
  restored: "{title} ist wieder in deinem Regal.",
  remove: "Endgültig löschen",
  removeOf: "Endgültig löschen: {title}",
  removeTitle: "„{title}“ endgültig löschen?",
  removeAsk: "Lektüren, Notizen und Fortschritt werden mit gelöscht.",
  deleted: "{title} ist gelöscht.",
  empty: "Papierkorb leeren",
  emptyAskTitle: "Papierkorb leeren?",
  emptyAsk: "Alle Bücher darin werden endgültig gelöscht, mit Lektüren, Notizen und Fortschritt.",
  emptied: "Der Papierkorb ist leer.",
  more: "Mehr anzeigen",
} satisfies Translation<typeof en>;
