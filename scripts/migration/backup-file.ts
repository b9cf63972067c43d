import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream, renameSync, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { LaunchError } from "../local/launch-error.ts";
import type { KvEntry } from "./kv-store.ts";
import { namespaceText, type Namespace } from "./namespace.ts";

/** The first line of a backup. */
interface Head {
  format: "bookstrack-kv-backup";
  version: 1;
  binding: string;
  prefix: string;
  createdAt: string;
  /** Absent in backups of earlier releases. */
  namespace?: Namespace;
}

/** The last line; a file without it is truncated. The checksum covers all lines before it. */
interface Tail {
  keys: number;
  sha256: string;
}

/**
 * Writes a backup. The file gets its final name only once it is complete.
 * @param options.allowEmpty whether a backup without keys is written. Otherwise it is an error, and
 * an existing file is kept
 * @returns the number of keys and the checksum
 * @throws the file system's error if the file cannot be written; LaunchError if there are no keys
 */
export async function writeBackup(
  path: string,
  about: Pick<Head, "binding" | "prefix" | "createdAt"> & { namespace: Namespace },
  pages: AsyncIterable<readonly KvEntry[]>,
  { allowEmpty }: { allowEmpty: boolean },
): Promise<Tail> {
  const unfinished = `${path}.part`;
  const hash = createHash("sha256");
  let keys = 0;
  const line = (content: Head | KvEntry): string => {
    const text = `${JSON.stringify(content)}\n`;
    hash.update(text);
    return text;
  };
  async function* lines(): AsyncIterable<string> {
    yield line({ format: "bookstrack-kv-backup", version: 1, ...about });
    for await (const page of pages) {
      for (const entry of page) yield line(entry);
      keys += page.length;
    }
  }
  const file = createWriteStream(unfinished);
  await once(file, "ready");
  await pipeline(lines, file, { end: false });
  const tail: Tail = { keys, sha256: hash.digest("hex") };
  await pipeline([`${JSON.stringify(tail)}\n`], file);
  if (keys === 0 && !allowEmpty) {
    rmSync(unfinished);
    throw new LaunchError(
      `There are no keys${about.prefix === "" ? "" : ` with the prefix ${about.prefix}`} in ${namespaceText(about.namespace)}, so no backup was written. ` +
        "Check --remote, --env, --state-dir and --prefix, or add --allow-empty if the backup is meant to be empty.",
    );
  }
  renameSync(unfinished, path);
  return tail;
}

/** A verified backup: its keys, its checksum and its namespace. */
export interface CheckedBackup extends Tail {
  /** Undefined in backups of earlier releases. */
  namespace: Namespace | undefined;
  binding: string | undefined;
}

/** Verifies a backup by streaming through it. @throws LaunchError if it is incomplete or was changed */
export async function checkBackup(path: string): Promise<CheckedBackup> {
  const hash = createHash("sha256");
  let lines = 0;
  let first: string | undefined;
  let last: string | undefined;
  for await (const line of linesOf(path)) {
    first ??= line;
    if (last !== undefined) {
      hash.update(`${last}\n`);
      lines += 1;
    }
    last = line;
  }
  const tail = parsed(last) as Partial<Tail> | undefined;
  if (tail?.sha256 === undefined || tail.keys === undefined) {
    throw new LaunchError(
      `${path} is not a backup or is truncated: its last line has no checksum.`,
    );
  }
  if (tail.sha256 !== hash.digest("hex") || tail.keys !== lines - 1) {
    throw new LaunchError(
      `${path} was changed after the backup: the checksum or the number of keys does not match.`,
    );
  }
  const { namespace, binding } = (parsed(first) ?? {}) as Partial<Head>;
  return { keys: tail.keys, sha256: tail.sha256, namespace, binding };
}

/** The entries of a backup that passed `checkBackup`, in pages. */
export async function* readBackup(path: string, pageSize: number): AsyncIterable<KvEntry[]> {
  let page: KvEntry[] = [];
  for await (const line of linesOf(path)) {
    const entry = parsed(line) as Partial<KvEntry> | undefined;
    if (entry?.key === undefined) continue;
    page.push(entry as KvEntry);
    if (page.length === pageSize) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

/** Lines end only at a line feed: JSON may contain an unescaped U+2028. */
async function* linesOf(path: string): AsyncIterable<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, "utf8")) {
    const lines = `${rest}${String(chunk)}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

function parsed(line: string | undefined): unknown {
  try {
    return line === undefined ? undefined : JSON.parse(line);
  } catch {
    return undefined;
  }
}
