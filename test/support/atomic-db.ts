import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { USER_TABLES } from "../../src/accounts/storage/user-data.ts";

/** All stored data of users, and the books. */
async function contents(): Promise<unknown[]> {
  const tables = [...USER_TABLES.map(({ table }) => table), "Books", "ShelfRefreshes"];
  const all = await env.DB.batch(tables.map((table) => env.DB.prepare(`SELECT * FROM ${table}`)));
  return all.map(({ results }) => results);
}

/**
 * A database on which each batch first fails in its last statement, as if the process died there,
 * and must then have changed nothing. Then the batch runs.
 */
export function atomicDb(): D1Database {
  const fails = "INSERT INTO Shelves (user_id) VALUES (NULL)";
  return {
    prepare: (sql: string) => env.DB.prepare(sql),
    async batch(statements: D1PreparedStatement[]) {
      const before = await contents();
      await expect(env.DB.batch([...statements, env.DB.prepare(fails)])).rejects.toThrow(
        "NOT NULL",
      );
      expect(await contents()).toEqual(before);
      return env.DB.batch(statements);
    },
  } as unknown as D1Database;
}
