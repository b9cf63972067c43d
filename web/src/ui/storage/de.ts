import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  none: "Dieser Browser speichert nichts über diese Seite hinaus, etwa weil das Fenster privat ist.",
  full: "Auf diesem Gerät ist kein Speicherplatz mehr frei. Was schon gespeichert ist, bleibt; Neues wird nicht über diese Seite hinaus gespeichert. Schaffe Platz und lade dann neu.",
  blocked:
    "In einem anderen Tab ist eine ältere Version von BooksTrack offen, darum wird nichts über diese Seite hinaus gespeichert. Schließe den anderen Tab und lade dann neu.",
  sent: "Deine Änderungen sind in deinem Konto, sobald sie gesendet sind.",
  waiting: {
    one: "{count} Änderung ist noch nicht gesendet: Sie geht verloren, wenn du diese Seite jetzt schließt.",
    other:
      "{count} Änderungen sind noch nicht gesendet: Sie gehen verloren, wenn du diese Seite jetzt schließt.",
  },
  account:
    "Auch das Konto wird nicht gespeichert: Ohne seinen Wiederherstellungscode kommst du nicht mehr an das Konto.",
} satisfies Translation<typeof en>;
