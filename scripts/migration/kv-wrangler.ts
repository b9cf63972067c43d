import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { LaunchError } from "../local/launch-error.ts";
import { PROJECT_ROOT } from "../local/settings.ts";
import { QUIET_ENV, wranglerArgs } from "../local/wrangler.ts";
import { PAGE_KEYS, toEntry, type KvEntry, type KvKey, type KvStore } from "./kv-store.ts";

const run = promisify(execFile);
/** The list of a million keys is about 100 MB. */
const MAX_OUTPUT_BYTES = 1024 ** 3;

/**
 * A namespace accessed through wrangler's commands, so that a remote one uses wrangler's login.
 * @param where `["--remote", "--env", "production"]`, or `["--local", "--persist-to", folder]`
 */
export function wranglerStore(binding: string, where: readonly string[]): KvStore {
  const folder = mkdtempSync(join(tmpdir(), "bookstrack-kv-"));
  const kv = async (...args: string[]): Promise<Buffer> => {
    try {
      const { stdout } = await run(
        process.execPath,
        wranglerArgs(["kv", ...args, "--binding", binding, ...where]),
        {
          cwd: PROJECT_ROOT,
          env: { ...process.env, ...QUIET_ENV },
          maxBuffer: MAX_OUTPUT_BYTES,
          encoding: "buffer",
        },
      );
      return stdout;
    } catch (error) {
      throw new LaunchError(`wrangler kv ${args.slice(0, 2).join(" ")} failed: ${outputOf(error)}`);
    }
  };
  const file = (content: unknown): string => {
    const path = join(folder, "list.json");
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  return {
    async *pages(prefix) {
      const listed = jsonIn(await kv("key", "list", "--prefix", prefix)) as {
        name: string;
        expiration?: number;
        metadata?: unknown;
      }[];
      for (let at = 0; at < listed.length; at += PAGE_KEYS) {
        yield listed
          .slice(at, at + PAGE_KEYS)
          .map(({ name, ...rest }): KvKey => ({ key: name, ...rest }));
      }
    },
    async read(keys) {
      if (keys.length === 0) return [];
      const path = file(keys.map(({ key }) => key));
      const values = jsonIn(await kv("bulk", "get", path)) as Record<
        string,
        { value: string | null } | string | null
      >;
      const entries: KvEntry[] = [];
      for (const key of keys) {
        const found = values[key.key];
        const text = typeof found === "object" ? found?.value : found;
        if (text === null || text === undefined) continue;
        entries.push(await toEntry(key, text, () => kv("key", "get", key.key)));
      }
      return entries;
    },
    async write(entries) {
      await kv("bulk", "put", file(entries));
    },
    async close() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Extracts the JSON from wrangler's output, which may contain other lines around it. */
function jsonIn(printed: Buffer): unknown {
  const text = printed.toString("utf8");
  const start = text.search(/^[[{]/m);
  const end = Math.max(text.lastIndexOf("}"), text.lastIndexOf("]"));
  return JSON.parse(text.slice(start, end + 1));
}

function outputOf(error: unknown): string {
  const { stderr } = error as { stderr?: Buffer };
  return (stderr?.toString("utf8") || String(error)).trim();
}
