import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "../local/miniflare.ts";

/** A key with its value. `expiration` is in seconds since the epoch; `value` is base64 if it is not UTF-8 text. */
export interface KvEntry {
  readonly key: string;
  readonly value: string;
  readonly base64?: true;
  readonly expiration?: number;
  readonly metadata?: unknown;
}

/** A key without its value. */
export interface KvKey {
  readonly key: string;
  readonly expiration?: number;
  readonly metadata?: unknown;
}

/** The operations on a namespace that backups need, local or remote. */
export interface KvStore {
  /** Every key with the prefix, in pages of at most 100. */
  pages(prefix: string): AsyncIterable<readonly KvKey[]>;
  /** Keys that no longer exist are omitted. */
  read(keys: readonly KvKey[]): Promise<KvEntry[]>;
  write(entries: readonly KvEntry[]): Promise<void>;
  close(): Promise<void>;
}

/** Maximum number of keys in one bulk read. */
export const PAGE_KEYS = 100;
/** Replacement character for bytes that are not UTF-8. */
const REPLACED = "\uFFFD";

/** Makes an entry from a value. If the value may not be text, it is read again as bytes. */
export async function toEntry(
  key: KvKey,
  text: string,
  bytes: () => Promise<Uint8Array>,
): Promise<KvEntry> {
  if (!text.includes(REPLACED)) return { ...key, value: text };
  const raw = Buffer.from(await bytes());
  return Buffer.from(text).equals(raw)
    ? { ...key, value: text }
    : { ...key, value: raw.toString("base64"), base64: true };
}

/** The part of Miniflare's namespace that is used here; Miniflare's own types lose it. */
interface Namespace {
  list(options: { prefix: string; limit: number; cursor?: string }): Promise<{
    keys: { name: string; expiration?: number; metadata?: unknown }[];
    list_complete: boolean;
    cursor?: string;
  }>;
  get(keys: string[], type: "text"): Promise<Map<string, string | null>>;
  get(key: string, type: "arrayBuffer"): Promise<ArrayBuffer | null>;
  put(
    key: string,
    value: string | Uint8Array,
    options: { expiration?: number; metadata?: unknown },
  ): Promise<void>;
}

/** The namespace with this id in a state directory of `npm start` or `wrangler --local --persist-to`. */
export async function localStore(stateDir: string, id: string): Promise<KvStore> {
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      name: "kv-backup",
      modules: true,
      script: "export default {}",
      compatibilityDate: "2026-10-30",
      kvNamespaces: { KV: id },
      log: new Log(LogLevel.WARN),
      cf: false,
    }),
    resourcePersistencePath: join(stateDir, "v3"),
  });
  const kv: Namespace = (await miniflare.getKVNamespace("KV")) as unknown as Namespace;
  return {
    async *pages(prefix) {
      let cursor: string | undefined;
      do {
        const page = await kv.list({
          prefix,
          limit: PAGE_KEYS,
          ...(cursor === undefined ? {} : { cursor }),
        });
        yield page.keys.map(({ name, expiration, metadata }) => ({
          key: name,
          ...(expiration === undefined ? {} : { expiration }),
          ...(metadata === undefined || metadata === null ? {} : { metadata }),
        }));
        cursor = page.list_complete ? undefined : page.cursor;
      } while (cursor !== undefined);
    },
    async read(keys) {
      if (keys.length === 0) return [];
      const names = keys.map(({ key }) => key);
      const values = await kv.get(names, "text");
      const entries = keys.map(async (key): Promise<KvEntry[]> => {
        const text = values.get(key.key) ?? null;
        if (text === null) return [];
        const bytes = async () =>
          new Uint8Array((await kv.get(key.key, "arrayBuffer")) ?? new ArrayBuffer());
        return [await toEntry(key, text, bytes)];
      });
      return (await Promise.all(entries)).flat();
    },
    async write(entries) {
      await Promise.all(
        entries.map(({ key, value, base64, ...options }) =>
          kv.put(key, base64 ? Buffer.from(value, "base64") : value, options),
        ),
      );
    },
    close: () => miniflare.dispose(),
  };
}
