/** Naive searches: a plain full-text query under `/fts`, a scan with LIKE under `/like`. */
const FTS = `
  SELECT canonical_metadata FROM BookSearch JOIN Books USING (isbn)
  WHERE BookSearch MATCH ?1 ORDER BY rank LIMIT 20`;
const LIKE = "SELECT canonical_metadata FROM Books WHERE title LIKE ?1 ORDER BY title LIMIT 20";

export default {
  async fetch(request, env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const sql = pathname === "/fts" ? FTS : LIKE;
    const { results } = await env.DB.prepare(sql)
      .bind(searchParams.get("q"))
      .all<{ canonical_metadata: string }>();
    const books = results.map((row) => row.canonical_metadata).join(",");
    return new Response(`{"success":true,"data":{"books":[${books}]}}`, {
      headers: { "Content-Type": "application/json" },
    });
  },
} satisfies ExportedHandler<Pick<Env, "DB">>;
