/** Problems of a file, before and after it was sent. */
import { InvalidRequestError, type BooksTrackError } from "../../../../client/src/index.ts";
import { textOfCause } from "../../state/problem-texts.ts";
import { text as t } from "./text.ts";

/** The service refuses larger files; checking here saves the upload. */
export const MAX_MB = 25;
const MAX_BYTES = MAX_MB * 1024 * 1024;

/** Why a file need not be sent; undefined if it should be. */
export function fileProblem({ name, size }: Pick<File, "name" | "size">): string | undefined {
  if (size === 0) return t("empty", { name });
  return size > MAX_BYTES ? t("tooLarge", { name, mb: MAX_MB }) : undefined;
}

/** A file that the service cannot read as a table of books. */
export interface TableProblem {
  readonly text: string;
  /** The service's text, which is English. */
  readonly detail: string;
  /** Whether it is at least a table with columns that the user can name. */
  readonly isTable: boolean;
}

/** @returns undefined for other failures */
export function tableProblemOf(error: unknown): TableProblem | undefined {
  if (!(error instanceof InvalidRequestError) || error.code !== "INVALID_CSV") return undefined;
  return { text: textOfCause(error), detail: error.message, isTable: foundColumns(error) > 0 };
}

function foundColumns({ details }: BooksTrackError): number {
  const found = details["foundColumns"];
  return Array.isArray(found) ? found.length : 0;
}
