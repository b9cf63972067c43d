import { AccessError, BooksTrackError, InvalidRequestError, NotFoundError } from "../errors.ts";
import { paint, printable, type Terminal } from "./terminal.ts";
import { EXIT, UsageError, type ExitCode } from "./usage.ts";

/** Reports an error with hints on standard error, and with `json` also as JSON on standard output. Returns the exit code. */
export function reportFailure(error: unknown, terminal: Terminal, json: boolean): ExitCode {
  const message = error instanceof Error ? error.message : String(error);
  if (json) terminal.out(`${JSON.stringify({ type: "error", ...detailsOf(error), message })}\n`);
  terminal.err(`${paint("bookstrack:", "red", terminal)} ${printable(message)}\n`);
  for (const hint of hintsFor(error)) terminal.err(`${printable(hint)}\n`);
  return exitCodeFor(error);
}

function detailsOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof BooksTrackError)) return { code: (error as Error).name };
  const { code, status, retryable, retryAfterMs, requestId } = error;
  const suggestions = suggestionsOf(error);
  const columns = columnsOf(error);
  return {
    code,
    status,
    retryable,
    retryAfterMs,
    requestId,
    ...(suggestions.length > 0 ? { suggestions } : {}),
    ...(columns.length > 0 ? { foundColumns: columns } : {}),
  };
}

function hintsFor(error: unknown): string[] {
  if (error instanceof UsageError) return ["See bookstrack --help."];
  if (!(error instanceof BooksTrackError)) return [];
  const suggestions = suggestionsOf(error);
  const columns = columnsOf(error);
  const { code, retryAfterMs } = error;
  return [
    ...(suggestions.length > 0 ? [`Did you mean ${suggestions.join(" or ")}?`] : []),
    ...(columns.length > 0
      ? [`Its columns are: ${columns.join(", ")}. Map them with --map COLUMN=FIELD.`]
      : []),
    ...(code === "UNAUTHORIZED"
      ? ["Run `bookstrack login` to get a new token for the saved account."]
      : []),
    ...(retryAfterMs === undefined ? [] : [`Try again in ${Math.ceil(retryAfterMs / 1000)} s.`]),
  ];
}

const suggestionsOf = (error: BooksTrackError): readonly string[] =>
  error instanceof InvalidRequestError ? error.suggestions : [];

/** The columns of a file, reported by the service if it recognized none of them. */
function columnsOf({ details }: BooksTrackError): string[] {
  const { foundColumns } = details;
  return Array.isArray(foundColumns) ? foundColumns.map(String) : [];
}

function exitCodeFor(error: unknown): ExitCode {
  if (error instanceof UsageError || error instanceof InvalidRequestError) return EXIT.usage;
  if (error instanceof NotFoundError) return EXIT.notFound;
  if (error instanceof AccessError) return EXIT.access;
  return EXIT.failed;
}
