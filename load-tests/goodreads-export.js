// The file that a new user imports, for k6 and for `npm run load`.

const HEADER =
  "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Average Rating,Publisher,Binding," +
  "Number of Pages,Year Published,Original Publication Year,Date Read,Date Added,Bookshelves," +
  "Bookshelves with positions,Exclusive Shelf,My Review,Spoiler,Private Notes,Read Count,Owned Copies";

/** In real exports a few rows in a hundred have no ISBN. Each costs a title search, at one per second. */
const ROWS_PER_ROW_WITHOUT_ISBN = 40;

/** The ISBN of the n-th book of generatedBooks() in test/tools/stand-in. */
export function madeUpIsbn(index) {
  const digits = String(((1_000_000 + index) * 48_271_717) % 100_000_000).padStart(8, "0");
  const twelve = (index % 50 === 49 ? "9798" : "9781") + digits;
  const sum = twelve
    .split("")
    .reduce((total, digit, at) => total + Number(digit) * (at % 2 ? 3 : 1), 0);
  return twelve + String((10 - (sum % 10)) % 10);
}

/** A Goodreads export. Titles without an ISBN are unique to the user, so that no search for them is cached. */
export function goodreadsExport(rows, user) {
  const lines = [HEADER];
  for (let row = 0; row < rows; row += 1) {
    const hasIsbn = (row + 1) % ROWS_PER_ROW_WITHOUT_ISBN !== 0;
    const title = hasIsbn ? `Book ${row}` : `Papers ${row} of ${user}`;
    const isbn13 = hasIsbn ? madeUpIsbn(row) : "";
    lines.push(
      `${row + 1},${title},Ann Author ${row % 40},"Author, Ann",,"=""""","=""${isbn13}""",${row % 6},3.90,` +
        `Press,Paperback,${100 + row},2001,1999,2021/07/01,2020/01/01,,,read,,,,1,0`,
    );
  }
  return `${lines.join("\n")}\n`;
}
