import { DEFAULT_RETRIES } from "../backoff.ts";
import { ConnectionError } from "../errors.ts";
import type { EnrichedBook } from "../schema.ts";
import type { Context } from "./context.ts";
import { printable, table } from "./terminal.ts";

/** A user waits at most ten seconds for a scan, including the start of the command. */
const DEADLINE_MS = 9_000;

/** One more attempt after a broken connection; none if the service requests a longer delay. */
export const SCAN_RETRIES = { ...DEFAULT_RETRIES, attempts: 2, patienceMs: 1000 };

/** Prints the book for a barcode, or why it cannot be looked up, within ten seconds. */
export async function scan(
  barcode: string,
  context: Pick<Context, "client" | "json" | "terminal" | "signal">,
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  const { json, terminal } = context;
  const book = await answerInTime(barcode, context, deadlineMs);
  terminal.out(json ? `${JSON.stringify(book)}\n` : table(linesOf(book)));
}

async function answerInTime(
  barcode: string,
  { client, signal }: Pick<Context, "client" | "signal">,
  deadlineMs: number,
): Promise<EnrichedBook> {
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    return await client.catalogue.enrich(barcode, { signal: AbortSignal.any([signal, deadline]) });
  } catch (error) {
    if (!deadline.aborted || signal.aborted) throw error;
    throw new ConnectionError("The service did not answer in time. Try again later.", {
      cause: error,
    });
  }
}

function linesOf(book: EnrichedBook): string[][] {
  const lines: [string, string | number | undefined][] = [
    ["title", [book.title, book.subtitle].filter((part) => part !== undefined).join(": ")],
    ["authors", book.authors.join(", ")],
    ["isbn", book.isbn],
    ["publisher", book.publisher],
    ["published", book.publishedDate],
    ["pages", book.pageCount],
    ["language", book.language],
    ["cover", book.coverUrl],
    ["from", book.provider],
  ];
  return lines.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, printable(String(value))]],
  );
}
