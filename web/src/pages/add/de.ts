import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  title: "Buch hinzufügen",
  isbn: "ISBN",
  hint: "Die Nummer auf der Rückseite, etwa 978-0-441-17271-9. Ein Strichcodeleser kann sie eintippen.",
  add: "Hinzufügen",
  missing: "Gib eine ISBN ein.",
  unknown: "Kein Katalog kennt diese ISBN. Prüfe ihre Ziffern.",
  added: "{title} steht in deinem Regal.",
  toShelf: "Regal ansehen",
} satisfies Translation<typeof en>;
