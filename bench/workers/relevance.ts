import { readSearchText } from "../../src/catalogue/domain/search/text.ts";
import { d1BookSearch } from "../../src/catalogue/storage/search.ts";

/** A plain FTS5 query under `/fts`; the catalogue's search, without providers, under `/search`. */
const FTS = `
  SELECT canonical_metadata FROM BookSearch JOIN Books USING (isbn)
  WHERE BookSearch MATCH ?1 ORDER BY rank LIMIT 20`;

const log = {
  info: () => undefined,
  error: (event: string, fields?: object) => console.error(event, fields),
};

export default {
  async fetch(request, env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const typed = searchParams.get("q") ?? "";
    if (pathname === "/fts") {
      const { results } = await env.DB.prepare(FTS)
        .bind(typed)
        .all<{ canonical_metadata: string }>();
      return json(`[${results.map((row) => row.canonical_metadata).join(",")}]`);
    }
    const read = readSearchText(typed);
    if (!read.ok) return new Response(read.message, { status: 400 });
    const query = { kind: "anywhere", words: read.text } as const;
    const reading = await d1BookSearch(env.DB, log).search(query, { limit: 20, near: true });
    if (reading.kind === "failed") return new Response("failed", { status: 500 });
    return json(JSON.stringify(reading.books));
  },
} satisfies ExportedHandler<Pick<Env, "DB">>;

function json(body: string): Response {
  return new Response(body, { headers: { "Content-Type": "application/json" } });
}
