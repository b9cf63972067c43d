import type { Miniflare } from "miniflare";
import type { MigratedDatabase } from "./migrations.ts";

/**
 * A Worker with only the database, bound as `DB`: runs the statements of a request, a JSON list, in one transaction, and
 * responds with the rows of each.
 */
export const DATABASE_WORKER = `export default {
  async fetch(request, { DB }) {
    const statements = await request.json();
    try {
      const results = await DB.batch(statements.map((sql) => DB.prepare(sql)));
      return Response.json(results.map(({ results }) => results));
    } catch (error) {
      return new Response(error.message, { status: 500 });
    }
  },
};`;

type Rows = Record<string, unknown>[];

/**
 * The database behind `DATABASE_WORKER`. Miniflare's own handle would start a thread with another
 * HTTP client: 5 % of the CPU of a first start, and memory that is never released.
 */
export function databaseBehind(miniflare: Miniflare): MigratedDatabase {
  const texts = new WeakMap<object, string>();
  const run = async (statements: readonly string[]): Promise<Rows[]> => {
    const body = JSON.stringify(statements);
    const response = await miniflare.dispatchFetch("http://database/", { method: "POST", body });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as Rows[];
  };
  return {
    prepare(sql) {
      const statement = {
        all: async () => {
          const [results = []] = await run([sql]);
          return { results };
        },
      };
      texts.set(statement, sql);
      return statement;
    },
    batch: (statements) => run(statements.map((statement) => texts.get(statement) ?? "")),
  };
}
