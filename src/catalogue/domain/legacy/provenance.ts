import type { Book } from "../../../../contract/catalogue.ts";
import { asObject, type JsonObject } from "../text/json-values.ts";
import { toLine } from "../merge/normalise.ts";

/** Members with an old value's date: those of its wrappers before those of the book. */
const DATES = [
  "cachedAt",
  "fetchedAt",
  "enrichedAt",
  "updatedAt",
  "updated_at",
  "lastUpdated",
  "timestamp",
];
const PROVIDERS = ["provider", "primaryProvider", "source"];
/** Members of an envelope that contain metadata. */
const METADATA = ["metadata", "meta"];

const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
/** A smaller number is in seconds: as ms it would be in 1973. */
const FIRST_MS = 100_000_000_000;

function toInstant(value: unknown): number | undefined {
  const text = toLine(value) ?? "";
  const number = /^\d{9,14}$/.test(text) ? Number(text) : Number.NaN;
  const ms = number < FIRST_MS ? number * 1000 : number;
  const instant = Number.isNaN(ms) && /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : ms;
  return instant >= EARLIEST && instant < LATEST ? instant : undefined;
}

function membersOf(value: JsonObject, names: readonly string[]): unknown[] {
  const holders = [value, ...METADATA.map((name) => asObject(value[name]) ?? {})];
  return holders.flatMap((holder) => names.map((name) => holder[name]));
}

/**
 * When the value was stored or fetched (ms since 1970), if known. The domain has no clock, so a future date is returned
 * as it is.
 */
export function dateOfLegacy(value: JsonObject): number | undefined {
  return membersOf(value, DATES)
    .map(toInstant)
    .find((instant) => instant !== undefined);
}

/**
 * The provider named by the value: `google`, `OpenLibrary`, `orchestrated:google+openlibrary`; undefined for others.
 */
export function providerOfLegacy(value: JsonObject): Book["provider"] | undefined {
  const names = membersOf(value, PROVIDERS)
    .map((member) => toLine(member)?.toLowerCase())
    .filter((name) => name !== undefined)
    .join(" ");
  const google = /google/.test(names);
  const openLibrary = /open[-_ ]?library/.test(names);
  if (/merged/.test(names) || (google && openLibrary)) return "merged";
  if (google) return "google-books";
  return openLibrary ? "openlibrary" : undefined;
}
