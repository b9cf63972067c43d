import { parseArgs } from "node:util";
import { UsageError } from "./usage.ts";

const OPTIONS = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
  json: { type: "boolean" },
  url: { type: "string" },
  recover: { type: "boolean" },
  watch: { type: "boolean" },
  "dry-run": { type: "boolean" },
  "no-enrich": { type: "boolean" },
  mode: { type: "string" },
  format: { type: "string" },
  map: { type: "string", multiple: true },
  key: { type: "string" },
  status: { type: "string" },
  sort: { type: "string" },
  q: { type: "string" },
  tag: { type: "string" },
  limit: { type: "string" },
  year: { type: "string" },
} as const;

export type Options = ReturnType<typeof parsed>["values"];
type OptionName = keyof typeof OPTIONS;

const EVERYWHERE: readonly OptionName[] = ["help", "version", "json", "url"];

/** The options of each command; any other would be passed over without a word. */
const TAKES = {
  login: ["recover"],
  scan: [],
  import: ["watch", "dry-run", "no-enrich", "mode", "format", "map", "key"],
  watch: [],
  "library list": ["status", "sort", "q", "tag", "limit"],
  "library stats": ["year"],
  "library export": ["format"],
} as const satisfies Readonly<Record<string, readonly OptionName[]>>;

/** @throws UsageError for an option that there is not */
export function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** @throws UsageError for an option that is another command's */
export function onlyOptionsOf(command: keyof typeof TAKES, options: Options): void {
  const taken: readonly string[] = [...EVERYWHERE, ...TAKES[command]];
  const other = Object.keys(options).find((name) => !taken.includes(name));
  if (other !== undefined) throw new UsageError(`${command} takes no --${other}.`);
}

export function recovery(words: readonly string[]): { userId: string; recoveryCode: string } {
  const [userId, recoveryCode, ...more] = words;
  if (userId === undefined || recoveryCode === undefined || more.length > 0) {
    throw new UsageError("--recover takes the id of the account and its recovery code.");
  }
  return { userId, recoveryCode };
}

export function none(command: string, words: readonly string[]): void {
  if (words.length > 0) throw new UsageError(`${command} takes nothing, not ${words.join(" ")}.`);
}

export function only(words: readonly string[], what: string): string {
  if (words.length > 1) throw new UsageError(`Give ${what} and nothing more.`);
  return required(words[0] ?? "", what);
}

export function required(word: string, what: string): string {
  if (word === "") throw new UsageError(`Give ${what}.`);
  return word;
}

export function oneOf<const T extends string>(
  name: string,
  value: string,
  allowed: readonly T[],
): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw new UsageError(`${name} is one of ${allowed.join(", ")}.`);
  return found;
}

export function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`${name} takes a whole number from 1 up.`);
  return Number(text);
}

export function mappingOf(
  pairs: readonly string[] | undefined,
): Record<string, string> | undefined {
  if (pairs === undefined) return undefined;
  return Object.fromEntries(
    pairs.map((pair) => {
      // A column's name may hold the sign, a field's does not.
      const sign = pair.lastIndexOf("=");
      if (sign <= 0) throw new UsageError(`--map takes COLUMN=FIELD, not ${pair}.`);
      return [pair.slice(0, sign), pair.slice(sign + 1)];
    }),
  );
}
