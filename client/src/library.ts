import { readBody } from "./body.ts";
import type {
  AddBookRequest,
  BulkReviewRequest,
  BulkReviewResponse,
  ChangeBookRequest,
  CompactLibraryBook,
  LibraryBook,
  LibraryFacets,
  LibraryStats,
  ResolveReviewRequest,
  ReviewItem,
  TrashItem,
} from "./schema.ts";
import { jsonOf, type RequestOptions, type Transport } from "./transport.ts";

/** A decision about waiting rows: those of `ids` (at most 1,000), those of an import, or without either all. */
export type BulkReview = Omit<BulkReviewRequest, "ids"> & { ids?: readonly string[] };

/** The outcome of one row of `settle`. */
export type BulkReviewResult = BulkReviewResponse["data"]["results"][number];

interface Call {
  signal?: AbortSignal | undefined;
}

type Status = NonNullable<LibraryBook["status"]>;
type Format = NonNullable<LibraryBook["format"]>;

/** Filters of a shelf. A book must match all of them, and one of the values of a list. */
export interface LibraryFilter {
  /** `none` are books without a status. */
  status?: Status | "none" | readonly (Status | "none")[];
  /** Minimum rating. */
  rating?: number;
  unrated?: boolean;
  /** Year of publication. */
  year?: number;
  finishedYear?: number;
  /** Days, YYYY-MM-DD, inclusive. */
  finishedFrom?: string;
  finishedTo?: string;
  addedFrom?: string;
  addedTo?: string;
  /** Whether the catalogue has the book. */
  confirmed?: boolean;
  format?: Format | readonly Format[];
  owned?: boolean;
  /** ISO 639-1. */
  language?: string;
  /** Whole names; case and diacritics are ignored. */
  author?: string;
  series?: string;
  tag?: string;
  q?: string;
}

export interface LibraryQuery extends LibraryFilter, Call {
  /** `added`, `title`, `author`, `rating`, `year` or `finished`; prefix `-` for descending. */
  sort?: string;
  /** Where to start in the sort order: the beginning of a title or an author, a rating, a year or a date. */
  from?: string;
  /** Whether the first page says how many books are before it. */
  before?: boolean;
  /** `compact`: books without `description`, `sources` and `extra`. */
  fields?: "compact";
  /** Books per page: 50 by default, at most 200. */
  limit?: number;
  cursor?: string;
}

/** A page of books. With `fields: "compact"`, `Book` is `CompactLibraryBook`. */
export interface LibraryPage<Book = LibraryBook> {
  books: Book[];
  count: number;
  total: number;
  before?: number;
  nextCursor?: string;
}

/** The books that a query lists. */
export type BookOf<Query> = Query extends { fields: "compact" } ? CompactLibraryBook : LibraryBook;

export type ExportFormat = "csv" | "json" | "ndjson";

/** A user's library. */
export interface Library {
  page<Query extends LibraryQuery = LibraryQuery>(
    query?: Query,
  ): Promise<LibraryPage<BookOf<Query>>>;
  /** All books that match a query, fetched page by page. */
  books<Query extends Omit<LibraryQuery, "cursor"> = LibraryQuery>(
    query?: Query,
  ): AsyncGenerator<BookOf<Query>>;
  /** Counts the books that match a filter by their values. @param query.limit values of each facet: 100 by default */
  facets(query?: LibraryFilter & { limit?: number } & Call): Promise<LibraryFacets>;
  /** @throws NotFoundError if no provider has the ISBN, UnavailableError if that cannot be determined now */
  add(
    book: AddBookRequest,
    call?: { idempotencyKey?: string } & Call,
  ): Promise<{ added: boolean; restored?: boolean; book: LibraryBook }>;
  get(isbn: string, call?: Call): Promise<LibraryBook>;
  /** The book and its ETag, which `change` accepts as `ifMatch`. */
  entry(isbn: string, call?: Call): Promise<{ book: LibraryBook; etag: string }>;
  /** Changes a book; `null` clears a field. @throws ConflictError if the entry no longer matches the ETag in `ifMatch` */
  change(
    isbn: string,
    change: ChangeBookRequest,
    call?: { ifMatch?: string } & Call,
  ): Promise<LibraryBook>;
  /**
   * Moves an entry with all its history to another edition. @throws ConflictError if the shelf or the trash has that edition, or the
   * entry no longer matches the ETag in `ifMatch`; NotFoundError if no provider has it
   */
  moveToEdition(
    isbn: string,
    otherIsbn: string,
    call?: { ifMatch?: string; idempotencyKey?: string } & Call,
  ): Promise<LibraryBook>;
  /** Moves a book to the trash. */
  remove(isbn: string, call?: Call): Promise<void>;
  /** Removed books that can be restored, those removed last first. */
  trash(call?: Call): AsyncGenerator<TrashItem>;
  /** Restores a book from the trash with everything it had. @throws NotFoundError if the trash does not have it */
  restore(isbn: string, call?: { idempotencyKey?: string } & Call): Promise<LibraryBook>;
  /** Deletes a book in the trash, or without an ISBN all of them, for good. */
  emptyTrash(isbn?: string, call?: Call): Promise<void>;
  topRated(query?: { year?: number; limit?: number } & Call): Promise<LibraryBook[]>;
  stats(query?: { year?: number } & Call): Promise<LibraryStats>;
  /** Streams the whole library as a file. The stream fails with ConnectionError if the connection breaks or stalls. */
  export(format: ExportFormat, call?: Call): Promise<ReadableStream<Uint8Array>>;
  /** Imported rows that wait for the user's decision, oldest first. */
  reviewQueue(query?: { jobId?: string } & Call): AsyncGenerator<ReviewItem>;
  resolve(
    id: string,
    answer: ResolveReviewRequest,
    call?: { idempotencyKey?: string } & Call,
  ): Promise<{ added: boolean; book: LibraryBook }>;
  dismiss(id: string, call?: Call): Promise<void>;
  /** Keeps or dismisses waiting rows, in as many requests as that takes. Yields the outcome of each row. */
  settle(request: BulkReview, call?: Call): AsyncGenerator<BulkReviewResult>;
  /** Deletes the account and all of its data. */
  deleteEverything(call?: Call): Promise<void>;
}

interface Wrapped<T> {
  data: T;
}

/** @param userId owner of the client's token */
export function libraryOver(transport: Transport, userId: string, newKey: () => string): Library {
  const root = `/v1/library/${encodeURIComponent(userId)}`;
  const bookPath = (isbn: string): string => `${root}/books/${encodeURIComponent(isbn)}`;
  const trashPath = (isbn: string): string => `${root}/trash/${encodeURIComponent(isbn)}`;
  const itemPath = (id: string): string => `${root}/review-queue/${encodeURIComponent(id)}`;

  async function data<T>(path: string, request: RequestOptions): Promise<T> {
    return (await transport.json<Wrapped<T>>(path, request)).data;
  }

  const keyed = (key = newKey()): RequestOptions => ({
    method: "POST",
    headers: { "Idempotency-Key": key },
  });

  async function remove(path: string, { signal }: Call = {}): Promise<void> {
    await transport.send(path, { method: "DELETE", signal }, () => Promise.resolve());
  }

  const entry: Library["entry"] = (isbn, { signal } = {}) =>
    transport.send(bookPath(isbn), { signal }, async (response) => {
      const { data: found } = await jsonOf<Wrapped<{ book: LibraryBook }>>(response);
      return { book: found.book, etag: response.headers.get("ETag") ?? "" };
    });

  const page = <Query extends LibraryQuery>({ signal, ...query }: LibraryQuery = {}): Promise<
    LibraryPage<BookOf<Query>>
  > => data(root, { query, signal });

  return {
    page,
    async *books<Query extends Omit<LibraryQuery, "cursor">>(query?: Query) {
      let cursor: string | undefined;
      do {
        const found = await page<Query>({ ...query, ...(cursor === undefined ? {} : { cursor }) });
        yield* found.books;
        cursor = found.nextCursor;
      } while (cursor !== undefined);
    },
    add: (book, { idempotencyKey, signal } = {}) =>
      data(`${root}/books`, { ...keyed(idempotencyKey), json: book, signal }),
    get: async (isbn, call) => (await entry(isbn, call)).book,
    entry,
    async change(isbn, change, { ifMatch, signal } = {}) {
      const { book } = await data<{ book: LibraryBook }>(bookPath(isbn), {
        method: "PATCH",
        headers: ifMatch === undefined ? {} : { "If-Match": ifMatch },
        json: change,
        signal,
      });
      return book;
    },
    async moveToEdition(isbn, otherIsbn, { ifMatch, idempotencyKey, signal } = {}) {
      const write = keyed(idempotencyKey);
      const { book } = await data<{ book: LibraryBook }>(`${bookPath(isbn)}/edition`, {
        ...write,
        headers: { ...write.headers, ...(ifMatch === undefined ? {} : { "If-Match": ifMatch }) },
        json: { isbn: otherIsbn },
        signal,
      });
      return book;
    },
    remove: (isbn, call) => remove(bookPath(isbn), call),
    async *trash({ signal } = {}) {
      let cursor: string | undefined;
      do {
        const found: { items: TrashItem[]; nextCursor?: string } = await data(`${root}/trash`, {
          query: { cursor },
          signal,
        });
        yield* found.items;
        cursor = found.nextCursor;
      } while (cursor !== undefined);
    },
    async restore(isbn, { idempotencyKey, signal } = {}) {
      const { book } = await data<{ book: LibraryBook }>(`${trashPath(isbn)}/restore`, {
        ...keyed(idempotencyKey),
        signal,
      });
      return book;
    },
    emptyTrash: (isbn, call) =>
      remove(isbn === undefined ? `${root}/trash` : trashPath(isbn), call),
    async topRated({ signal, ...query } = {}) {
      return (await data<{ books: LibraryBook[] }>(`${root}/top-rated`, { query, signal })).books;
    },
    facets: ({ signal, ...query } = {}) => data(`${root}/facets`, { query, signal }),
    stats: ({ signal, ...query } = {}) => data(`${root}/stats`, { query, signal }),
    export: (format, { signal } = {}) =>
      transport.send(
        `${root}/export`,
        { query: { format }, headers: { Accept: "*/*" }, signal },
        (response) => Promise.resolve(readBody(response, transport.options.silenceMs, signal)),
      ),
    async *reviewQueue({ signal, jobId } = {}) {
      let cursor: string | undefined;
      do {
        const found: { items: ReviewItem[]; nextCursor?: string } = await data(
          `${root}/review-queue`,
          { query: { cursor, jobId }, signal },
        );
        yield* found.items;
        cursor = found.nextCursor;
      } while (cursor !== undefined);
    },
    resolve: (id, answer, { idempotencyKey, signal } = {}) =>
      data(`${itemPath(id)}/resolve`, { ...keyed(idempotencyKey), json: answer, signal }),
    dismiss: (id, call) => remove(itemPath(id), call),
    async *settle(request, { signal } = {}) {
      let remaining: number;
      do {
        const answer: BulkReviewResponse["data"] = await data(`${root}/review-queue/bulk`, {
          ...keyed(),
          json: request,
          signal,
        });
        yield* answer.results;
        // A request that reaches no row would not reach any the next time.
        remaining = answer.results.length > 0 ? answer.remaining : 0;
      } while (remaining > 0);
    },
    deleteEverything: (call) => remove(root, call),
  };
}
