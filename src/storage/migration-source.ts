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
    async list({ prefix, cursor, lastKey, limit }) {
      const page = await listFrom(kv, { prefix, limit }, cursor);
      // Keys come in byte order; after a new beginning the first pages are those that are done.
      const keys = page.keys
        .map(({ name }) => name)
        .filter((name) => lastKey === undefined || name > lastKey);
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

async function listFrom(
  kv: KVNamespace,
  options: { prefix: string; limit: number },
  cursor: string | undefined,
): Promise<KVNamespaceListResult<unknown>> {
  if (cursor === undefined) return kv.list(options);
  try {
    return await kv.list({ ...options, cursor });
  } catch (error) {
    if (!/cursor/i.test(String(error))) throw error;
    return kv.list(options);
  }
}
