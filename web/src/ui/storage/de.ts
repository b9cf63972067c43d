import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  none: "Dieser Browser behält nichts über diese Seite hinaus, wie in einem privaten Fenster.",
  full: "Auf diesem Gerät ist kein Platz mehr. Was es bisher behalten hat, bleibt; Neues behält es nicht über diese Seite hinaus. Schaffe Platz und lade dann neu.",
  blocked:
    "In einem anderen Tab ist eine ältere Version von BooksTrack offen, darum bleibt nichts über diese Seite hinaus erhalten. Schließe jenen Tab und lade dann neu.",
  sent: "Deine Änderungen sind in deinem Konto, sobald sie gesendet sind.",
  waiting: {
    one: "{count} Änderung ist noch nicht gesendet: Sie geht verloren, wenn du diese Seite jetzt schließt.",
    other:
      "{count} Änderungen sind noch nicht gesendet: Sie gehen verloren, wenn du diese Seite jetzt schließt.",
  },
  account:
    "Auch das Konto bleibt nicht erhalten: Ohne seinen Wiederherstellungscode kommst du nicht zu ihm zurück.",
} satisfies Translation<typeof en>;
