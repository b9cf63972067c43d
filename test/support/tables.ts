import { env } from "cloudflare:workers";

/** The names of our own tables. */
export async function tableNames(): Promise<string[]> {
  const { results } = await env.DB.prepare(
    `SELECT name FROM sqlite_master
     WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND name NOT LIKE '~_cf~_%' ESCAPE '~'
     ORDER BY name`,
  ).all<{ name: string }>();
  return results.map(({ name }) => name);
}

/** The columns of a table. */
export async function columnsOf(table: string): Promise<string[]> {
  const { results } = await env.DB.prepare(`PRAGMA table_info(${table})`).all<{ name: string }>();
  return results.map(({ name }) => name);
}

/** Looks through every column of every table for a text. */
export async function tablesThatHold(text: string): Promise<string[]> {
  const tables = await tableNames();
  const contents = await env.DB.batch(
    tables.map((table) => env.DB.prepare(`SELECT * FROM ${table}`)),
  );
  return tables.filter((_, index) => JSON.stringify(contents[index]?.results).includes(text));
}
