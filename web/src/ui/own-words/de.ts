import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  title: "Titel",
  subtitle: "Untertitel",
  authors: "Autorinnen und Autoren",
  authorsHint: "Je Zeile eine Person.",
  publisher: "Verlag",
  published: "Erschienen",
  publishedHint: "Das Jahr genügt.",
  pageCount: "Seiten",
  language: "Sprache",
  languageUnknown: "Keine Angabe",
  categories: "Themen",
  categoriesHint: "Durch Kommas getrennt.",
  description: "Beschreibung",
  titleMissing: "Gib einen Titel ein.",
  pageCountWrong: "Gib die Zahl der Seiten ein, von 1 bis 100.000.",
} satisfies Translation<typeof en>;
