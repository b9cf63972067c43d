/** Progress in a book: input, one-tap steps, and display. */
import type { ProgressInput, ProgressRecord } from "../../../../client/src/sync/types.ts";

export const UNITS = ["page", "percent", "minutes"] as const;
export type Unit = (typeof UNITS)[number];

export interface Position {
  page?: number | undefined;
  percent?: number | undefined;
  minutes?: number | undefined;
}

const MAX: Readonly<Record<Unit, number>> = { page: 100_000, percent: 100, minutes: 1_000_000 };

/** The typed number, or its error. `beyond`: more than the book has. */
export function positionOf(
  typed: string,
  unit: Unit,
  pageCount: number | undefined,
): { value: number } | { fault: "missing" | "number" | "beyond" } {
  const text = typed.trim().replace(/%$/, "").trimEnd().replace(",", ".");
  if (text === "") return { fault: "missing" };
  if (!(unit === "percent" ? /^\d+(\.\d+)?$/ : /^\d+$/).test(text)) return { fault: "number" };
  const value = Number(text);
  const max = unit === "page" ? (pageCount ?? MAX.page) : MAX[unit];
  return value > max ? { fault: "beyond" } : { value };
}

/** The percentage of the book that has been read; undefined if unknown. */
export function percentOf(
  { page, percent }: Position,
  pageCount: number | undefined,
): number | undefined {
  if (page !== undefined && pageCount !== undefined) return Math.min(100, (page / pageCount) * 100);
  return percent;
}

/** The unit that the user used last, or else the format's. */
export function unitOf(position: Position | undefined, format: string | undefined): Unit {
  const used = UNITS.find((unit) => position?.[unit] !== undefined);
  if (used) return used;
  return format === "audiobook" ? "minutes" : format === "ebook" ? "percent" : "page";
}

const STEPS: Readonly<Record<Unit, readonly number[]>> = {
  page: [10, 25],
  percent: [5, 10],
  minutes: [15, 30],
};

/** The positions that one tap records: a step after the last one, never beyond the end. */
export function stepsFrom(
  position: Position | undefined,
  unit: Unit,
  pageCount: number | undefined,
): { step: number; value: number }[] {
  const now = position?.[unit] ?? 0;
  const max = unit === "page" ? (pageCount ?? MAX.page) : MAX[unit];
  return STEPS[unit]
    .map((step) => ({ step, value: Math.min(max, Math.round((now + step) * 10) / 10) }))
    .filter(({ value }, index, all) => value > now && all[index - 1]?.value !== value);
}

export const inputOf = (unit: Unit, value: number): ProgressInput => ({ [unit]: value });

/** The request body that records an entry of the history again. */
export function bodyOf({ page, percent, minutes, note, at }: ProgressRecord): ProgressInput {
  const position =
    page !== undefined ? { page } : minutes !== undefined ? { minutes } : { percent: percent ?? 0 };
  return { ...position, at, ...(note === undefined ? {} : { note }) };
}
