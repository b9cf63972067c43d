import {
  authorOf,
  guessNames,
  hasRole,
  namesInList,
  naturalOrder,
  splitAtCommas,
  splitAtMarks,
  type CommaRule,
} from "../names.ts";
import type { FieldReader } from "./reader.ts";

const authorsOf = (names: readonly string[]): string[] =>
  names.flatMap((name) => authorOf(name) ?? []);

/** Whether the authors represent the cell completely: no role is dropped. */
const areComplete = (names: readonly string[]): boolean => !names.some(hasRole);

const list =
  (target: "authors" | "more", split: (cell: string, rule: CommaRule) => string[]): FieldReader =>
  (cell, draft, column) => {
    const names = split(cell, draft.conventions.commaRules?.get(column) ?? "mostlyFamily");
    draft.names[target].push(...authorsOf(names));
    return areComplete(names);
  };

/** Fields for people. */
export const AUTHOR_FIELDS = {
  /** The whole cell is one name. */
  author: list("authors", (cell) => [cell.replace(/\s+/g, " ").trim()]),
  /** Names separated by commas; a single name may have its family name first. */
  authors: list("authors", namesInList),
  /** Names separated by commas, never with the family name first. */
  authorsByComma: list("authors", splitAtCommas),
  moreAuthors: list("more", splitAtCommas),
  /** Calibre: names separated by `&`, or else by commas. */
  authorsByAmpersand: list("authors", (cell, rule) =>
    cell.includes(" & ") ? splitAtMarks(cell) : guessNames(cell, rule),
  ),
  /** A table of unknown origin. */
  authorsInAnyOrder: list("authors", guessNames),
  /** LibraryThing: family name first. */
  authorLastFirst: (cell, draft) => {
    draft.names.authors.push(...authorsOf([naturalOrder(cell)]));
    return true;
  },
  /** The author's name in two columns. */
  authorGivenName: (cell, draft) => {
    draft.names.given ??= cell.trim();
    return true;
  },
  authorFamilyName: (cell, draft) => {
    draft.names.family ??= cell.trim();
    return true;
  },
  /** A second copy of the author, used if no other column names one. */
  spareAuthor: (cell, draft) => {
    draft.names.spare.push(...splitAtMarks(cell).map(naturalOrder));
    return true;
  },
  /** A second copy of the authors that is complete. */
  spareAuthors: (cell, draft) => {
    draft.names.more.push(...authorsOf(splitAtCommas(cell)));
    return true;
  },
  /** Hardcover: contributors come first and have no role, so the last name is taken as the author. */
  authorsLastOneFirst: (cell, draft) => {
    const names = splitAtCommas(cell);
    const last = names.at(-1);
    draft.names.authors.push(...authorsOf(last === undefined ? [] : [last, ...names.slice(0, -1)]));
    return names.length === 1;
  },
  /** LibraryThing: names and roles separated by bars, in two columns. */
  secondaryAuthors: (cell, draft) => {
    draft.names.secondary.push(...cell.split("|").map(naturalOrder));
    return false;
  },
  secondaryRoles: (cell, draft) => {
    draft.names.roles.push(...cell.split("|"));
    return false;
  },
  /** StoryGraph: contributors without a role count as authors. */
  contributors: list("more", splitAtCommas),
} satisfies Record<string, FieldReader>;
