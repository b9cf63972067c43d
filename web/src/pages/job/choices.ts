/** The user's choices that replace the service's assumptions about a file. */
import type { CommitImportRequest, ImportAssumption } from "../../../../client/src/index.ts";
import type { UploadOptions } from "../../state/uploads.ts";

/** Choices for reading the file, which a commit accepts. */
export type ReadingChoices = NonNullable<CommitImportRequest["options"]>;
/** Choices for processing its rows, which only an upload accepts. */
export type RowChoices = Pick<UploadOptions, "mode" | "enrich" | "withoutIsbn">;
type ShelfStatus = NonNullable<ReadingChoices["statusMapping"]>[string];

export type Assumption = ImportAssumption;

/**
 * Below this confidence the service adds notes to the rows that depend on an assumption, and the
 * user is asked to check it.
 */
const SURE = 0.8;

export const isSure = ({ confidence }: Pick<Assumption, "confidence">): boolean =>
  confidence >= SURE;

export const RATING_SCALES = ["5", "10", "20", "100"] as const;
export const DATE_ORDERS = ["dmy", "mdy", "ymd"] as const;
export const AUTHOR_ORDERS = ["given-first", "family-first", "list"] as const;

/** The effective value of an assumption: the user's choice, or else the assumed value. */
export function valueOf(
  { kind, name = "", value }: Pick<Assumption, "kind" | "name" | "value">,
  choices: ReadingChoices,
): string {
  const chosen = kind === "statusMapping" ? choices.statusMapping?.[name] : choices[kind];
  return String(chosen ?? value);
}

/**
 * The choices after the user has set the value of an assumption. The assumed value does not count
 * as a choice.
 */
export function withChoice(
  choices: ReadingChoices,
  { kind, name = "", value: assumed }: Pick<Assumption, "kind" | "name" | "value">,
  value: string,
): ReadingChoices {
  const isChoice = value !== String(assumed);
  if (kind === "statusMapping") {
    const { [name]: _before, ...others } = choices.statusMapping ?? {};
    const statusMapping = isChoice ? { ...others, [name]: value as ShelfStatus } : others;
    return without(
      { ...choices, statusMapping },
      "statusMapping",
      Object.keys(statusMapping).length === 0,
    );
  }
  const chosen = { ...choices, [kind]: kind === "ratingScale" ? Number(value) : value };
  return without(chosen, kind, !isChoice);
}

function without(
  choices: ReadingChoices,
  key: keyof ReadingChoices,
  isDropped: boolean,
): ReadingChoices {
  if (!isDropped) return choices;
  const { [key]: _dropped, ...rest } = choices;
  return rest;
}

export const hasChoices = (choices: ReadingChoices): boolean => Object.keys(choices).length > 0;

/** Options of the next preview: those of the last one with the choices made since. */
export function optionsWith(
  before: UploadOptions,
  choices: ReadingChoices,
  rows: RowChoices,
): UploadOptions {
  const statusMapping = { ...before.statusMapping, ...choices.statusMapping };
  return {
    ...before,
    ...choices,
    ...rows,
    ...(Object.keys(statusMapping).length > 0 ? { statusMapping } : {}),
  };
}

/** Assumptions about the whole file, and about single shelves, uncertain ones first. */
export function grouped(assumptions: readonly Assumption[]): {
  file: Assumption[];
  shelves: Assumption[];
} {
  const unsureFirst = (one: Assumption, other: Assumption): number =>
    Number(isSure(one)) - Number(isSure(other)) || other.rows - one.rows;
  return {
    file: assumptions.filter(({ kind }) => kind !== "statusMapping"),
    shelves: assumptions.filter(({ kind }) => kind === "statusMapping").toSorted(unsureFirst),
  };
}
