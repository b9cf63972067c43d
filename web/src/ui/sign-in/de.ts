import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  code: "Kopplungscode oder Wiederherstellungscode",
  codeHint:
    "Der Code, den ein anderes Gerät in den Einstellungen zeigt, etwa K7QM-2F0V, oder die Zeile mit Konto und Code, die du aufbewahrt hast.",
  codeMissing: "Gib den Kopplungscode oder das Konto mit seinem Wiederherstellungscode ein.",
  codeUnreadable:
    "Das ist weder ein Kopplungscode aus acht Zeichen noch die Zeile mit Konto und Wiederherstellungscode.",
  wrongCode:
    "Dieser Code gilt für kein Konto. Ein Kopplungscode gilt einmal und nur fünf Minuten lang; ein Wiederherstellungscode gilt nicht mehr, sobald ein neuer erstellt wurde.",
  otherAccount:
    "Dieser Code gehört zu einem anderen Konto. Um das Konto dieses Geräts zu wechseln, leere zuerst das Gerät in den Einstellungen.",
  name: "Name dieses Geräts",
  nameHint: "Er erscheint in der Liste deiner Geräte.",
  signIn: "Anmelden",
  signedIn: "Du bist angemeldet.",
  replaces: {
    one: "Auf diesem Gerät ist ein anderes Konto mit {count} Buch. Wenn du dich bei einem anderen anmeldest, brauchst du den Wiederherstellungscode des ersten, um zurückzukommen.",
    other:
      "Auf diesem Gerät ist ein anderes Konto mit {count} Büchern. Wenn du dich bei einem anderen anmeldest, brauchst du den Wiederherstellungscode des ersten, um zurückzukommen.",
  },
  noticeText: "Du bist auf diesem Gerät abgemeldet.",
  waiting: {
    one: "{count} Änderung bleibt erhalten und wird gesendet, sobald du angemeldet bist.",
    other: "{count} Änderungen bleiben erhalten und werden gesendet, sobald du angemeldet bist.",
  },
  sheetTitle: "Wieder anmelden",
  sheetText:
    "Der Zugang dieses Geräts wurde widerrufen oder ist abgelaufen. Deine Bücher und Änderungen sind noch da.",
  again: "Wieder anmelden",
} satisfies Translation<typeof en>;
