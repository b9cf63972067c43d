import type { Book, EnrichedBook, EnrichRequest, LookedUpBook } from "./schema.ts";
import type { Transport } from "./transport.ts";

interface Call {
  signal?: AbortSignal | undefined;
}

/** What a search found. */
export interface FoundBooks {
  books: Book[];
  resultCount: number;
  nextCursor?: string;
}

export interface SearchQuery extends Call {
  title?: string;
  author?: string;
  /** At most 50; 20 when it is absent. */
  limit?: number;
  cursor?: string;
}

export type EnrichOptions = Omit<EnrichRequest, "barcode" | "isbn" | "idempotencyKey"> & {
  /** Made when it is absent, and the same on every try of this call. */
  idempotencyKey?: string;
} & Call;

/** Books by ISBN, barcode or title: the plan's enrichment service. */
export interface Catalogue {
  /** The edition with an ISBN; `null` when no provider knows it. @throws UnavailableError when that is not established */
  byIsbn(isbn: string, call?: Call): Promise<LookedUpBook | null>;
  search(query: SearchQuery): Promise<FoundBooks>;
  /**
   * The book behind a scanner's output, as it is: EAN-13 with or without add-on, UPC-A with its add-on, ISBN-10 ...
   * @throws NotFoundError when no provider knows it, InvalidRequestError when it is no book's barcode
   */
  enrich(barcode: string, options?: EnrichOptions): Promise<EnrichedBook>;
}

export function catalogueOver(transport: Transport, newKey: () => string): Catalogue {
  return {
    async byIsbn(isbn, { signal } = {}) {
      const { data } = await transport.json<{ data: { book: LookedUpBook | null } }>(
        "/v1/search/isbn",
        { query: { isbn }, signal },
      );
      return data.book;
    },
    async search({ signal, ...query }) {
      const { data } = await transport.json<{ data: FoundBooks }>("/v1/search/advanced", {
        query,
        signal,
      });
      return data;
    },
    enrich(barcode, { signal, idempotencyKey = newKey(), ...wishes } = {}) {
      return transport.json("/api/v2/books/enrich", {
        method: "POST",
        headers: { "Idempotency-Key": idempotencyKey },
        json: { ...wishes, barcode },
        signal,
      });
    },
  };
}
