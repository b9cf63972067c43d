import type { Translation } from "../../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  title: "Regal",
  startTitle: "Deine Bücher, auf jedem Gerät",
  start: "Finde ein erstes Buch. Du musst dich nicht registrieren: Dein Konto entsteht von selbst.",
  emptyTitle: "Dein Regal ist leer",
  empty: "Finde ein Buch, scanne eines oder importiere alle.",
  startBox: "Titel, Autor oder ISBN",
  startHint: "Ein Strichcodeleser funktioniert hier auch.",
  startMissing: "Gib einen Titel, einen Autor oder eine ISBN ein.",
  startFind: "Suchen",
  scan: "Strichcode scannen",
  bring: "Meine Bücher importieren",
  bringHint:
    "Eine Datei aus Goodreads, StoryGraph, LibraryThing oder einer anderen App: Zieh sie auf diese Seite.",
  haveAccount: "Ich habe Bücher auf einem anderen Gerät",
  hits: { one: "{count} Buch gefunden.", other: "{count} Bücher gefunden." },
  noHits: "Kein Katalog hat ein Buch mit diesen Wörtern.",
  found: "Gefundene Bücher",
  add_: "Hinzufügen",
  addHit: "{title} hinzufügen",
  coming: { one: "{count} Buch wird hinzugefügt …", other: "{count} Bücher werden hinzugefügt …" },
  addedFirst: "Dein erstes Buch steht im Regal.",
  unknown_: "Kein Katalog kennt {isbn}. Prüfe die Ziffern.",
  added: "{title} steht in deinem Regal.",
} satisfies Translation<typeof en>;
