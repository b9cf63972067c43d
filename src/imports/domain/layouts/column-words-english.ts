import type { Field } from "./fields/index.ts";

/** English column names in tables of unknown origin, and those of services. Ambiguous words (`date`, `name`, `type`) are excluded. */
export const ENGLISH_COLUMNS: Partial<Record<Field, string>> = {
  format: "format|book format|binding|cover type|edition format",
  owned: "owned|own|own it|do i own it|i own it|i own|owned copies|in my collection",
  location: "location|physical location|book location|stored in|storage location",
  loanTo: "loaned to|lent to|on loan to|borrower|lending patron",
  loanSince: "date loaned|date lent|loan date|lent on|loaned on|lending start",
  loanDue: "due date|date due|loan due|return by|lending end",
  series: "series|series name|series title|book series",
  seriesPosition: "book number|volume|vol|position",
  ignored: "import reason|import reason code",
  title: "title|book name|full title|book|name of book|name of the book",
  subtitle: "subtitle",
  authorsInAnyOrder:
    "author|authors|author name|authors name|author names|book author|writer|writers|creator|creators|by|written by|" +
    "author_text|authors labels|primary author",
  isbn:
    "isbn|isbn13|isbn/ean|ean|ean13|ean isbn13|barcode|isbns|isbn/uid|primary isbn|primary isbn13|isbn 10 or 13|" +
    "isbn-10/isbn-13",
  publisher: "publisher|publishing house|publisher name|imprint|publisher label",
  publishedDate:
    "published|publication date|publish date|date published|published date|pub date|release date|released|" +
    "date of publication|edition publication date",
  publicationYear:
    "year|year published|publication year|published year|pub year|year of publication|edition year",
  pageCount:
    "pages|page count|number of pages|num pages|no of pages|length in pages|page number|total pages|# pages|" +
    "no. pages|edition number of pages",
  language: "language|languages|language code|book language|edition language",
  categories: "genre|genres|category|categories|subject|subjects|topic|topics|genres labels",
  description: "description|summary|synopsis|blurb|plot|abstract|abstract note|about",
  status: "shelf|exclusive shelf|bookshelf|reading state|state|collection status",
  progress: "progress|reading progress|progress status|completion",
  rating: "rating|ratings|star rating|stars|score|star|grade|vote",
  review: "review|reviews|thoughts|opinion|review text|review_content|comment content",
  notes: "notes|private notes|note to self|comment|comments|private comment|remarks|remark",
  tags: "tags|tag|labels|keywords|bookshelves|shelves|manual tags|collections|lists",
  startedAt: "started|begun|read_start|currently_reading",
  finishedAt: "",
  lastRead: "last date read|last read",
  datesRead: "dates read|reading dates|read dates",
  readCount:
    "read count|times read|reads|number of reads|read times|times i read it|how many times",
  addedAt:
    "added|date added|added at|added on|created|created at|date created|added date|date of addition|entry date|" +
    "shelf_date|item created|created_on|created time",
  media: "item type|title type|media|media type|medium|type of media",
  openLibrary: "olid|openlibrary id|openlibrary key|edition id|work id",
  asin: "asin|audible product id|amazon asin",
  moreAuthors:
    "additional authors|other authors|co-authors|second author|secondary author|contributors",
  spareAuthor: "author l-f|author (last, first)|author sort",
  isRead: "read|read it|read (y/n)|read yes/no",
  identifiers: "identifiers",
};
