/** A minimal lookup from D1: one select by primary key, with the same response as the service. */
import { lookupAnswer } from "./lookup-answer.ts";

export default {
  async fetch(request, env): Promise<Response> {
    const isbn = new URL(request.url).searchParams.get("isbn");
    const book = await env.DB.prepare("SELECT canonical_metadata FROM Books WHERE isbn = ?1")
      .bind(isbn)
      .first<string>("canonical_metadata");
    return book === null ? new Response(null, { status: 404 }) : lookupAnswer(book);
  },
} satisfies ExportedHandler<Pick<Env, "DB">>;
