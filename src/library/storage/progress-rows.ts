import { withoutNulls } from "../../platform/defined.ts";
import type { LatestProgress, ProgressEntry, ReachedPosition } from "../domain/progress.ts";

/** A row of Progress. */
export interface ProgressRow {
  id: string;
  isbn: string;
  reading_id: string;
  page: number | null;
  percent: number | null;
  minutes: number | null;
  note: string | null;
  at: number;
  version: number;
  removed_at: number | null;
}

/** The columns of `ProgressRow`. */
export const PROGRESS_COLUMNS =
  "id, isbn, reading_id, page, percent, minutes, note, at, version, removed_at";

/** Maps a row to the domain's type. */
export function progressOf(row: ProgressRow): ProgressEntry {
  const { id, isbn, reading_id: readingId, page, percent, minutes, note, at, version } = row;
  return { id, isbn, readingId, ...withoutNulls({ page, percent, minutes, note }), at, version };
}

/** Parses the progress that an entry shows. */
export function reachedOf(text: string | null): ReachedPosition | undefined {
  return text === null ? undefined : withoutNulls(JSON.parse(text) as Reached);
}

/** Parses the latest progress of the readings of an entry. */
export function latestOf(text: string | null | undefined): LatestProgress | undefined {
  if (text === null || text === undefined) return undefined;
  const all = JSON.parse(text) as Record<string, Reached & { id: string }>;
  return Object.fromEntries(Object.entries(all).map(([id, one]) => [id, withoutNulls(one)]));
}

type Reached = {
  page: number | null;
  percent: number | null;
  minutes: number | null;
  at: number;
};
