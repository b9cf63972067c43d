import { isPlaceholder } from "../cells.ts";
import type { DateOrder } from "../../reading/assumptions.ts";
import { readDate } from "../dates.ts";
import type { Draft } from "../draft.ts";
import { shelfStatusOf, statusOf, yesOrNo } from "../statuses.ts";

/** Sets the status of a row by the name of a shelf; a shelf without a status becomes a tag. */
export function setStatus(draft: Draft, word: string): void {
  const shelf = word.trim();
  const { key, status } = shelfStatusOf(shelf, draft.conventions.statuses);
  draft.shelf.words.push(key);
  if (status === "none") draft.shelf.unknown ??= shelf;
  else draft.shelf.status ??= status;
}

/** Words between a status and its date. */
const BEFORE_DAY = /(?:\s+(?:on|since|at|in|il|dal|el|le|am|seit|desde|em|en|im|den|op))?:?$/i;

/**
 * Splits `Finished on Dec 29 2023` before the longest suffix that is a date; undefined for any
 * other text.
 */
export function statusAndDay(
  cell: string,
  order: DateOrder | undefined,
): [status: string, day: string] | undefined {
  const text = cell.trim();
  if (!/\d{4}/.test(text) || text.length > 100) return undefined;
  for (const { index } of text.matchAll(/\s+/g)) {
    const day = text.slice(index).trim();
    if (readDate(day, order) === undefined) continue;
    return [text.slice(0, index).replace(BEFORE_DAY, "").trim(), day];
  }
  return undefined;
}

/** `2`, `2x`, `3 times`: how often the book was read. */
const COUNT =
  /^(\d{1,3})\s*(?:[x×]|times?|mal|fois|veces|volte|vezes|keer|razy|раза?|krát|回|次)?$/iu;

/**
 * Reads an answer in a column such as `Read?`: yes or no, how often, or a status.
 * @returns whether the cell is an answer
 */
export function readAnswer(cell: string, draft: Draft): boolean {
  const answer = yesOrNo(cell);
  if (answer !== undefined) {
    draft.shelf.isRead ??= answer;
    return true;
  }
  if (isPlaceholder(cell)) return true;
  const [, count] = COUNT.exec(cell.trim()) ?? [];
  if (count !== undefined) {
    draft.read.count ??= Number(count);
    draft.shelf.isRead ??= Number(count) > 0;
    return true;
  }
  if (statusOf(cell) === undefined) return false;
  setStatus(draft, cell);
  return true;
}
