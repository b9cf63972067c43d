import { TRANSFORM_VERSION } from "../../catalogue/domain/legacy/stored-value.ts";
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
    async read(keys) {
      const values = await readBulk(kv, keys);
      return Promise.all(
        keys.map(async (key) => {
          const value = values.get(key) ?? null;
          return { key, value, hash: await sha256(`${TRANSFORM_VERSION}:${value ?? ""}`) };
        }),
      );
    },
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

/** One read. If KV rejects it as too large (25 MB: error 413), one read per half, recursively down to single keys. */
async function readBulk(
  kv: KVNamespace,
  keys: readonly string[],
): Promise<Map<string, string | null>> {
  const [only] = keys;
  if (keys.length === 1 && only !== undefined) return new Map([[only, await kv.get(only, "text")]]);
  try {
    return await kv.get([...keys], "text");
  } catch (error) {
    if (!/\b413\b/.test(String(error))) throw error;
    const middle = Math.ceil(keys.length / 2);
    const first = await readBulk(kv, keys.slice(0, middle));
    const second = await readBulk(kv, keys.slice(middle));
    return new Map([...first, ...second]);
  }
}
