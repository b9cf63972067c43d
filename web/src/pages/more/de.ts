import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  title: "Mehr",
  theme: "Aussehen",
  themeSystem: "Wie das Gerät",
  themeLight: "Hell",
  themeDark: "Dunkel",
  contrast: "Kontrast",
  contrastSystem: "Wie das Gerät",
  contrastNormal: "Normal",
  contrastMore: "Hoch",
  language: "Sprache",
  languageSystem: "Wie der Browser",
  import: "Bücher importieren",
  review: "Zu prüfende Zeilen",
  api: "API-Referenz",
} satisfies Translation<typeof en>;
