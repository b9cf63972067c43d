import { defined } from "../../../platform/defined.ts";
const MAX_VALUE_LENGTH = 200;

/** One field on both sides; a blank side has no member. Long values are truncated. */
export interface FieldDifference {
  readonly field: string;
  readonly kv?: string;
  readonly row?: string;
}

/** Compares one field of both sides; empty when they are equal. An empty list counts as blank. */
export function differenceOf(field: string, kv: unknown, row: unknown): FieldDifference[] {
  const [left, right] = [textOf(kv), textOf(row)];
  if (left === right) return [];
  return [
    {
      field,
      ...defined({ kv: left?.slice(0, MAX_VALUE_LENGTH), row: right?.slice(0, MAX_VALUE_LENGTH) }),
    },
  ];
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.length === 0) return undefined;
  return typeof value === "string" ? value : JSON.stringify(canonical(value));
}

/** The same value with the members of its objects in a fixed order. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, canonical(member)]));
}
