import type { Translation } from "./i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  skip: "Zum Inhalt springen",
  places: "Bereiche",
  shelf: "Regal",
  add: "Hinzufügen",
  stats: "Statistik",
  more: "Mehr",
  notFoundTitle: "Diese Seite gibt es nicht",
  notFound: "Die Adresse ist vielleicht falsch, oder die Seite ist umgezogen.",
  toShelf: "Zum Regal",
  updateReady: "Eine neue Version von BooksTrack ist bereit.",
  reload: "Neu laden",
  offline: "Du bist offline.",
  takesNothing: "Der Dienst nimmt gerade keine Änderungen an.",
  waiting: {
    one: "{count} Änderung ist noch nicht gesendet.",
    other: "{count} Änderungen sind noch nicht gesendet.",
  },
  noAccountYet: "Deine Bücher sind nur auf diesem Gerät, bis dein Konto angelegt werden kann.",
  importRuns: "Ein Import läuft.",
  importDone: "Der Import ist fertig.",
  importShow: "Ansehen",
  brokenTitle: "Diese Seite konnte nicht angezeigt werden",
} satisfies Translation<typeof en>;
