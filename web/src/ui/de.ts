import type { Translation } from "../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  errorPrefix: "Fehler:",
  errorSummary: "Es gibt ein Problem",
  close: "Schließen",
  cancel: "Abbrechen",
  loading: "Wird geladen …",
  retry: "Noch einmal versuchen",
  stars: "Bewertung",
  noStars: "nicht bewertet",
  starsOf: { one: "{count} von 5 Sternen", other: "{count} von 5 Sternen" },
  offlineTitle: "Du bist offline",
  offline: "Dafür ist eine Verbindung nötig. Was du jetzt änderst, wird später gesendet.",
  requestId: "Wenn du das meldest, gib {id} an.",
  day: "Tag",
  month: "Monat",
  year: "Jahr",
  today: "Heute",
  wrongDay: "Gib einen Tag ein, den es in diesem Monat gibt, oder lass ihn leer.",
  wrongMonth: "Gib einen Monat von 1 bis 12 ein.",
  wrongYear: "Gib ein Jahr mit vier Ziffern ein.",
  suggestions: "Vorschläge",
  undo: "Rückgängig",
  now: "Jetzt versuchen",
  stop: "Abbrechen",
  again: {
    one: "Neuer Versuch in {count} Sekunde.",
    other: "Neuer Versuch in {count} Sekunden.",
  },
  drop: "Leg die Datei hier ab, um sie zu importieren",
} satisfies Translation<typeof en>;
