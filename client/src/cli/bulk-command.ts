import type { BulkChange } from "../library.ts";
import type { LibraryBook } from "../schema.ts";
import type { Options } from "./command-line.ts";
import { filterOf } from "./library-filter.ts";
import { ownLibrary, type Context } from "./context.ts";
import { printable } from "./terminal.ts";
import { EXIT, UsageError, type ExitCode } from "./usage.ts";

/** Fields that `--set` accepts, with the parsers of their values. */
const FIELDS = {
  status: String,
  rating: Number,
  review: String,
  notes: String,
  format: String,
  owned: (text: string) => text === "true",
  location: String,
} as const satisfies Partial<Record<keyof LibraryBook, (text: string) => unknown>>;

/** Changes or removes many books: the named ones, those matching a filter, or all. */
export async function changeMany(
  isbns: readonly string[],
  options: Options,
  context: Context,
): Promise<ExitCode> {
  const { json, terminal, signal } = context;
  const counts = new Map<string, number>();
  const request: BulkChange = { ...selectionOf(isbns, options), ...editOf(options) };
  for await (const result of ownLibrary(context).changeMany(request, { signal })) {
    counts.set(result.outcome, (counts.get(result.outcome) ?? 0) + 1);
    if (json) terminal.out(`${JSON.stringify(result)}\n`);
    else if (result.outcome === "refused" || result.outcome === "notFound") {
      const why = result.problem?.detail ?? "It is not on the shelf.";
      terminal.err(`${printable(result.isbn)}: ${printable(why)}\n`);
    }
  }
  if (!json) {
    const texts = [...counts].map(([outcome, count]) => `${outcome}: ${count}`);
    terminal.out(`${texts.join(", ") || "No book needs this change."}\n`);
  }
  return counts.has("refused") || counts.has("notFound") ? EXIT.rowsLeft : EXIT.ok;
}

function selectionOf(
  isbns: readonly string[],
  options: Options,
): Pick<BulkChange, "isbns" | "filter"> {
  const filter = filterOf(options);
  const hasFilter = Object.keys(filter).length > 0;
  const given = [isbns.length > 0, hasFilter, options.all === true].filter(Boolean).length;
  if (given !== 1) {
    throw new UsageError("library bulk requires ISBNs, a filter (--status, --tag ...), or --all.");
  }
  return isbns.length > 0 ? { isbns } : { filter: filter as NonNullable<BulkChange["filter"]> };
}

function editOf(options: Options): Omit<BulkChange, "isbns" | "filter"> {
  const { set = [], "add-tag": addTags, "remove-tag": removeTags } = options;
  const change = Object.fromEntries(set.map(settingOf)) as NonNullable<BulkChange["change"]>;
  const isChange = set.length > 0 || addTags !== undefined || removeTags !== undefined;
  if (isChange === (options.delete === true)) {
    throw new UsageError("library bulk requires --set, --add-tag or --remove-tag, or --delete.");
  }
  if (options.delete) return { delete: true };
  return {
    ...(set.length > 0 ? { change } : {}),
    ...(addTags === undefined ? {} : { addTags }),
    ...(removeTags === undefined ? {} : { removeTags }),
  };
}

/** Reads `FIELD=VALUE`; without a value, the field is cleared. */
function settingOf(pair: string): [string, unknown] {
  const sign = pair.indexOf("=");
  const name = pair.slice(0, sign);
  const read = Object.entries(FIELDS).find(([field]) => field === name)?.[1];
  if (sign <= 0 || !read) {
    const fields = Object.keys(FIELDS).join(", ");
    throw new UsageError(`--set must be FIELD=VALUE with one of ${fields}; got ${pair}.`);
  }
  const value = pair.slice(sign + 1);
  return [name, value === "" ? null : read(value)];
}
