import type { KeyValue } from "../domain/legacy/key-record.ts";
import { TRANSFORM_VERSION } from "../domain/legacy/stored-value.ts";

/**
 * Reads KV values with the hashes that identify them: one bulk read, or more if there are values of 250 kB or more.
 * @param sha256 hashes a text to hex
 * @returns one entry per key, in the order of the keys; `value` is null for a key that does not exist
 */
export function kvValues(
  kv: KVNamespace,
  sha256: (text: string) => Promise<string>,
): (keys: readonly string[]) => Promise<KeyValue[]> {
  return async (keys) => {
    const values = await readBulk(kv, keys);
    return Promise.all(
      keys.map(async (key) => {
        const value = values.get(key) ?? null;
        return { key, value, hash: await sha256(`${TRANSFORM_VERSION}:${value ?? ""}`) };
      }),
    );
  };
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
