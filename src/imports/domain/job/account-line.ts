import type {
  ArchivedGoal,
  ArchivedMove,
  ArchivedProgress,
  ArchivedSetting,
  ArchivedTrash,
} from "../../../../contract/archive.ts";
import type { EntryReading } from "../../../library/domain/entry.ts";

/** A line of an archive other than an entry or a waiting row. */
export type AccountLine =
  /** `isUnnamed`: from a file that names the latest progress of a book without its id. */
  | (ArchivedProgress & { isUnnamed?: true })
  | ArchivedGoal
  | ArchivedSetting
  | ArchivedTrash
  | ArchivedMove;

/** The account's state for a line. */
export interface AccountState {
  /** Whether the account has the item, including progress that the user has deleted. */
  isKnown: boolean;
  /** The numbers of a goal or the value of a setting, as JSON, if the account has it. */
  value?: string;
  /**
   * The version of the tombstone that the line replaces: of a goal or an entry, or of progress or a
   * setting that an import restores.
   */
  removedVersion?: number;
  /** The readings of the book that a line of progress refers to, if it is on the shelf. */
  readings?: readonly EntryReading[];
  /** Whether the line's book is on the shelf. */
  isOnShelf: boolean;
  isInTrash: boolean;
}

/** The account's state for a step, by row number. */
export interface KnownAccount {
  states: ReadonlyMap<number, AccountState>;
  /** The number of records of progress that may be added. */
  progressRoom: number;
}

export const NO_ACCOUNT: KnownAccount = { states: new Map(), progressRoom: 0 };

/** Identifies an item that an import has added, for undo. */
export interface AccountMark {
  kind: AccountLine["type"];
  key: string | number;
  /** The version after the write. */
  version: number;
}

/** A line to write, and the account's state that the write depends on. */
export interface AccountWrite {
  line: AccountLine;
  version: number;
  state: AccountState;
}

/** Identifies a line among those of its kind. */
export function keyOf(line: AccountLine): string | number {
  switch (line.type) {
    case "progress":
      return line.id;
    case "goal":
      return line.year;
    case "setting":
      return line.name;
    case "trash":
    case "move":
      return line.isbn;
  }
}

/** The label of a row for the user. */
export function labelOf(line: AccountLine | undefined): { title?: string } {
  switch (line?.type) {
    case "progress":
      return { title: `Progress in ${line.isbn}, ${line.at.slice(0, 10)}` };
    case "goal":
      return { title: `Goal of ${line.year}` };
    case "setting":
      return { title: `Setting ${line.name}` };
    case "trash":
      return { title: line.own?.title ?? line.book?.title ?? line.isbn };
    case "move":
      return { title: `${line.isbn} moved to ${line.movedTo}` };
    case undefined:
      return {};
  }
}
