import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { waitFor } from "./wait.ts";

const TABLES = `
  SELECT name FROM sqlite_master
  WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'`;

/**
 * Empties all storage, and returns when the database has no table. Work that an earlier test left behind
 * can keep a single reset from having an effect.
 */
export async function emptyStorage(): Promise<void> {
  await waitFor(async () => {
    await reset();
    const { results } = await env.DB.prepare(TABLES).all<{ name: string }>();
    if (results.length > 0) throw new Error(`The database still has ${results[0]?.name}.`);
  });
}
