import { env } from "cloudflare:workers";
import type { Book } from "../../contract/catalogue.ts";
import type { LibraryBook } from "../../contract/library.ts";
import { memoryLog } from "./fakes.ts";
import { d1BookStore } from "../../src/catalogue/storage/books.ts";
import { bearer, newAccount } from "./accounts.ts";
import { aBook } from "./books.ts";
import { call } from "./http.ts";

/** A user with a token who calls the routes of their library. */
export interface Reader {
  userId: string;
  token: string;
  /** @param path the part after `/v1/library/:userId` */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** Adds a book. @returns the book as stored */
  add(request: object): Promise<LibraryBook>;
  list(query?: string): Promise<ListedPage>;
}

export interface ListedPage {
  books: LibraryBook[];
  count: number;
  total: number;
  before?: number;
  nextCursor?: string;
}

/** Creates an account. @returns its user */
export async function newReader(): Promise<Reader> {
  const { userId, token } = await newAccount();
  const reader: Reader = {
    userId,
    token,
    call: (method, path, body, headers = {}) =>
      call(`/v1/library/${userId}${path}`, {
        method,
        headers: {
          ...bearer(token),
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    async add(request) {
      const response = await reader.call("POST", "/books", request);
      if (response.status > 201) throw new Error(await response.text());
      return (await response.json<{ data: { book: LibraryBook } }>()).data.book;
    },
    async list(query = "") {
      const response = await reader.call("GET", query);
      if (response.status !== 200) throw new Error(await response.text());
      return (await response.json<{ data: ListedPage }>()).data;
    },
  };
  return reader;
}

/** Adds a book to the catalogue, as a lookup at a provider would. */
export async function inCatalogue(given: Partial<Book>): Promise<Book> {
  const book = aBook(given);
  const store = d1BookStore(env.DB, memoryLog());
  const found = await store.find(book.isbn);
  await store.save(
    { book, fetchedAt: Date.now(), freshUntil: Date.now() + 86_400_000 },
    found.kind === "hit" ? found.stored.version : undefined,
  );
  return book;
}

/** The valid ISBN-13 for a number below a billion. */
export function isbnOf(number: number): string {
  const twelve = `978${String(number).padStart(9, "0")}`;
  const sum = Array.from(twelve).reduce(
    (total, digit, index) => total + Number(digit) * (index % 2 ? 3 : 1),
    0,
  );
  return `${twelve}${(10 - (sum % 10)) % 10}`;
}
