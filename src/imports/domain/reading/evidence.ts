import type { CsvRecord } from "../job/row.ts";
import { unwrap } from "../layouts/cells.ts";
import { DATE_FIELDS, NAME_LIST_FIELDS, type Field } from "../layouts/fields/index.ts";
import { commaKind, hasMarks, piecesAtComma, type CommaKind } from "../layouts/names.ts";
import type { PlannedColumn } from "../layouts/plan.ts";
import { bareRating } from "../layouts/ratings.ts";
import { DateEvidence, readingColumns } from "./date-evidence.ts";

/** A cell that illustrates an assumption. */
export interface SampleCell {
  row: number;
  column: string;
  cell: string;
}

/** Number of rows with a property, and the first cells that have it. */
export interface Tally {
  rows: number;
  samples: SampleCell[];
}

/** Conventions that are known only after the last row, as bits. */
export const OPEN = { dateOrder: 1, ratingScale: 2, authorOrder: 4 } as const;

const MAX_SAMPLES = 2;
/** Maximum number of distinct shelves; a column with more values does not contain shelves. */
const MAX_SHELVES = 200;
const MAX_CELL_LENGTH = 200;
/** A rating as services write it. */
const DIGIT = /^[0-9]$/;

interface Place {
  index: number;
  name: string;
  field: Field;
}

/** The numbers of names without a comma, and of commas by kind, in a column. */
export type NameCounts = Record<CommaKind | "plain", number>;

/** Collects evidence for the conventions of a file from its cells, in constant memory. */
export class Evidence {
  readonly dates = new DateEvidence();
  readonly ambiguousDates: Tally = { rows: 0, samples: [] };
  readonly bareRatings: Tally = { rows: 0, samples: [] };
  /** Bare ratings by size; 0, which means not rated, is not counted. */
  readonly ratings = { upTo5: 0, upTo10: 0, upTo20: 0, upTo100: 0 };
  readonly commaNames: Tally = { rows: 0, samples: [] };
  readonly names = new Map<string, NameCounts>();
  readonly shelves = new Map<string, Tally>();
  rows = 0;
  readonly #settled: number;
  readonly #dates: readonly Place[];
  readonly #reading: { start: number; end: number } | undefined;
  readonly #ratings: readonly Place[];
  readonly #names: readonly Place[];
  readonly #shelves: readonly Place[];

  /** @param settled the bits of OPEN that do not depend on the file */
  constructor(columns: readonly PlannedColumn[], settled: number) {
    this.#settled = settled;
    const places = columns.map(({ name, field }, index): Place => ({ index, name, field }));
    const having = (isWanted: (field: Field) => boolean): Place[] =>
      places.filter(({ field }) => isWanted(field));
    this.#reading = readingColumns(columns);
    this.#dates = having((field) => DATE_FIELDS.has(field));
    this.#ratings = having((field) => field === "rating");
    this.#names = having((field) => NAME_LIST_FIELDS.has(field));
    this.#shelves = having((field) => field === "status" || field === "progress");
    for (const { name } of this.#names) {
      const counts = {
        family: 0,
        likelyFamily: 0,
        either: 0,
        likelyPeople: 0,
        people: 0,
        plain: 0,
      };
      this.names.set(name, counts);
    }
  }

  /** Adds a record. @returns the bits of OPEN that affect how the record is read */
  add(record: CsvRecord): number {
    this.rows += 1;
    if (record.damage !== undefined) return 0;
    for (const place of this.#shelves) this.#addShelf(record, place);
    let open = 0;
    for (const place of this.#dates) if (this.#addDates(record, place)) open |= OPEN.dateOrder;
    for (const place of this.#ratings) if (this.#addRating(record, place)) open |= OPEN.ratingScale;
    for (const place of this.#names) if (this.#addNames(record, place)) open |= OPEN.authorOrder;
    if (open & OPEN.dateOrder) {
      this.ambiguousDates.rows += 1;
      if (this.#reading !== undefined) this.#addReading(record, this.#reading);
    }
    if (open & OPEN.ratingScale) this.bareRatings.rows += 1;
    if (open & OPEN.authorOrder) this.commaNames.rows += 1;
    return open & ~this.#settled;
  }

  #addReading({ cells }: CsvRecord, { start, end }: { start: number; end: number }): void {
    const column = this.#dates.find(({ index }) => index === end)?.name ?? "";
    this.dates.addReading(cells[start] ?? "", cells[end] ?? "", column);
  }

  #addDates({ row, cells }: CsvRecord, { index, name }: Place): boolean {
    const cell = cells[index] ?? "";
    const isAmbiguous = this.dates.add(cell, name);
    if (isAmbiguous) addSample(this.ambiguousDates, { row, column: name, cell });
    return isAmbiguous;
  }

  #addRating({ row, cells }: CsvRecord, { index, name }: Place): boolean {
    const cell = cells[index] ?? "";
    if (cell === "") return false;
    const rating = DIGIT.test(cell) ? Number(cell) : bareRating(unwrap(cell));
    if (rating === undefined || rating === 0) return false;
    if (rating <= 5) this.ratings.upTo5 += 1;
    else if (rating <= 10) this.ratings.upTo10 += 1;
    else if (rating <= 20) this.ratings.upTo20 += 1;
    else this.ratings.upTo100 += 1;
    addSample(this.bareRatings, { row, column: name, cell });
    return true;
  }

  #addNames({ row, cells }: CsvRecord, { index, name }: Place): boolean {
    const cell = cells[index] ?? "";
    const counts = this.names.get(name);
    if (cell === "" || counts === undefined) return false;
    if (!cell.includes(",")) {
      if (/\S\s+\S/.test(cell)) counts.plain += 1;
      return false;
    }
    if (hasMarks(cell)) return false;
    const pieces = piecesAtComma(cell.slice(0, MAX_CELL_LENGTH));
    if (pieces !== undefined) counts[commaKind(...pieces)] += 1;
    addSample(this.commaNames, { row, column: name, cell });
    return true;
  }

  #addShelf({ row, cells }: CsvRecord, { index, name, field }: Place): void {
    const shelf = (cells[index] ?? "").trim();
    if (shelf === "" || shelf.length > MAX_CELL_LENGTH) return;
    // In a column such as `Progress`, only words are shelves.
    if (field === "progress" && /\d/.test(shelf)) return;
    let tally = this.shelves.get(shelf);
    if (tally === undefined) {
      if (this.shelves.size >= MAX_SHELVES) return;
      tally = { rows: 0, samples: [] };
      this.shelves.set(shelf, tally);
    }
    tally.rows += 1;
    addSample(tally, { row, column: name, cell: shelf });
  }
}

function addSample({ samples }: Tally, { row, column, cell }: SampleCell): void {
  if (samples.length >= MAX_SAMPLES) return;
  samples.push({ row, column, cell: cell.slice(0, MAX_CELL_LENGTH) });
}
