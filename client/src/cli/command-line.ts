import { parseArgs } from "node:util";
import { FILTERS } from "./filter-options.ts";
import { UsageError } from "./usage.ts";

const OPTIONS = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
  json: { type: "boolean" },
  url: { type: "string" },
  recover: { type: "boolean" },
  pair: { type: "string" },
  name: { type: "string" },
  "signup-code": { type: "string" },
  watch: { type: "boolean" },
  "dry-run": { type: "boolean" },
  "no-enrich": { type: "boolean" },
  "without-isbn": { type: "string" },
  job: { type: "string" },
  all: { type: "boolean" },
  mode: { type: "string" },
  format: { type: "string" },
  map: { type: "string", multiple: true },
  encoding: { type: "string" },
  "rating-scale": { type: "string" },
  "date-order": { type: "string" },
  "author-order": { type: "string" },
  shelf: { type: "string", multiple: true },
  key: { type: "string" },
  status: { type: "string", multiple: true },
  rating: { type: "string" },
  unrated: { type: "boolean" },
  "finished-year": { type: "string" },
  "finished-from": { type: "string" },
  "finished-to": { type: "string" },
  "added-from": { type: "string" },
  "added-to": { type: "string" },
  confirmed: { type: "string" },
  owned: { type: "string" },
  language: { type: "string" },
  author: { type: "string" },
  series: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  sort: { type: "string" },
  q: { type: "string" },
  tag: { type: "string" },
  limit: { type: "string" },
  year: { type: "string" },
  page: { type: "string" },
  percent: { type: "string" },
  minutes: { type: "string" },
  note: { type: "string" },
  books: { type: "string" },
  pages: { type: "string" },
  works: { type: "boolean" },
  empty: { type: "boolean" },
  set: { type: "string", multiple: true },
  "add-tag": { type: "string", multiple: true },
  "remove-tag": { type: "string", multiple: true },
  delete: { type: "boolean" },
  since: { type: "string" },
  follow: { type: "boolean" },
} as const;

export type Options = ReturnType<typeof parsed>["values"];
type OptionName = keyof typeof OPTIONS;

const EVERYWHERE: readonly OptionName[] = ["help", "version", "json", "url"];

/** Options for reading a file. */
const READING = [
  "format",
  "encoding",
  "map",
  "rating-scale",
  "date-order",
  "author-order",
  "shelf",
] as const;

/** The options that each command accepts. Without this check, any other option would be ignored silently. */
const TAKES = {
  login: ["recover", "signup-code", "pair", "name"],
  devices: [],
  "devices revoke": [],
  pair: [],
  "recovery-code": [],
  usage: [],
  scan: [],
  search: ["works", "limit"],
  editions: [],
  import: ["watch", "dry-run", "no-enrich", "without-isbn", "mode", "key", ...READING],
  commit: ["watch", ...READING],
  watch: [],
  progress: ["page", "percent", "minutes", "note"],
  goal: ["books", "pages", "minutes"],
  sync: ["since", "follow"],
  "review list": ["job"],
  "review keep": ["job", "all"],
  "review dismiss": ["job", "all"],
  "library list": ["sort", "from", "limit", ...FILTERS],
  "library facets": ["limit", ...FILTERS],
  "library stats": ["year", "from", "to"],
  "library export": ["format"],
  "library trash": ["empty"],
  "library restore": [],
  "library bulk": [...FILTERS, "all", "set", "add-tag", "remove-tag", "delete"],
  "library move": [],
} as const satisfies Readonly<Record<string, readonly OptionName[]>>;

/** @throws UsageError for an unknown option */
export function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** @throws UsageError for an option of another command */
export function onlyOptionsOf(command: keyof typeof TAKES, options: Options): void {
  const accepted: readonly string[] = [...EVERYWHERE, ...TAKES[command]];
  const other = Object.keys(options).find((name) => !accepted.includes(name));
  if (other !== undefined) throw new UsageError(`${command} does not accept --${other}.`);
}

export function recovery(words: readonly string[]): { userId: string; recoveryCode: string } {
  const [userId, recoveryCode, ...more] = words;
  if (userId === undefined || recoveryCode === undefined || more.length > 0) {
    throw new UsageError("--recover requires the user id and the recovery code.");
  }
  return { userId, recoveryCode };
}

export function none(command: string, words: readonly string[]): void {
  if (words.length > 0) {
    throw new UsageError(`${command} accepts no arguments; got ${words.join(" ")}.`);
  }
}

export function only(words: readonly string[], what: string): string {
  if (words.length > 1) throw new UsageError(`Expected only ${what}; got ${words.join(" ")}.`);
  return required(words[0] ?? "", what);
}

export function required(word: string, what: string): string {
  if (word === "") throw new UsageError(`Missing argument: ${what}.`);
  return word;
}

export function oneOf<const T extends string>(
  name: string,
  value: string,
  allowed: readonly T[],
): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw new UsageError(`${name} must be one of ${allowed.join(", ")}.`);
  return found;
}

export function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new UsageError(`${name} must be a whole number from 1 to 999999.`);
  }
  return Number(text);
}

/**
 * Values by name, from repeated options such as `--map COLUMN=FIELD`.
 * @throws UsageError if a name is missing
 */
export function mappingOf(
  option: string,
  shape: string,
  pairs: readonly string[] | undefined,
): Record<string, string> | undefined {
  if (pairs === undefined) return undefined;
  return Object.fromEntries(
    pairs.map((pair) => {
      // The name of a column or a shelf may contain "=", but its value cannot.
      const sign = pair.lastIndexOf("=");
      if (sign <= 0) throw new UsageError(`${option} must be ${shape}; got ${pair}.`);
      return [pair.slice(0, sign), pair.slice(sign + 1)];
    }),
  );
}
