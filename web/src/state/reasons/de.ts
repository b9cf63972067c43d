import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  UNBALANCED_QUOTE:
    "Ein Anführungszeichen wird geöffnet und nie geschlossen. Schließe es und importiere die Zeile noch einmal.",
  CELL_TOO_LONG: "Eine Zelle ist zu lang. Kürze sie und importiere die Zeile noch einmal.",
  ROW_TOO_LONG: "Die Zeile ist zu lang. Kürze sie und importiere sie noch einmal.",
  EMPTY_ROW: "Die Zeile ist leer.",
  NOT_A_BOOK: "Das ist kein Buch.",
  NO_TITLE: "Es gibt weder einen Titel noch eine brauchbare ISBN. Ergänze eins davon.",
  CELLS_SHIFTED:
    "Die Zellen passen nicht zu den Spalten. Setze Zellen mit Kommas in Anführungszeichen.",
  REMOVED: "Das Buch lag im Papierkorb des anderen Dienstes.",
  NOT_STORED: "Diese Zeile ließ sich nicht speichern. Wiederhole den Import.",
  SHELF_FULL: "Das Regal ist voll. Entferne Bücher und wiederhole den Import.",
  QUEUE_FULL: "Zu viele Zeilen warten auf Prüfung. Erledige einige und wiederhole den Import.",
  ARCHIVE_LINE_DAMAGED:
    "Die Zeile des Exports ist beschädigt. Lade den Export noch einmal herunter und importiere ihn.",
  ARCHIVE_LINE_UNKNOWN:
    "Die Art dieser Zeile ist unbekannt. Vielleicht kann eine neuere Version sie lesen.",
  ARCHIVE_LINE_TOO_LONG: "Die Zeile des Exports ist zu lang.",
  ARCHIVE_VALUE_INVALID: "Ein Wert in der Zeile des Exports ist ungültig.",
  ARCHIVE_INCOMPLETE:
    "Der Export ist unvollständig. Lade ihn noch einmal herunter und importiere ihn; nichts wird doppelt importiert.",
  BOOK_MISSING:
    "Das Buch zu diesem Fortschritt steht nicht im Regal. Füge es hinzu und wiederhole den Import.",
  PROGRESS_FULL:
    "Dein Konto hat sein Limit für Einträge zum Fortschritt erreicht. Entferne einige und wiederhole den Import.",
  TRASH_EXPIRED: "Die 30 Tage dieses Buchs im Papierkorb sind vorbei.",
  ON_SHELF: "Das Buch steht im Regal und kam deshalb nicht in den Papierkorb.",
  NO_ISBN: "Es gibt keine ISBN, und Titel und Autor bestimmen keine Ausgabe eindeutig.",
  ISBN_INVALID: "Die ISBN ist ungültig: Die Prüfziffer stimmt nicht, oder es fehlen Ziffern.",
  ISBN_ROUNDED:
    "Eine Tabellenkalkulation hat die ISBN gerundet. Importiere die Datei so, wie der Dienst sie geschrieben hat.",
  ISBN_CONFLICT: "Die ISBNs der Zeile gehören zu zwei verschiedenen Büchern.",
  AMBIGUOUS: "Mehrere Ausgaben passen gleich gut.",
  ISBN_PADDED:
    "Führende Nullen der ISBN, die eine Tabellenkalkulation entfernt hat, wurden ergänzt.",
  ISBN_IGNORED: "Eine von mehreren ISBNs ist beschädigt; eine gültige wurde verwendet.",
  RATING_UNREADABLE:
    "Die Bewertung ist nicht lesbar. Sie ist beim Buch gespeichert, wie sie in der Datei steht.",
  DATE_UNREADABLE:
    "Ein Datum ist nicht lesbar. Es ist beim Buch gespeichert, wie es in der Datei steht.",
  RATING_ROUNDED: "Die Bewertung wurde auf Viertelsterne gerundet.",
  RATING_SCALE_ASSUMED: "Die Skala der Bewertungen ist nicht sicher.",
  DATE_ORDER_ASSUMED: "Tag und Monat eines Datums könnten vertauscht sein.",
  DATES_SWAPPED:
    "Die Lektüre endet vor ihrem Beginn. Beginn und Ende sind beim Buch gespeichert, wie sie in der Datei stehen.",
  TEXT_SHORTENED: "Ein Text war zu lang und wurde gekürzt.",
  LIST_SHORTENED:
    "Es gab zu viele Schlagwörter, Themen, Namen oder Lektüren; nur die ersten wurden übernommen.",
  VALUE_UNREADABLE: "Ein Wert eines BooksTrack-Exports ist nicht lesbar und wurde weggelassen.",
  KEPT_YOURS: "Von dir oder einem anderen Dienst stammen andere Werte; sie wurden behalten.",
  ROWS_DIFFER: "Eine andere Zeile hat andere Werte für dasselbe Buch; diese wurden verwendet.",
  IN_TRASH: "Du hast dieses Buch entfernt; es liegt noch im Papierkorb.",
  TEXT_IMPROBABLE: "Der Text sieht aus, als wäre er in der falschen Kodierung gelesen worden.",
  NUL_REMOVED: "Unlesbare Zeichen wurden entfernt.",
  RAGGED_ROW: "Die Zeile hat mehr oder weniger Zellen als die Kopfzeile. Prüfe, ob sie stimmt.",
  NOT_FOUND: "Kein Katalog kennt diese ISBN. Das Buch bleibt so, wie die Datei es beschreibt.",
} satisfies Translation<typeof en>;
