import type { Goal, GoalRequest, ReadingProgress } from "../schema.ts";
import { numberOf, type Options } from "./command-line.ts";
import { ownLibrary, type Context } from "./context.ts";
import { counted, figures, printable, table } from "./terminal.ts";
import { UsageError } from "./usage.ts";

/** Records progress in a book, or lists it if no option is given. */
export async function progress(isbn: string, options: Options, context: Context): Promise<void> {
  const { json, terminal, signal } = context;
  const page = numberOf("--page", options.page);
  const percent = numberOf("--percent", options.percent);
  const minutes = numberOf("--minutes", options.minutes);
  const given = { page, percent, minutes };
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  if (named.length > 1) throw new UsageError("Send only one of --page, --percent and --minutes.");
  if (named.length === 0) {
    if (options.note !== undefined) {
      throw new UsageError("--note requires --page, --percent or --minutes.");
    }
    return listProgress(isbn, context);
  }
  const note = options.note === undefined ? {} : { note: options.note };
  const request = { ...Object.fromEntries(named), ...note };
  const recorded = await ownLibrary(context).addProgress(isbn, request, { signal });
  terminal.out(
    json
      ? `${JSON.stringify(recorded)}\n`
      : `${printable(recorded.book.title)}: ${reached(recorded.progress)}\n`,
  );
}

async function listProgress(isbn: string, context: Context): Promise<void> {
  const { json, terminal, signal } = context;
  const items: ReadingProgress[] = [];
  for await (const item of ownLibrary(context).progress(isbn, { signal })) items.push(item);
  const rows = items.map((item) => [
    `${item.at.slice(0, 16).replace("T", " ")} UTC`,
    reached(item),
    printable(item.note ?? ""),
  ]);
  terminal.out(json ? `${JSON.stringify(items)}\n` : table(rows));
  if (items.length === 0) terminal.err("No progress in this book yet.\n");
}

function reached({ page, percent, minutes }: ReadingProgress): string {
  const share = percent === undefined ? "" : `${percent} %`;
  if (page !== undefined) return share === "" ? `page ${page}` : `page ${page} (${share})`;
  return minutes === undefined ? share : counted(minutes, "minute");
}

/**
 * Sets the goal of a year, or shows it if no option is given.
 * @param text the year; this year if absent
 */
export async function goal(
  text: string | undefined,
  options: Options,
  context: Context,
): Promise<void> {
  const { json, terminal, signal } = context;
  const year = numberOf("year", text) ?? new Date().getFullYear();
  const [books, pages, minutes] = [
    numberOf("--books", options.books),
    numberOf("--pages", options.pages),
    numberOf("--minutes", options.minutes),
  ];
  const library = ownLibrary(context);
  const target: GoalRequest = {
    ...(books === undefined ? {} : { books }),
    ...(pages === undefined ? {} : { pages }),
    ...(minutes === undefined ? {} : { minutes }),
  };
  const shown =
    Object.keys(target).length > 0
      ? await library.setGoal(year, target, { signal })
      : await library.goal(year, { signal });
  terminal.out(json ? `${JSON.stringify(shown)}\n` : figures(goalLines(shown)));
}

function goalLines({ target, done, ahead }: Goal): [string, string][] {
  return (["books", "pages", "minutes"] as const).flatMap((name): [string, string][] => {
    const [wanted, lead = 0] = [target[name], ahead[name]];
    if (wanted === undefined) return [];
    const standing = lead < 0 ? `${-lead} behind` : `${lead} ahead`;
    return [[name, `${done[name]} of ${wanted}, ${standing}`]];
  });
}
