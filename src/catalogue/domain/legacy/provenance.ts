import type { Book } from "../../../../contract/catalogue.ts";
import { asObject, type JsonObject } from "../text/json-values.ts";
import { toLine } from "../merge/normalise.ts";

/** Members that date an old value, those of its wrapping before those of the book. */
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
/** Where envelopes keep what is not data. */
const METADATA = ["metadata", "meta"];

const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
/** A number below this counts seconds: as ms it would be a day of 1973. */
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
 * When the value was stored or fetched (ms since 1970), if it tells. There is no clock here: a date that lies in the
 * future is given as it is.
 */
export function dateOfLegacy(value: JsonObject): number | undefined {
  return membersOf(value, DATES)
    .map(toInstant)
    .find((instant) => instant !== undefined);
}

/** Who said it, if the value tells: `google`, `OpenLibrary`, `orchestrated:google+openlibrary`; nobody for others. */
export function providerOfLegacy(value: JsonObject): Book["provider"] | undefined {
  const said = membersOf(value, PROVIDERS)
    .map((member) => toLine(member)?.toLowerCase())
    .filter((name) => name !== undefined)
    .join(" ");
  const google = /google/.test(said);
  const openLibrary = /open[-_ ]?library/.test(said);
  if (/merged/.test(said) || (google && openLibrary)) return "merged";
  if (google) return "google-books";
  return openLibrary ? "openlibrary" : undefined;
}
