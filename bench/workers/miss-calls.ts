/**
 * Only the calls and storage operations for a book that the catalogue lacks: KV read, D1 select,
 * three sequential provider calls, one D1 batch with the book and its search text, KV write after
 * the response.
 */
import {
  FIRST_VERSIONS,
  INSERT_BOOKS,
  WRITTEN_COLUMNS,
} from "../../src/catalogue/storage/book-row.ts";
import { lookupAnswer } from "./lookup-answer.ts";

const INSERT = `
  ${INSERT_BOOKS}
  SELECT ${WRITTEN_COLUMNS.map((name) => `?1 ->> '${name}'`).join(", ")}, ${FIRST_VERSIONS}
  WHERE TRUE`;
const INDEX = `
  INSERT INTO BookSearch (rowid, isbn, title, main_title, subtitle, authors)
  VALUES (CAST(?1 AS INTEGER), ?1, ?2, ?2, '', '')`;

interface Providers {
  readonly OPEN_LIBRARY_BASE_URL: string;
}

interface Found {
  readonly key: string;
  readonly title: string;
}

export default {
  async fetch(request, env, context): Promise<Response> {
    const isbn = new URL(request.url).searchParams.get("isbn") ?? "";
    const key = `book:isbn:${isbn}`;
    await env.BOOK_CACHE.get([key, `absent:isbn:${isbn}`], "text");
    await env.DB.prepare("SELECT canonical_metadata FROM Books WHERE isbn = ?1").bind(isbn).first();
    const call = async <Answer>(path: string): Promise<Answer> =>
      (await fetch(env.OPEN_LIBRARY_BASE_URL + path)).json<Answer>();
    const bibkey = `ISBN:${isbn}`;
    const answers = await call<Record<string, Found>>(
      `/api/books?bibkeys=${bibkey}&jscmd=data&format=json`,
    );
    const book = answers[bibkey];
    if (!book) return new Response(null, { status: 404 });
    const edition = await call<{ works: Found[] }>(`${book.key}.json`);
    await call(`${edition.works[0]?.key}.json`);
    const canonical_metadata = JSON.stringify(book);
    const at = Date.now();
    const row = { isbn, title: book.title, authors: "[]", canonical_metadata, popularity: 0 };
    await env.DB.batch([
      env.DB.prepare(INSERT).bind(JSON.stringify({ ...row, fetched_at: at, fresh_until: at })),
      env.DB.prepare(INDEX).bind(isbn, book.title),
    ]);
    context.waitUntil(env.BOOK_CACHE.put(key, canonical_metadata, { expirationTtl: 86_400 }));
    return lookupAnswer(canonical_metadata);
  },
} satisfies ExportedHandler<Pick<Env, "DB" | "BOOK_CACHE"> & Providers>;
