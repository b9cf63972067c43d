import type { ArchivedProgress } from "../../../../contract/archive.ts";
import type { Entry, EntryReading } from "../../../library/domain/entry.ts";
import { readingIdIn } from "../../../library/domain/same-reading.ts";
import { defined } from "../../../platform/defined.ts";
import {
  keyOf,
  type AccountLine,
  type AccountMark,
  type AccountState,
  type AccountWrite,
  type KnownAccount,
} from "./account-line.ts";
import { reason } from "./reasons.ts";
import type { StagedRow } from "./shelf-state.ts";
import type { ShelvedRow } from "./shelving-plan.ts";

const EMPTY: AccountState = { isKnown: false, isOnShelf: false, isInTrash: false };

/**
 * Plans the lines of a step that are not entries, in file order. Existing items are left unchanged,
 * so a repeated line is written once.
 */
export class AccountLines {
  readonly writes: AccountWrite[] = [];
  readonly #known: KnownAccount;
  readonly #options: { dryRun: boolean; now: number };
  readonly #added = new Set<string>();
  readonly #targets = new Set<string>();
  #progress = 0;

  constructor(known: KnownAccount, options: { dryRun: boolean; now: number }) {
    this.#known = known;
    this.#options = options;
  }

  /** @param entryAt the entry of a book, if a row of the step has it */
  plan(
    { row, parsed }: Pick<StagedRow, "row" | "parsed">,
    entryAt: (isbn: string) => Pick<Entry, "readings"> | undefined,
  ): ShelvedRow {
    if (parsed.account === undefined) return { row, outcome: "unchanged" };
    const state = this.#known.states.get(row) ?? EMPTY;
    const line = named(parsed.account, (isbn) => entryAt(isbn)?.readings ?? state.readings);
    const refused = this.#refusal(line, state, (isbn) => entryAt(isbn) !== undefined);
    if (refused) return { row, ...refused };
    const version = Math.max(
      line.type === "trash" ? line.version : 1,
      (state.removedVersion ?? 0) + 1,
    );
    this.#added.add(nameOf(line));
    if (line.type === "move") this.#targets.add(line.movedTo);
    if (line.type === "progress" && line.trashed === undefined) this.#progress += 1;
    if (this.#options.dryRun) return { row, outcome: "created" };
    this.writes.push({ line, version, state });
    const added: AccountMark = { kind: line.type, key: keyOf(line), version };
    return { row, outcome: "created", added };
  }

  /** Why a line is not written; undefined if it is. */
  #refusal(
    line: AccountLine,
    state: AccountState,
    isShelved: (isbn: string) => boolean,
  ): Pick<ShelvedRow, "outcome" | "reason" | "notes"> | undefined {
    const isNamed = this.#added.has(nameOf(line));
    if (state.isKnown || isNamed)
      return { outcome: "unchanged", ...defined(keptNotes(line, state)) };
    if (line.type === "move") {
      // The target of a move cannot be moved again, because moves form no chains.
      const isChained = this.#targets.has(line.isbn) || this.#added.has(`move ${line.movedTo}`);
      return isChained || line.isbn === line.movedTo ? { outcome: "unchanged" } : undefined;
    }
    if (line.type === "goal" || line.type === "setting") return undefined;
    const isOnShelf = state.isOnShelf || isShelved(line.isbn);
    if (line.type === "trash") {
      if (isOnShelf) return { outcome: "unchanged", notes: [reason("ON_SHELF")] };
      const isOver = Date.parse(line.until) <= this.#options.now;
      return isOver ? { outcome: "unchanged", notes: [reason("TRASH_EXPIRED")] } : undefined;
    }
    return this.#progressRefusal(line, state, isOnShelf);
  }

  #progressRefusal(
    line: ArchivedProgress,
    state: AccountState,
    isOnShelf: boolean,
  ): Pick<ShelvedRow, "outcome" | "reason" | "notes"> | undefined {
    if (line.trashed) {
      if (isOnShelf) return { outcome: "unchanged", notes: [reason("ON_SHELF")] };
      const isTrashed =
        state.isInTrash || this.#options.dryRun || this.#added.has(`trash ${line.isbn}`);
      return isTrashed ? undefined : { outcome: "unchanged", notes: [reason("TRASH_EXPIRED")] };
    }
    if (!isOnShelf) return { outcome: "invalid", reason: reason("BOOK_MISSING") };
    return this.#progress >= this.#known.progressRoom
      ? { outcome: "invalid", reason: reason("PROGRESS_FULL") }
      : undefined;
  }
}

/**
 * Progress with the shelf's id for its reading, which may differ: the shelf had an equal reading
 * before, or the file numbers its readings.
 */
function named(
  line: AccountLine,
  readingsOf: (isbn: string) => readonly EntryReading[] | undefined,
): AccountLine {
  if (line.type !== "progress" || line.trashed) return line;
  const readings = readingsOf(line.isbn);
  return readings ? { ...line, readingId: readingIdIn(readings, line) } : line;
}

const nameOf = (line: AccountLine): string =>
  line.type === "progress" && line.isUnnamed
    ? `${line.type} ${line.isbn} ${line.at}`
    : `${line.type} ${keyOf(line)}`;

/** Notes for the user about a goal or a setting that is kept although the line differs. */
function keptNotes(line: AccountLine, { value }: AccountState): Pick<ShelvedRow, "notes"> {
  if (value === undefined || (line.type !== "goal" && line.type !== "setting")) return {};
  const { books, pages, minutes } = line.type === "goal" ? line : {};
  const found = line.type === "goal" ? { books, pages, minutes } : line.value;
  return JSON.stringify(found) === value ? {} : { notes: [reason("KEPT_YOURS")] };
}
