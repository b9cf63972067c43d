import { describe, expect, it } from "vitest";
import { rowsOf } from "../../../../test/support/imports/rows-of.ts";
import { fieldOfName } from "./column-fields.ts";
import { columnKey } from "./column-names.ts";
import { ENGLISH_COLUMNS } from "./column-words-english.ts";
import { OTHER_COLUMNS } from "./column-words.ts";
import type { Field } from "./fields/index.ts";

const NAMES: Partial<Record<Field, string>> = {
  rating:
    "My Rating (1-5)|Rating (0-5)|Rating 1 to 10|Rating (max 10)|Note /20|Rating /5 stars|Your Rating|Eigene Bewertung|" +
    "Meine Sterne|Persönliche Bewertung (1-10)|Mon évaluation|Note personnelle|Mi calificación|Mi puntuación|" +
    "note_sur_5|Note-sur-10|Rating /5:|rating_out_of_10|Rating percent?|" +
    "Mijn beoordeling|Il mio voto|Mitt betyg|Minha nota|Nota pessoal|Min vurdering|Valoración personal",
  finishedAt:
    "Data da leitura|Fecha fin|Data fine|Ausgelesen am|Date de fin de lecture|Datum uitgelezen|Data ukończenia|" +
    "Дата окончания чтения|完读日期|Okuma Bitiş Tarihi|Dočteno dne|Luettu pvm|Finish|Date I finished it|Fin lecture|Läst den",
  startedAt:
    "Angefangen am|Fecha inicio|Data inizio|Data początku|Start am|Début lecture|Data inizio lettura|Began reading",
  isRead: "已读|읽음|Okundu mu?|Прочла?|Olvastam?|Have you read it?|I've read it|Has been read",
  isOfStatus: "Reading|To Read|DNF|Wishlist|Abandonné",
  status: "Статус прочтения|Situação|Estante|Statut lecture|Status der Lektüre|Leído/No leído",
  authorsInAnyOrder: "Author 1|Author 2|Autor/Autorin|Author(s)",
  authorGivenName: "Author First Name|Vorname|Prénom",
  format: "Format|Binding|Einband|Reliure|Formato",
  owned: "Owned|Im Besitz|Possédé",
  language: "Language|Dil|Sprache",
  location: "Location|Standort|Emplacement",
  loanTo: "Lent to|Verliehen an|Prêté à",
  series: "Series|Buchreihe|Série|シリーズ",
  seriesPosition:
    "Series Number|Series #|Series No.|Book #|Volume|Volume number|Position|Position in Series|Series Order|Series Index|Band|Band-Nr.|Nummer der Reihe|Numéro de série|Tome|Díl",
  authorFamilyName: "Author Last Name|Nachname|Apellidos|Фамилия автора",
};

describe("a column with a user-defined name", () => {
  const cases = Object.entries(NAMES).flatMap(([field, names]) =>
    names.split("|").map((name) => [name, field] as const),
  );

  it.each(cases)("%j is %s", (name, field) => expect(fieldOfName(name)).toBe(field));

  it.each([
    "Average Rating",
    "Last Name of Lender",
    "Data zakupu",
    "Purchase date",
    "Status of loan",
    "My Books Count",
    "Book 1",
    "Story 10",
    "My Title",
    "Условие",
  ])("%j is unknown", (name) => expect(fieldOfName(name)).toBeUndefined());

  it("joins an author's name from two columns", () => {
    const cells = { Titre: "Dune", Nom: "Herbert", Prénom: "Frank" };
    const [row] = rowsOf("none", cells);
    expect(row?.book).toEqual({ title: "Dune", authors: ["Frank Herbert"] });
    const two = rowsOf("none", { Title: "A", "Author 1": "Ann Bell", "Author 2": "Jo King" });
    expect(two[0]?.book.authors).toEqual(["Ann Bell", "Jo King"]);
  });

  it.each([
    { Title: "A", Rating: "4.25", "Your Rating": "3" },
    { Titel: "A", Bewertung: "4.25", "Eigene Bewertung": "3" },
    { Titre: "A", Note: "4.25", "Note personnelle": "3" },
    { Título: "A", "Valoración personal": "3", Valoración: "4.25" },
    { Title: "A", Rating: "8.6", "Personal Rating (1-10)": "6" },
  ])("outranks the community's: %j", (cells) => {
    expect(rowsOf("none", cells)[0]?.entry.rating).toBe(3);
  });
});

describe("a column of answers", () => {
  const statusIn = (cells: Readonly<Record<string, string>>) =>
    rowsOf("none", { Titel: "A", Autor: "B", ...cells })[0]?.entry;

  it.each([
    ["Gelesen", "ja", "completed"],
    ["Gelesen", "nein", "want_to_read"],
    ["Gelesen", "angefangen", "reading"],
    ["Gelesen", "2x", "completed"],
    ["Gelesen", "20.03.2021", "completed"],
    ["Lu ?", "En cours", "reading"],
    ["Lu ?", "abandonné", "abandoned"],
    ["Reading", "x", "reading"],
    ["DNF", "yes", "abandoned"],
    ["To Read", "no", undefined],
  ])("%j with %j is %j", (column, cell, status) => {
    expect(statusIn({ [column]: cell })?.status).toBe(status);
  });

  it("is used beside a shelf that is not a status, and so is a date", () => {
    expect(statusIn({ Status: "Owned", Read: "Yes" })).toEqual({
      status: "completed",
      tags: ["Owned"],
    });
    expect(statusIn({ Shelf: "Living room", "Date Read": "2021-03-20" })).toMatchObject({
      status: "completed",
      tags: ["Living room"],
    });
    expect(statusIn({ Shelf: "Living room", "Date Read": "" })).toEqual({ tags: ["Living room"] });
  });
});

it("has every column name once", () => {
  for (const names of [ENGLISH_COLUMNS, OTHER_COLUMNS]) {
    const keys = Object.values(names).flatMap((words) => words.split("|").map(columnKey));
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  }
});
