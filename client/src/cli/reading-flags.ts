import type { ReadingOptions } from "./ask-assumptions.ts";
import { mappingOf, oneOf, type Options } from "./command-line.ts";
import { UsageError } from "./usage.ts";

const SCALES = ["5", "10", "20", "100"] as const;
const DATE_ORDERS = ["dmy", "mdy", "ymd"] as const;
const AUTHOR_ORDERS = ["given-first", "family-first", "list"] as const;
const SHELF_STATUSES = [
  "want_to_read",
  "reading",
  "completed",
  "paused",
  "abandoned",
  "none",
] as const;

type ShelfStatus = (typeof SHELF_STATUSES)[number];

/**
 * The user's choices for reading a file, from the command line options.
 * @throws UsageError for any other value
 */
export function readingOptionsOf(options: Options): ReadingOptions {
  const {
    format,
    encoding,
    map,
    shelf,
    "rating-scale": scale,
    "date-order": dates,
    "author-order": authors,
  } = options;
  const mapping = mappingOf("--map", "COLUMN=FIELD", map);
  const shelves = mappingOf("--shelf", "SHELF=STATUS", shelf);
  return {
    ...(format === undefined ? {} : { format }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(mapping === undefined ? {} : { mapping }),
    ...(scale === undefined ? {} : { ratingScale: scaleOf(scale) }),
    ...(dates === undefined ? {} : { dateOrder: oneOf("--date-order", dates, DATE_ORDERS) }),
    ...(authors === undefined
      ? {}
      : { authorOrder: oneOf("--author-order", authors, AUTHOR_ORDERS) }),
    ...(shelves === undefined ? {} : { statusMapping: statusesOf(shelves) }),
  };
}

function scaleOf(text: string): 5 | 10 | 20 | 100 {
  oneOf("--rating-scale", text, SCALES);
  return Number(text) as 5 | 10 | 20 | 100;
}

function statusesOf(shelves: Record<string, string>): Record<string, ShelfStatus> {
  return Object.fromEntries(
    Object.entries(shelves).map(([shelf, status]) => {
      const found = SHELF_STATUSES.find((one) => one === status);
      if (found === undefined) {
        throw new UsageError(
          `--shelf ${shelf}=... must end in one of ${SHELF_STATUSES.join(", ")}.`,
        );
      }
      return [shelf, found];
    }),
  );
}
