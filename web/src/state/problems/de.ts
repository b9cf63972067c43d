import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  offline: "Der Dienst ist nicht erreichbar. Prüfe deine Verbindung.",
  unknown: "In der App ist etwas schiefgegangen. Lade die Seite neu und versuche es noch einmal.",
  wait: {
    one: "Versuche es in {count} Sekunde noch einmal.",
    other: "Versuche es in {count} Sekunden noch einmal.",
  },
  waitMinutes: {
    one: "Versuche es in {count} Minute noch einmal.",
    other: "Versuche es in {count} Minuten noch einmal.",
  },
  waitHours: {
    one: "Versuche es in {count} Stunde noch einmal.",
    other: "Versuche es in {count} Stunden noch einmal.",
  },
  invalidIsbn: "Das ist keine gültige ISBN. Prüfe die Ziffern auf der Rückseite des Buches.",
  invalidRequest: "Der Dienst hat das nicht angenommen. Prüfe deine Eingaben.",
  invalidFile: "Diese Datei lässt sich nicht als Tabelle von Büchern lesen.",
  notFound: "Das gibt es nicht mehr.",
  bookNotFound: "Kein Katalog kennt dieses Buch. Du kannst es mit seinem Titel hinzufügen.",
  unauthorized:
    "Du bist auf diesem Gerät abgemeldet. Melde dich wieder an; deine Änderungen bleiben erhalten.",
  forbidden: "Dieses Konto darf das nicht.",
  conflict: "Das geht nicht: Es wurde inzwischen geändert. Lade die Seite neu.",
  limitReached: "Dein Konto hat sein Limit erreicht.",
  changedElsewhere:
    "Das wurde inzwischen auf einem anderen Gerät geändert. Vergleiche beides, bevor du speicherst.",
  tooLarge: "Das ist zu groß für den Dienst.",
  notABook: "Dieser Strichcode gehört zu keinem Buch.",
  needsAddOn: "Diesem Strichcode fehlt der kurze daneben. Gib stattdessen die ISBN ein.",
  rateLimited: "Zu viele Anfragen in kurzer Zeit.",
  quotaExceeded: "Dein Konto hat sein Tageslimit erreicht.",
  serviceBudget: "Der Dienst hat sein Tageslimit erreicht.",
  providersUnavailable: "Die Buchkataloge antworten gerade nicht.",
  unavailable: "Der Dienst hat gerade eine Störung.",
  storageFull:
    "Auf diesem Gerät ist kein Speicherplatz mehr frei. Schaffe Platz und versuche es noch einmal; nichts wurde gespeichert.",
  storageFailed:
    "Das konnte auf diesem Gerät nicht gespeichert werden. Lade die Seite neu und versuche es noch einmal.",
} satisfies Translation<typeof en>;
