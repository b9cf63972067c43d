import { defined } from "../../../platform/defined.ts";
import { fold } from "../../../library/domain/fold.ts";
import { seriesInTitle } from "../../../library/domain/series-text.ts";
import { columnKey } from "../layouts/column-names.ts";
import { LAYOUTS } from "../layouts/tables/index.ts";

/** The columns with the service's own id of a row by format, as `columnKey`s: alternatives, each of one or more parts. */
const ID_COLUMNS: ReadonlyMap<string, readonly (readonly string[])[]> = new Map(
  LAYOUTS.map(({ format, id = [] }) => [
    format,
    id.map((columns) => [columns].flat().map(columnKey)),
  ]),
);

/** Ids of services are short; a longer cell is not an id. */
export const MAX_ID_LENGTH = 100;

/** The values that source keys are computed from. */
export interface SourceRow {
  /** The format of the file. */
  format: string;
  /** The cells of the row by column name. */
  raw: Readonly<Record<string, string>>;
  title?: string | undefined;
  authors?: readonly string[] | undefined;
}

/** The keys of a row. */
export interface SourceKeys {
  /**
   * Identifies a row when its service exports it again with other values: `goodreads:234225` if the
   * service's rows have ids, otherwise the text key. Absent for a row without id and title, which
   * is identified by its cells alone.
   */
  sourceKey?: string;
  /**
   * Identifies a row in the file of another service: `text:` and 32 hex digits of the hash of the
   * letters and digits of title and first author, without the series that some services add to the
   * title.
   */
  textKey?: string;
}

/** Computes the keys that identify a row in a later file. */
export async function sourceKeysOf(
  { format, raw, title, authors = [] }: SourceRow,
  { sha256 }: { sha256(text: string): Promise<string> },
): Promise<SourceKeys> {
  const id = idOf(format, raw);
  const named =
    title === undefined
      ? undefined
      : [lettersOf(withoutSeries(title)), lettersOf(authors[0] ?? "")];
  const hash = named && (await sha256(JSON.stringify(named)));
  const textKey = hash && `text:${hash.slice(0, 32)}`;
  return defined({ sourceKey: id === undefined ? textKey : `${format}:${id}`, textKey });
}

/** The letters and digits of a text, folded; the folded text if it has none. */
function lettersOf(text: string): string {
  const folded = fold(text);
  return folded.replace(/[^\p{L}\p{M}\p{N}]/gu, "") || folded;
}

/**
 * `Mort (Discworld, #4)` without its series. A later volume with the same name as its series keeps
 * it, because only the number distinguishes it.
 */
function withoutSeries(title: string): string {
  const start = title.lastIndexOf("(");
  const bare = title.slice(0, Math.max(0, start)).trim();
  if (bare === "" || !title.trim().endsWith(")")) return title;
  const series = seriesInTitle(title.slice(start));
  const isVolume = series.some(
    ({ name, position }) => position !== "1" && lettersOf(name) === lettersOf(bare),
  );
  return series.length === 0 || isVolume ? title : bare;
}

/** The service's own id of a row, with colons between its parts; undefined if a part is blank or too long. */
function idOf(format: string, raw: SourceRow["raw"]): string | undefined {
  const alternatives = ID_COLUMNS.get(format) ?? [];
  const wanted = new Set(alternatives.flat());
  if (wanted.size === 0) return undefined;
  const cells = new Map<string, string>();
  for (const [name, cell] of Object.entries(raw)) {
    const column = columnKey(name);
    const isId = wanted.has(column) && !cells.has(column) && cell.length <= MAX_ID_LENGTH;
    if (isId) cells.set(column, cell.trim());
  }
  const filled = alternatives.find((parts) => parts.every((part) => cells.get(part)));
  return filled?.map((part) => cells.get(part)).join(":");
}
