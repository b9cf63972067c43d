import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  title: "Auf diesem Gerät anmelden",
  about:
    "Öffne auf einem angemeldeten Gerät Einstellungen, Geräte, Gerät hinzufügen. Scanne dann den Code dort mit der Kamera dieses Geräts, oder gib ihn hier ein.",
  agree:
    "Der Code ist eingetragen. Melde dich nur an, wenn du ihn selbst auf einem anderen deiner Geräte erstellt hast.",
} satisfies Translation<typeof en>;
