import { parseArgs } from "node:util";
import { AccessError, BooksTrackError, InvalidRequestError, NotFoundError } from "../errors.ts";
import type { ExportFormat } from "../library.ts";
import { login } from "./account-commands.ts";
import { contextOf, type Context } from "./context.ts";
import { importFile, watchImport } from "./import-command.ts";
import { exportLibrary, listLibrary, showStats } from "./library-commands.ts";
import { scan } from "./scan-command.ts";
import { paint, printable, type Terminal } from "./terminal.ts";
import { EXIT, HELP, UsageError, type ExitCode } from "./usage.ts";

/** What a run of the command is given from outside. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  terminal: Terminal;
  signal: AbortSignal;
  version: string;
}

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

type Options = ReturnType<typeof parsed>["values"];

/** Runs one command line. Every failure is a clear text and an exit code. */
export async function run(args: readonly string[], around: Surroundings): Promise<ExitCode> {
  const { terminal, signal } = around;
  try {
    const { values, positionals } = parsed(args);
    if (values.version) {
      terminal.out(`${around.version}\n`);
      return EXIT.ok;
    }
    if (values.help || positionals.length === 0) {
      terminal.out(HELP);
      return values.help ? EXIT.ok : EXIT.usage;
    }
    const common = { url: values.url, json: values.json === true };
    return await command(positionals, values, await contextOf(common, around));
  } catch (error) {
    if (signal.aborted) return EXIT.interrupted;
    return told(error, terminal, args.includes("--json"));
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

async function command(
  words: readonly string[],
  options: Options,
  context: Context,
): Promise<ExitCode> {
  const [name, ...rest] = words;
  switch (name) {
    case "login":
      await login(options.recover ? recovery(rest) : undefined, context);
      return EXIT.ok;
    case "scan":
      // A scanner may put spaces between a code and its add-on.
      await scan(required(rest.join(" "), "an ISBN or a barcode"), context);
      return EXIT.ok;
    case "import":
      return importFile(
        {
          file: only(rest, "a file"),
          watch: options.watch === true,
          dryRun: options["dry-run"] === true,
          enrich: options["no-enrich"] !== true,
          mode: oneOf("--mode", options.mode ?? "merge", ["merge", "overwrite"]),
          format: options.format,
          key: options.key,
          mapping: mappingOf(options.map),
        },
        context,
      );
    case "watch":
      return watchImport(only(rest, "the id of a job"), context);
    case "library":
      await libraryCommand(only(rest, "list, stats or export"), options, context);
      return EXIT.ok;
    default:
      throw new UsageError(`There is no command ${name}.`);
  }
}

async function libraryCommand(name: string, options: Options, context: Context): Promise<void> {
  switch (oneOf("library", name, ["list", "stats", "export"])) {
    case "list": {
      const { status, sort, q, tag } = options;
      const limit = numberOf("--limit", options.limit);
      await listLibrary(
        {
          ...(status === undefined ? {} : { status: oneOf("--status", status, STATUSES) }),
          ...(sort === undefined ? {} : { sort }),
          ...(q === undefined ? {} : { q }),
          ...(tag === undefined ? {} : { tag }),
          ...(limit === undefined ? {} : { limit }),
        },
        context,
      );
      return;
    }
    case "stats":
      await showStats(numberOf("--year", options.year), context);
      return;
    case "export":
      await exportLibrary(oneOf("--format", options.format ?? "csv", FORMATS), context);
      return;
  }
}

const STATUSES = ["want_to_read", "reading", "completed", "paused", "abandoned"] as const;
const FORMATS: readonly ExportFormat[] = ["csv", "json", "ndjson"];

function recovery(words: readonly string[]): { userId: string; recoveryCode: string } {
  const [userId, recoveryCode, ...more] = words;
  if (userId === undefined || recoveryCode === undefined || more.length > 0) {
    throw new UsageError("--recover takes the id of the account and its recovery code.");
  }
  return { userId, recoveryCode };
}

function only(words: readonly string[], what: string): string {
  if (words.length > 1) throw new UsageError(`Give ${what} and nothing more.`);
  return required(words[0] ?? "", what);
}

function required(word: string, what: string): string {
  if (word === "") throw new UsageError(`Give ${what}.`);
  return word;
}

function oneOf<const T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw new UsageError(`${name} is one of ${allowed.join(", ")}.`);
  return found;
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`${name} takes a whole number.`);
  return Number(text);
}

function mappingOf(pairs: readonly string[] | undefined): Record<string, string> | undefined {
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

function told(error: unknown, terminal: Terminal, json: boolean): ExitCode {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof BooksTrackError ? error.code : (error as Error).name;
  const suggestions = error instanceof InvalidRequestError ? error.suggestions : [];
  if (json) {
    const more = suggestions.length > 0 ? { suggestions } : {};
    terminal.out(`${JSON.stringify({ type: "error", code, message, ...more })}\n`);
  }
  terminal.err(`${paint("bookstrack:", "red", terminal)} ${printable(message)}\n`);
  if (suggestions.length > 0) {
    terminal.err(`Did you mean ${suggestions.map(printable).join(" or ")}?\n`);
  }
  if (error instanceof UsageError) {
    terminal.err("See bookstrack --help.\n");
    return EXIT.usage;
  }
  if (error instanceof InvalidRequestError) return EXIT.usage;
  if (error instanceof NotFoundError) return EXIT.notFound;
  if (error instanceof AccessError) return EXIT.access;
  return EXIT.failed;
}
