import { kvValues } from "../../catalogue/module.ts";
import type { WorkDeps } from "../domain/work.ts";

/**
 * The keys of a namespace. A page is one list and one bulk read; values of 250 kB or more may need more reads.
 * @param sha256 hashes a text to hex
 */
export function kvMigrationSource(
  kv: KVNamespace,
  sha256: (text: string) => Promise<string>,
): WorkDeps["source"] {
  return {
    async list({ prefix, cursor, lastKey, limit }) {
      const page = await listFrom(kv, { prefix, limit }, cursor);
      // Keys are in byte order; after a restart of the listing, the first pages have been processed already.
      const keys = page.keys
        .map(({ name }) => name)
        .filter((name) => lastKey === undefined || isAfter(name, lastKey));
      return page.list_complete ? { keys } : { keys, cursor: page.cursor };
    },
    read: kvValues(kv, sha256),
  };
}

/**
 * Whether KV lists a key after another one: by the bytes of their UTF-8, which is the order of code points. The
 * operator `>` compares UTF-16 units, which order U+FF5E after U+1F4A9.
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
    // For an unknown cursor KV only reports 400.
    if (!/cursor|\b400\b/i.test(String(error))) throw error;
    return kv.list(options);
  }
}
