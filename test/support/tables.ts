import { env } from "cloudflare:workers";

/** The names of the service's tables. */
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

/** Names of the tables that contain a text in any column. */
export async function tablesThatHold(text: string): Promise<string[]> {
  return Object.keys(await rowsThatHold(text));
}

/** All rows that contain a text in any column, by table. */
export async function rowsThatHold(text: string): Promise<Record<string, unknown[]>> {
  const tables = await tableNames();
  const contents = await env.DB.batch(
    tables.map((table) => env.DB.prepare(`SELECT * FROM ${table}`)),
  );
  const held = tables.map((table, index) => {
    const rows = contents[index]?.results ?? [];
    return [table, rows.filter((row) => JSON.stringify(row).includes(text))] as const;
  });
  return Object.fromEntries(held.filter(([, rows]) => rows.length > 0));
}
