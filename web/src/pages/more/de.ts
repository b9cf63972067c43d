import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  title: "Mehr",
  scan: "Scannen",
  scanAbout: "Viele Bücher hintereinander, mit der Kamera",
  import: "Bücher importieren",
  importAbout: "Von Goodreads, StoryGraph und anderen Diensten",
  review: "Zu prüfende Zeilen",
  reviewAbout: "Importierte Zeilen, die deine Entscheidung brauchen",
  settings: "Einstellungen",
  settingsAbout: "Aussehen, Sprache, Konto, Geräte, Export",
  trash: "Papierkorb",
  trashAbout: "Entfernte Bücher wiederherstellen",
  pair: "Anmelden",
  pairAbout: "Mit dem Code eines anderen Geräts",
  api: "API-Referenz",
  apiAbout: "Für deine eigenen Programme",
  operator: "Betrieb",
  operatorAbout: "Zustand, Schalter und Migration dieses Dienstes",
} satisfies Translation<typeof en>;
