/** What is wrong with a file, before and after it was sent. */
import { InvalidRequestError, type BooksTrackError } from "../../../../client/src/index.ts";
import { textOfCause } from "../../state/problem-texts.ts";
import { text as t } from "./text.ts";

/** The service refuses larger files; this saves the user from sending one. */
export const MAX_MB = 25;
const MAX_BYTES = MAX_MB * 1024 * 1024;

/** Why a file is not worth sending; undefined if it is. */
export function fileProblem({ name, size }: Pick<File, "name" | "size">): string | undefined {
  if (size === 0) return t("empty", { name });
  return size > MAX_BYTES ? t("tooLarge", { name, mb: MAX_MB }) : undefined;
}

/** A file that the service cannot read as a table of books. */
export interface TableProblem {
  readonly text: string;
  /** In the words of the service, which are English. */
  readonly detail: string;
  /** Whether it is a table at least, whose columns the user can name. */
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
