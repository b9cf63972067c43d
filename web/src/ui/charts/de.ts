import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  chartOf: "Diagramm: {title}. Die Tabelle darunter enthält die Zahlen.",
  table: "Als Tabelle",
  total: "Summe",
  all: { one: "{count} anzeigen", other: "Alle {count} anzeigen" },
  fewer: "Weniger anzeigen",
} satisfies Translation<typeof en>;
