/** What a script can tell by the exit code. */
export const EXIT = {
  ok: 0,
  /** The service refused, or could not be reached. */
  failed: 1,
  /** The command is not one that there is, or what it was given is nothing the service can take. */
  usage: 2,
  /** No provider knows the book, or the job is not there. */
  notFound: 3,
  /** The import has ended; some rows need a hand. */
  rowsLeft: 4,
  /** No account, or not one that may do this. */
  access: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command line is wrong. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** No line is longer than a usual terminal is wide. */
export const HELP = `bookstrack: scan books, import and export a library

  bookstrack login                     make and keep an account, or renew it
  bookstrack login --recover USER_ID CODE    take an account over by its code
  bookstrack scan ISBN|BARCODE         which book it is
  bookstrack import FILE [--watch]     hand over an export of another service
  bookstrack watch JOB                 follow an import to its end
  bookstrack library list              the books on the shelves
  bookstrack library stats [--year Y]  what has been read
  bookstrack library export [--format csv|json|ndjson]

Import
  --dry-run            look what would happen, write nothing
  --watch              follow it to the end, with a bar, and the rows in need
                       of a hand
  --mode MODE          merge (fills blanks, the default) or overwrite
  --format FORMAT      goodreads, storygraph ...; else told from the header
  --map COLUMN=FIELD   what a column holds, where the layout is not known;
                       can be repeated
  --no-enrich          do not ask the providers for what the file does not say
  --key KEY            a key of yours: the same file under the same key is
                       imported once

Library list
  --status STATUS      want_to_read, reading, completed, paused or abandoned
  --sort ORDER         added, title, author, rating, year or finished;
                       --sort=-title turns it round
  --q TEXT, --tag TAG  only books with it
  --limit N            so many at most

Everywhere
  --url URL            the service; else BOOKSTRACK_URL, else that of the
                       account, else http://localhost:8787
  --json               JSON on standard output; a line each for progress
  --help, --version

Environment
  BOOKSTRACK_TOKEN and BOOKSTRACK_USER stand in for the kept account,
  BOOKSTRACK_ACCOUNT says where it is kept, NO_COLOR takes the colours away.

Exit codes
  0    done
  1    the service failed or could not be reached; the import failed
  2    wrong usage, a wrong ISBN, or a file that cannot be read
  3    not found
  4    imported, and some rows need a hand
  5    no account, or no right
  130  interrupted (an import goes on)

Examples
  bookstrack login
  bookstrack scan 978-0-441-17271-9
  bookstrack import goodreads_library_export.csv --dry-run --watch
  bookstrack import goodreads_library_export.csv --watch
  bookstrack library list --status reading --json | jq -r '.[].title'
  bookstrack library export > library.csv
`;
