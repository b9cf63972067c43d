import type { WorkDeps } from "../domain/migration/work.ts";

/**
 * The keys of a namespace. A page is one list and one bulk read.
 * @param sha256 of a text, in hex
 */
export function kvMigrationSource(
  kv: KVNamespace,
  sha256: (text: string) => Promise<string>,
): WorkDeps["source"] {
  return {
    async list({ prefix, cursor, limit }) {
      const options = { prefix, limit, ...(cursor === undefined ? {} : { cursor }) };
      const page = await kv.list(options);
      const keys = page.keys.map(({ name }) => name);
      return page.list_complete ? { keys } : { keys, cursor: page.cursor };
    },
    async read(keys) {
      const values = await kv.get([...keys], "text");
      return Promise.all(
        keys.map(async (key) => {
          const value = values.get(key) ?? null;
          return { key, value, hash: await sha256(value ?? "") };
        }),
      );
    },
  };
}
