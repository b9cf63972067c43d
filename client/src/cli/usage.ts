/** Exit codes of the command, for scripts. */
export const EXIT = {
  ok: 0,
  /** The service failed or is unreachable, or the import failed. */
  failed: 1,
  /** The command line or its input is invalid. */
  usage: 2,
  /** No provider has the book, or the job does not exist. */
  notFound: 3,
  /** The import has ended; some rows need attention. */
  rowsLeft: 4,
  /** There is no account, or the account lacks permission. */
  access: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command line is invalid. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Help text. No line is longer than 80 columns. */
export const HELP = `bookstrack: scan books, import and export a library

  bookstrack login                     create an account, or renew its token
  bookstrack login --recover USER_ID CODE    sign in with a recovery code
  bookstrack login --signup-code CODE  create an account where a code is needed
  bookstrack login --pair CODE [--name NAME]    sign in with the code that
                                       another device shows
  bookstrack pair                      show a code for another device
  bookstrack devices                   list the devices that are signed in
  bookstrack devices revoke ID         sign a device out
  bookstrack recovery-code             replace the recovery code
  bookstrack usage                     show how much of each quota is used
  bookstrack scan ISBN|BARCODE         look up a book
  bookstrack search WORDS [--works] [--limit N]
                                       find books by title or author; --works
                                       lists each work once
  bookstrack editions ISBN             list the other editions of a book
  bookstrack import FILE [--watch]     import an export of another service
  bookstrack commit JOB [--watch]      import what a --dry-run has shown
  bookstrack watch JOB                 follow an import to its end
  bookstrack review list [--job JOB]   list rows that wait for review
  bookstrack review keep ID...|--job JOB|--all      shelve them as they are
  bookstrack review dismiss ID...|--job JOB|--all   drop them for good
  bookstrack progress ISBN [--page N|--percent N|--minutes N] [--note TEXT]
                                       record how far you are, or list it
  bookstrack goal [YEAR] [--books N] [--pages N] [--minutes N]
                                       set the goal of a year, or show it
  bookstrack sync [--since TOKEN] [--follow]
                                       show what has changed, and with --follow
                                       what changes from now on
  bookstrack library list              list the books on your shelves
  bookstrack library facets            count them by tag, author, series ...
  bookstrack library stats [--year Y] [--from DAY] [--to DAY]
                                       show reading statistics
  bookstrack library export [--format csv|json|ndjson|archive]
  bookstrack library trash [--empty]   list removed books, or delete them all
  bookstrack library restore ISBN...   bring them back with all they had
  bookstrack library bulk ISBN...|FILTER|--all EDIT  change or remove many books
  bookstrack library move ISBN OTHER   move a book to another edition

Import (commit takes --watch and the options from --format to --shelf)
  --dry-run            show what would happen without writing anything
  --watch              follow the import to its end with a progress bar, and
                       list the rows that need attention; on a terminal, ask
                       first about what is not certain in the file
  --mode MODE          merge (the default, keeps what you entered) or
                       overwrite
  --format FORMAT      goodreads, storygraph ...; default: detect from header
  --map COLUMN=FIELD   map a column to a field, for an unknown layout;
                       may be repeated
  --encoding LABEL     such as windows-1251 or shift_jis; default: detect
  --date-order ORDER   dmy, mdy or ymd: how 3/4/2021 is read
  --author-order ORDER given-first, family-first or list: what a comma between
                       names means
  --rating-scale N     5, 10, 20 or 100: the maximum rating of the file
  --shelf SHELF=STATUS status of a shelf, or none to make it a tag; may be
                       repeated
  --no-enrich          do not look up missing data with the providers
  --without-isbn WHAT  review (the default) or shelve rows that have a title
                       but no ISBN
  --key KEY            idempotency key: the same file with the same key is
                       imported only once

Library list, library facets and library bulk
  --status STATUS      want_to_read, reading, completed, paused, abandoned or
                       none; may be repeated
  --rating N, --unrated                      rated N or more, or not rated
  --year Y, --finished-year Y                published, finished in a year
  --finished-from DAY, --finished-to DAY     YYYY-MM-DD; either or both
  --added-from DAY, --added-to DAY
  --author NAME, --series NAME, --tag TAG    by the whole name
  --format FORMAT      paperback, hardcover, ebook, audiobook or other
  --language CODE      such as en
  --owned yes|no, --confirmed yes|no         whether you own the book, and
                       whether the catalogue has it
  --q TEXT             only books with these words
  --limit N            at most N books, or N values of each facet

Library list
  --sort ORDER         added, title, author, rating, year, finished
                       or series; --sort=-title for descending order
  --from POSITION      start in this order at a letter, a name, a year ...

Library bulk
  --set FIELD=VALUE    status, rating, review, notes, format, owned or location;
                       no value clears the field; may be repeated
  --add-tag TAG, --remove-tag TAG      may be repeated
  --delete             move the books to the trash

All commands
  --url URL            the service; default: BOOKSTRACK_URL, else the saved
                       account's service, else http://localhost:8787
  --json               JSON on standard output, one line per progress update
  --help, --version

Environment
  BOOKSTRACK_TOKEN and BOOKSTRACK_USER replace the saved account,
  BOOKSTRACK_ACCOUNT is the path of the account file, NO_COLOR disables
  colours.

Exit codes
  0    success
  1    the service failed or could not be reached, or the import failed
  2    invalid usage, invalid ISBN, or a file that cannot be read
  3    not found
  4    imported, but some rows need attention
  5    no account, or permission denied
  130  interrupted (an import continues in the service)

Examples
  bookstrack login
  bookstrack scan 978-0-441-17271-9
  bookstrack import goodreads_library_export.csv --dry-run --watch
  bookstrack import goodreads_library_export.csv --watch
  bookstrack library list --status reading --json | jq -r '.[].title'
  bookstrack library export > library.csv
`;
