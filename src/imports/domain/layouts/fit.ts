import { columnKey } from "./column-names.ts";
import { columnsByKey, type Layout } from "./layout.ts";
import { LAYOUTS } from "./tables/index.ts";

/** How well a header fits a layout. */
export interface Fit {
  layout: Layout;
  /** Number of columns that only this service writes. */
  marks: number;
  /** Number of columns that the layout has. */
  known: number;
  /** Number of columns that the layout lacks and that only another service writes. */
  foreignMarks: number;
  /** Share of the header's columns that the layout has. */
  precision: number;
  /**
   * Share of the layout's columns that the header has; if users choose the columns, eight of them
   * count as 1.
   */
  recall: number;
  /** From 0 to 1. */
  confidence: number;
}

/** The columns of a layout as keys. */
interface Keys {
  columns: ReadonlySet<string>;
  due: readonly string[];
  marks: readonly string[];
  /** Marks that users also use as column names. */
  ordinary: ReadonlySet<string>;
}

const keysOf = (layout: Layout): Keys => {
  const columns = new Set(columnsByKey(layout).keys());
  const optional = new Set(layout.optional?.map(columnKey));
  return {
    columns,
    due: [...columns].filter((key) => !optional.has(key)),
    marks: layout.marks.map(columnKey),
    ordinary: new Set(layout.ordinaryMarks?.map(columnKey)),
  };
};

let marksOfAll: ReadonlySet<string> | undefined;

function allMarks(): ReadonlySet<string> {
  marksOfAll ??= new Set(LAYOUTS.flatMap(({ marks }) => marks.map(columnKey)));
  return marksOfAll;
}

const KEYS = new WeakMap<Layout, Keys>();

/** Number of columns that gives full recall if users choose the columns. */
const ENOUGH_COLUMNS = 8;

/** The columns of a header as evidence for a layout. Calibre's custom columns (`#read`) are none. */
export const evidenceOf = (header: readonly string[]): ReadonlySet<string> =>
  new Set(header.map(columnKey).filter((key) => key !== "" && !key.startsWith("#")));

/** Scores how well a header fits a layout, regardless of the order of its columns. @param keys from `evidenceOf` */
export function fitOf(keys: ReadonlySet<string>, layout: Layout): Fit {
  const own = KEYS.get(layout) ?? keysOf(layout);
  KEYS.set(layout, own);
  const known = [...keys].filter((key) => own.columns.has(key)).length;
  const found = own.marks.filter((key) => keys.has(key));
  // A single common name is no evidence.
  const marks = found.every((key) => own.ordinary.has(key)) && found.length < 2 ? 0 : found.length;
  const foreignMarks = [...keys].filter(
    (key) => !own.columns.has(key) && allMarks().has(key),
  ).length;
  const precision = keys.size === 0 ? 0 : known / keys.size;
  const present = own.due.filter((key) => keys.has(key)).length;
  const recall = layout.isSelection
    ? Math.min(1, known / Math.min(ENOUGH_COLUMNS, own.due.length))
    : present / own.due.length;
  const fit = { layout, marks, known, foreignMarks, precision, recall };
  return { ...fit, confidence: confidenceOf(fit) };
}

/** A header must have at least this many columns to be recognised as a whole. */
const MIN_COLUMNS = 3;

/** Whether the header is the layout's, with hardly anything missing or added. */
function isWhole({ layout, marks, known, precision, recall }: Omit<Fit, "confidence">): boolean {
  if (layout.isSelection && marks < 2) return false;
  const isLarge = known >= 10 && recall >= 0.7 && precision >= 0.9;
  return isLarge || (known >= MIN_COLUMNS && recall >= 0.85 && precision >= 0.8);
}

/**
 * Whether the header proves that the service wrote the file: it has several columns that only this
 * service writes, or one among columns that are all the service's, or it is the whole header.
 */
export function isRecognised(fit: Fit): boolean {
  const { marks, known, foreignMarks, precision } = fit;
  // A table with columns of several services was made by the user.
  if (marks < 4 * foreignMarks) return false;
  if (isWhole(fit)) return true;
  if (marks >= 3) return precision >= 0.5;
  if (marks === 2) return known >= 4 && precision >= 0.6;
  return marks === 1 && known >= 5 && precision >= 0.9;
}

/** Calibrated on services' files and users' tables: see detect.property.test.ts. */
function confidenceOf(fit: Omit<Fit, "confidence">): number {
  const { marks, known, precision, recall } = fit;
  const match = (2 * precision + recall) / 3;
  // If users choose the columns, a few are enough, and any column of another origin counts against
  // the service.
  const isMost = recall >= 0.3 && (!fit.layout.isSelection || precision >= 0.9);
  const isCertain = isWhole(fit) || (marks >= 3 && known >= 6 && isMost);
  const isLikely = marks >= 2 && known >= 5 && precision >= 0.85 && recall >= 0.3;
  const [least, most] = isCertain ? [0.7, 1] : isLikely ? [0.5, 0.85] : [0.2, 0.6];
  return Math.floor((least + (most - least) * match) * 100) / 100;
}
