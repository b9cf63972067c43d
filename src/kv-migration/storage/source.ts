import { kvValues } from "../../catalogue/module.ts";
import type { WorkDeps } from "../domain/work.ts";

/**
 * The keys of a namespace. A page is one list and one bulk read, more reads only for values of 250 kB and more.
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
        .filter((name) => lastKey === undefined || isAfter(name, lastKey));
      return page.list_complete ? { keys } : { keys, cursor: page.cursor };
    },
    read: kvValues(kv, sha256),
  };
}

/**
 * Whether a key comes after another one as KV lists them: by the bytes of their UTF-8, which is by code point. What `>`
 * compares are UTF-16 units, by which U+FF5E comes after U+1F4A9.
 */
function isAfter(name: string, other: string): boolean {
  const [one, two] = [Array.from(name), Array.from(other)];
  const place = one.findIndex((letter, index) => letter !== two[index]);
  const [first, second] = [one[place]?.codePointAt(0), two[place]?.codePointAt(0)];
  return first !== undefined && (second === undefined || first > second);
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
    // KV says 400 and no more of a cursor that it does not know.
    if (!/cursor|\b400\b/i.test(String(error))) throw error;
    return kv.list(options);
  }
}
