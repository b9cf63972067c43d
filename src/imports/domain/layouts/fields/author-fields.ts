import {
  authorOf,
  guessNames,
  hasRole,
  namesInList,
  naturalOrder,
  splitAtCommas,
  splitAtMarks,
} from "../names.ts";
import type { FieldReader } from "./field-reader.ts";

const authorsOf = (names: readonly string[]): string[] =>
  names.flatMap((name) => authorOf(name) ?? []);

/** Whether nobody was left out, so that the cell says no more than the authors do. */
const sayAll = (names: readonly string[]): boolean => !names.some(hasRole);

const list =
  (target: "authors" | "more", split: (cell: string) => string[]): FieldReader =>
  (cell, draft) => {
    const names = split(cell);
    draft.names[target].push(...authorsOf(names));
    return sayAll(names);
  };

/** Fields that name people. */
export const AUTHOR_FIELDS = {
  /** One name, whatever is in it. */
  author: list("authors", (cell) => [cell.replace(/\s+/g, " ").trim()]),
  /** Names between commas. */
  authors: list("authors", namesInList),
  moreAuthors: list("more", splitAtCommas),
  /** Calibre: names between `&`, or commas; an author with a comma stands behind `&` alone. */
  authorsByAmpersand: list("authors", (cell) =>
    cell.includes(" & ") ? splitAtMarks(cell) : namesInList(cell),
  ),
  /** A table of unknown origin. */
  authorsInAnyOrder: list("authors", guessNames),
  /** LibraryThing, Goodreads: family name first. */
  authorLastFirst: (cell, draft) => {
    draft.names.authors.push(...authorsOf([naturalOrder(cell)]));
    return true;
  },
  /** The same author once more, used if the row names him nowhere else. */
  spareAuthor: (cell, draft) => {
    draft.names.spare.push(naturalOrder(cell));
    return true;
  },
  /** The same authors once more, in full. */
  spareAuthors: (cell, draft) => {
    draft.names.more.push(...authorsOf(splitAtCommas(cell)));
    return true;
  },
  /** Hardcover: those who helped come first, and have no role. */
  authorsLastOneFirst: (cell, draft) => {
    const names = namesInList(cell);
    const last = names.at(-1);
    draft.names.authors.push(...authorsOf(last === undefined ? [] : [last, ...names.slice(0, -1)]));
    return names.length === 1;
  },
  /** LibraryThing: names and roles between bars, in two columns. */
  secondaryAuthors: (cell, draft) => {
    draft.names.secondary.push(...cell.split("|").map(naturalOrder));
    return false;
  },
  secondaryRoles: (cell, draft) => {
    draft.names.roles.push(...cell.split("|"));
    return false;
  },
  /** StoryGraph: those without a role are authors, too. */
  contributors: list("more", splitAtCommas),
} satisfies Record<string, FieldReader>;
