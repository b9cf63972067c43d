import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  notice:
    "Bewahre deinen Wiederherstellungscode auf: Nur damit kommst du an deine Bücher, wenn dieses Gerät verloren geht.",
  show: "Code anzeigen",
  title: "Dein Wiederherstellungscode",
  about:
    "Du hast kein Passwort. Mit diesem Code kommst du auf einem anderen Gerät an deine Bücher, auch wenn du dieses verlierst. Er wird nur jetzt angezeigt; in den Einstellungen kannst du einen neuen erstellen.",
  code: "Konto und Code",
  copy: "Kopieren",
  copied: "Kopiert.",
  notCopied:
    "Der Browser erlaubt das Kopieren nicht. Der Code ist markiert: Kopiere ihn mit der Tastatur.",
  print: "Drucken",
  save: "Als Datei speichern",
  fileName: "bookstrack-wiederherstellungscode.txt",
  file: "Wiederherstellungscode für BooksTrack\n\nKonto und Code:\n{text}\n\nGib diese Zeile ein, wo die App nach dem Wiederherstellungscode fragt.\n",
  confirm: "Die letzten vier Zeichen des Codes",
  confirmHint: "Tippe sie von deiner Kopie ab. Danach wird der Code nicht mehr angezeigt.",
  done: "Ich habe ihn",
  wrong: "Das sind nicht die letzten vier Zeichen des Codes. Vergleiche sie mit deiner Kopie.",
  confirmed: "Wiederherstellungscode bestätigt.",
  later: "Später",
} satisfies Translation<typeof en>;
