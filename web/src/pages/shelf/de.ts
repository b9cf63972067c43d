import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  title: "Regal",
  startTitle: "Deine Bücher, auf jedem Gerät",
  start: "Füge ein erstes Buch hinzu. Du brauchst kein Konto: Es entsteht von selbst.",
  add: "Buch hinzufügen",
  emptyTitle: "Dein Regal ist leer",
  empty: "Füge ein Buch über seine ISBN hinzu.",
  count: { one: "{count} Buch", other: "{count} Bücher" },
} satisfies Translation<typeof en>;
