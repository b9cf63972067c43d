import type { Layout } from "../layout.ts";

export const BABELIO: Layout = {
  format: "babelio",
  ratingScale: 5,
  dateOrder: "dmy",
  optional: [
    "EAN",
    "Date d'entrée",
    "Note Babelio",
    "Nombre de notes",
    "Date de lecture",
    "Critique",
    "Etiquettes",
  ],
  marks: ["Date d'entrée dans Babelio", "Note Babelio"],
  columns: {
    ISBN: "isbn",
    EAN: "isbn",
    Titre: "title",
    Auteur: "authorsByComma",
    Editeur: "publisher",
    "Date de publication": "publishedDate",
    "Date d'entrée dans Babelio": "addedAt",
    "Date d'entrée": "addedAt",
    Statut: "status",
    Note: "rating",
    "Note Babelio": "extra",
    "Nombre de notes": "extra",
    "Date de lecture": "finishedAt",
    Critique: "review",
    Etiquettes: "tags",
  },
};
