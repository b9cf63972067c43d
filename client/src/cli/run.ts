import type { ExportFormat } from "../library.ts";
import { login, showUsage } from "./account-commands.ts";
import {
  none,
  numberOf,
  oneOf,
  only,
  onlyOptionsOf,
  parsed,
  recovery,
  required,
  type Options,
} from "./command-line.ts";
import { changeMany } from "./bulk-command.ts";
import { contextOf, type Context } from "./context.ts";
import {
  listDevices,
  loginByCode,
  renewRecoveryCode,
  revokeDevice,
  showPairingCode,
} from "./device-commands.ts";
import { reportFailure } from "./failure.ts";
import { commitPreview, importFile, watchImport } from "./import-command.ts";
import { exportLibrary, listLibrary, showFacets, showStats } from "./library-commands.ts";
import { filterOf } from "./library-filter.ts";
import { readingOptionsOf } from "./reading-flags.ts";
import { goal, progress } from "./reading-commands.ts";
import { listReview, settleReview } from "./review-command.ts";
import { scan, SCAN_RETRIES } from "./scan-command.ts";
import { listEditions, search } from "./search-commands.ts";
import { showChanges } from "./sync-command.ts";
import { paint, type Terminal } from "./terminal.ts";
import { moveBook } from "./move-command.ts";
import { emptyTrash, listTrash, restoreBooks } from "./trash-commands.ts";
import { EXIT, HELP, UsageError, type ExitCode } from "./usage.ts";

/** The default name of a paired device. */
const DEVICE_NAME = "bookstrack command";

/** Environment in which a command runs. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  terminal: Terminal;
  signal: AbortSignal;
  version: string;
}

/** Runs one command line. Every failure is reported as text and as an exit code. */
export async function run(args: readonly string[], around: Surroundings): Promise<ExitCode> {
  const { terminal, signal } = around;
  try {
    const { values, positionals } = parsed(args);
    if (values.version) {
      terminal.out(`${around.version}\n`);
      return EXIT.ok;
    }
    if (values.help) {
      terminal.out(HELP);
      return EXIT.ok;
    }
    if (positionals.length === 0) {
      terminal.err(HELP);
      return EXIT.usage;
    }
    const common = {
      url: values.url,
      json: values.json === true,
      ...(positionals[0] === "scan" ? { retries: SCAN_RETRIES } : {}),
    };
    return await command(positionals, values, await contextOf(common, around));
  } catch (error) {
    if (!signal.aborted) return reportFailure(error, terminal, args.includes("--json"));
    terminal.err(`${paint("bookstrack:", "red", terminal)} interrupted\n`);
    return EXIT.interrupted;
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
      onlyOptionsOf(name, options);
      if (!options.recover) none(name, rest);
      if (options.pair !== undefined) {
        if (options.recover)
          throw new UsageError("login accepts --pair or --recover, but not both.");
        await loginByCode(options.pair, options.name ?? DEVICE_NAME, context);
        return EXIT.ok;
      }
      if (options.name !== undefined) throw new UsageError("--name requires --pair.");
      await login(options.recover ? recovery(rest) : undefined, options["signup-code"], context);
      return EXIT.ok;
    case "devices":
      return devicesCommand(rest, options, context);
    case "pair":
      onlyOptionsOf(name, options);
      none(name, rest);
      await showPairingCode(context);
      return EXIT.ok;
    case "recovery-code":
      onlyOptionsOf(name, options);
      none(name, rest);
      await renewRecoveryCode(context);
      return EXIT.ok;
    case "usage":
      onlyOptionsOf(name, options);
      none(name, rest);
      await showUsage(context);
      return EXIT.ok;
    case "scan":
      onlyOptionsOf(name, options);
      // A scanner may put spaces between a code and its add-on.
      await scan(required(rest.join(" "), "an ISBN or a barcode"), context);
      return EXIT.ok;
    case "search":
      onlyOptionsOf(name, options);
      await search(
        {
          q: required(rest.join(" "), "words of a title or an author, or an ISBN"),
          works: options.works === true,
          limit: numberOf("--limit", options.limit),
        },
        context,
      );
      return EXIT.ok;
    case "editions":
      onlyOptionsOf(name, options);
      await listEditions(only(rest, "an ISBN"), context);
      return EXIT.ok;
    case "progress":
      onlyOptionsOf(name, options);
      await progress(only(rest, "an ISBN"), options, context);
      return EXIT.ok;
    case "goal":
      onlyOptionsOf(name, options);
      await goal(rest.length === 0 ? undefined : only(rest, "a year"), options, context);
      return EXIT.ok;
    case "sync": {
      onlyOptionsOf(name, options);
      none(name, rest);
      const { since, follow: follows = false } = options;
      await showChanges({ since, follows }, context);
      return EXIT.ok;
    }
    case "import":
      onlyOptionsOf(name, options);
      return importFile(
        {
          file: only(rest, "a file"),
          watch: options.watch === true,
          dryRun: options["dry-run"] === true,
          enrich: options["no-enrich"] !== true,
          withoutIsbn: oneOf("--without-isbn", options["without-isbn"] ?? "review", [
            "review",
            "shelve",
          ]),
          mode: oneOf("--mode", options.mode ?? "merge", ["merge", "overwrite"]),
          key: options.key,
          reading: readingOptionsOf(options),
        },
        context,
      );
    case "commit":
      onlyOptionsOf(name, options);
      return commitPreview(
        {
          jobId: only(rest, "the id of a job"),
          watch: options.watch === true,
          reading: readingOptionsOf(options),
        },
        context,
      );
    case "watch":
      onlyOptionsOf(name, options);
      return watchImport(only(rest, "the id of a job"), context);
    case "review":
      return reviewCommand(rest, options, context);
    case "library":
      return libraryCommand(rest, options, context);
    default:
      throw new UsageError(`Unknown command: ${name}.`);
  }
}

async function devicesCommand(
  [word, ...rest]: readonly string[],
  options: Options,
  context: Context,
): Promise<ExitCode> {
  if (word === undefined) {
    onlyOptionsOf("devices", options);
    await listDevices(context);
    return EXIT.ok;
  }
  const name = oneOf("devices", word, ["revoke"]);
  onlyOptionsOf(`devices ${name}`, options);
  await revokeDevice(only(rest, "the id of a device"), context);
  return EXIT.ok;
}

async function reviewCommand(
  [word = "", ...ids]: readonly string[],
  options: Options,
  context: Context,
): Promise<ExitCode> {
  const name = oneOf("review", word, ["list", "keep", "dismiss"]);
  onlyOptionsOf(`review ${name}`, options);
  const { job: jobId, all } = options;
  if (name === "list") {
    none("review list", ids);
    await listReview(jobId, context);
    return EXIT.ok;
  }
  const given = [ids.length > 0, jobId !== undefined, all === true].filter(Boolean).length;
  if (given !== 1) throw new UsageError(`review ${name} requires ids, --job JOB, or --all.`);
  return settleReview({ decision: name, ids, jobId }, context);
}

async function libraryCommand(
  [word = "", ...rest]: readonly string[],
  options: Options,
  context: Context,
): Promise<ExitCode> {
  const names = ["list", "facets", "stats", "export", "trash", "restore", "move", "bulk"] as const;
  const name = oneOf("library", word, names);
  onlyOptionsOf(`library ${name}`, options);
  if (name === "bulk") return changeMany(rest, options, context);
  if (name !== "restore" && name !== "move") none(`library ${name}`, rest);
  switch (name) {
    case "list": {
      const { sort, from } = options;
      const limit = numberOf("--limit", options.limit);
      await listLibrary(
        {
          ...filterOf(options),
          ...(sort === undefined ? {} : { sort: oneOf("--sort", sort, SORTS) }),
          ...(from === undefined ? {} : { from }),
          ...(limit === undefined ? {} : { limit }),
        },
        context,
      );
      break;
    }
    case "facets":
      await showFacets(filterOf(options), numberOf("--limit", options.limit), context);
      break;
    case "stats":
      await showStats(
        { year: numberOf("--year", options.year), from: options.from, to: options.to },
        context,
      );
      break;
    case "export":
      await exportLibrary(exportFormat(options), context);
      break;
    case "trash":
      await (options.empty ? emptyTrash(context) : listTrash(context));
      break;
    case "restore":
      required(rest[0] ?? "", "the ISBN of a book in the trash");
      await restoreBooks(rest, context);
      break;
    case "move": {
      const [isbn = "", otherIsbn = "", ...others] = rest;
      required(isbn, "the ISBN of a book on the shelf");
      required(otherIsbn, "the ISBN of another edition");
      none("library move", others);
      await moveBook(isbn, otherIsbn, context);
      break;
    }
  }
  return EXIT.ok;
}

const SORTED_BY = ["added", "title", "author", "rating", "year", "finished", "series"] as const;
const SORTS = [...SORTED_BY, ...SORTED_BY.map((name) => `-${name}` as const)];
const FORMATS: readonly ExportFormat[] = ["csv", "json", "ndjson", "archive"];

/** The export format: `--format`, else JSON with `--json`, else CSV. */
function exportFormat({ json, format }: Options): ExportFormat {
  const wanted = oneOf("--format", format ?? (json ? "json" : "csv"), FORMATS);
  if (json && wanted === "csv") throw new UsageError("--json and --format csv cannot be combined.");
  return wanted;
}
