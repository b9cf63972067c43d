import { readBody } from "./body.ts";
import type { BookOf, LibraryFilter, LibraryPage, LibraryQuery } from "./library-query.ts";
import type {
  AddBookRequest,
  BulkChangeRequest,
  BulkChangeResponse,
  BulkReviewRequest,
  BulkReviewResponse,
  ChangeBookRequest,
  ExportTicketResponse,
  LibraryBook,
  LibraryFacets,
  LibraryStats,
  ResolveReviewRequest,
  ReviewItem,
  TrashItem,
} from "./schema.ts";
import { readingLifeOver, type ReadingLife } from "./reading-life.ts";
import { jsonOf, type RequestOptions, type Transport } from "./transport.ts";

export type { BookOf, LibraryFilter, LibraryPage, LibraryQuery } from "./library-query.ts";

/**
 * A decision about waiting rows: those in `ids` (at most 1,000), those of an import, or by default
 * all.
 */
export type BulkReview = Omit<BulkReviewRequest, "ids"> & { ids?: readonly string[] };

/** A change of many books: those of `isbns`, or those that match a filter. */
export type BulkChange = Omit<BulkChangeRequest, "isbns"> & { isbns?: readonly string[] };

/** The outcome of one book of `changeMany`. */
export type BulkChangeResult = BulkChangeResponse["data"]["results"][number];

/** The outcome of one row of `settle`. */
export type BulkReviewResult = BulkReviewResponse["data"]["results"][number];

interface Call {
  signal?: AbortSignal | undefined;
}

/** A page of waiting rows. Any page may be shorter than requested. */
export interface ReviewPage {
  items: ReviewItem[];
  /** Total number of waiting rows. */
  total: number;
  nextCursor?: string;
}

export type ExportFormat = "csv" | "json" | "ndjson" | "archive";

/** A link that downloads an export once. */
export type ExportTicket = ExportTicketResponse["data"];

/** A user's library. */
export interface Library extends ReadingLife {
  page<Query extends LibraryQuery = LibraryQuery>(
    query?: Query,
  ): Promise<LibraryPage<BookOf<Query>>>;
  /** All books that match a query, fetched page by page. */
  books<Query extends Omit<LibraryQuery, "cursor"> = LibraryQuery>(
    query?: Query,
  ): AsyncGenerator<BookOf<Query>>;
  /**
   * Counts the matching books by their values.
   * @param query.limit maximum number of values per facet; 100 by default
   */
  facets(query?: LibraryFilter & { limit?: number } & Call): Promise<LibraryFacets>;
  /**
   * @throws NotFoundError if no provider has the ISBN, UnavailableError if that cannot be
   * determined at the moment
   */
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
   * Changes or removes many books, in as many requests as necessary. Yields the outcome of each
   * book.
   */
  changeMany(request: BulkChange, call?: Call): AsyncGenerator<BulkChangeResult>;
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
  /** Removed books that can be restored, most recently removed first. */
  trash(call?: Call): AsyncGenerator<TrashItem>;
  /** Restores a book from the trash with everything it had. @throws NotFoundError if the trash does not have it */
  restore(isbn: string, call?: { idempotencyKey?: string } & Call): Promise<LibraryBook>;
  /** Permanently deletes a book in the trash, or without an ISBN all of them. */
  emptyTrash(isbn?: string, call?: Call): Promise<void>;
  topRated(query?: { year?: number; limit?: number } & Call): Promise<LibraryBook[]>;
  stats(query?: { year?: number; from?: string; to?: string } & Call): Promise<LibraryStats>;
  /** Streams the whole library as a file. The stream fails with ConnectionError if the connection breaks or stalls. */
  export(format: ExportFormat, call?: Call): Promise<ReadableStream<Uint8Array>>;
  /** One page of the waiting imported rows, with their total number. */
  reviewPage(
    query?: { jobId?: string | undefined; limit?: number; cursor?: string | undefined } & Call,
  ): Promise<ReviewPage>;
  /**
   * A link that downloads the export once, within five minutes, without a header. Its `url` is a
   * path on the service.
   */
  exportTicket(format: ExportFormat, call?: Call): Promise<ExportTicket>;
  /** Imported rows that wait for the user's decision, oldest first. */
  reviewQueue(query?: { jobId?: string } & Call): AsyncGenerator<ReviewItem>;
  resolve(
    id: string,
    answer: ResolveReviewRequest,
    call?: { idempotencyKey?: string } & Call,
  ): Promise<{ added: boolean; book: LibraryBook }>;
  dismiss(id: string, call?: Call): Promise<void>;
  /**
   * Keeps or dismisses waiting rows, in as many requests as necessary. Yields the outcome of each
   * row.
   */
  settle(request: BulkReview, call?: Call): AsyncGenerator<BulkReviewResult>;
  /** Deletes the account and all of its data. */
  deleteEverything(call?: Call): Promise<void>;
}

/** Maximum number of books named in one request. */
const MAX_BULK = 1000;

function piecesOf(isbns: readonly string[], size: number): string[][] {
  const count = Math.ceil(isbns.length / size);
  return Array.from({ length: count }, (_, at) => isbns.slice(at * size, (at + 1) * size));
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

  /** Repeats a request with a limit until nothing remains. */
  async function* inTurn<Result>(
    path: string,
    json: object,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Result> {
    let remaining = Infinity;
    for (;;) {
      const answer: { results: Result[]; remaining: number } = await data(path, {
        ...keyed(),
        json,
        signal,
      });
      yield* answer.results;
      // If a request has processed nothing, the next one would not either.
      if (answer.results.length === 0 || answer.remaining === 0) return;
      if (answer.remaining >= remaining) return;
      remaining = answer.remaining;
    }
  }

  const entry: Library["entry"] = (isbn, { signal } = {}) =>
    transport.send(bookPath(isbn), { signal }, async (response) => {
      const { data: found } = await jsonOf<Wrapped<{ book: LibraryBook }>>(response);
      return { book: found.book, etag: response.headers.get("ETag") ?? "" };
    });

  const page = <Query extends LibraryQuery>({ signal, ...query }: LibraryQuery = {}): Promise<
    LibraryPage<BookOf<Query>>
  > => data(root, { query, signal });

  const reviewPage: Library["reviewPage"] = ({ signal, ...query } = {}) =>
    data(`${root}/review-queue`, { query, signal });

  return {
    ...readingLifeOver(transport, root, newKey),
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
    async *changeMany({ isbns, ...request }, { signal } = {}) {
      const pieces = isbns ? piecesOf(isbns, MAX_BULK) : [undefined];
      for (const piece of pieces) {
        yield* inTurn<BulkChangeResult>(`${root}/books/bulk`, { ...request, isbns: piece }, signal);
      }
    },
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
    exportTicket: (format, { signal } = {}) =>
      data(`${root}/export/ticket`, { method: "POST", json: { format }, signal }),
    reviewPage,
    async *reviewQueue({ signal, jobId } = {}) {
      let cursor: string | undefined;
      do {
        const found: ReviewPage = await reviewPage({ cursor, jobId, signal });
        yield* found.items;
        cursor = found.nextCursor;
      } while (cursor !== undefined);
    },
    resolve: (id, answer, { idempotencyKey, signal } = {}) =>
      data(`${itemPath(id)}/resolve`, { ...keyed(idempotencyKey), json: answer, signal }),
    dismiss: (id, call) => remove(itemPath(id), call),
    settle: (request, { signal } = {}) =>
      inTurn<BulkReviewResult>(`${root}/review-queue/bulk`, request, signal),
    deleteEverything: (call) => remove(root, call),
  };
}
