import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  title: "Buch",
  missingTitle: "Dieses Buch steht nicht in deinem Regal",
  missing: "Vielleicht wurde es auf einem anderen Gerät entfernt.",
  toShelf: "Zum Regal",
} satisfies Translation<typeof en>;
