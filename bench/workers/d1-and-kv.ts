/** The service's storage operations for a book that is only in D1: KV read, D1 select, KV write after the response. */
import { lookupAnswer } from "./lookup-answer.ts";

export default {
  async fetch(request, env, context): Promise<Response> {
    const isbn = new URL(request.url).searchParams.get("isbn") ?? "";
    const key = `book:isbn:${isbn}`;
    const cached = await env.BOOK_CACHE.get([key, `absent:isbn:${isbn}`], "text");
    if (cached.get(key) != null) return new Response(null, { status: 409 });
    const book = await env.DB.prepare("SELECT canonical_metadata FROM Books WHERE isbn = ?1")
      .bind(isbn)
      .first<string>("canonical_metadata");
    if (book === null) return new Response(null, { status: 404 });
    context.waitUntil(env.BOOK_CACHE.put(key, book, { expirationTtl: 86_400 }));
    return lookupAnswer(book);
  },
} satisfies ExportedHandler<Pick<Env, "DB" | "BOOK_CACHE">>;
