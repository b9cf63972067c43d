/**
 * `npm run restore-kv -- FILE`: restores a backup, and reads every key back to verify it. Keys that are not in the backup
 * stay unchanged.
 */
import { mkdirSync } from "node:fs";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { LaunchError } from "../local/launch-error.ts";
import { lockState, StateInUseError } from "../local/state-lock.ts";
import { checkBackup, readBackup, type CheckedBackup } from "./backup-file.ts";
import { runCommand } from "./command.ts";
import { PAGE_KEYS, type KvEntry, type KvKey, type KvStore } from "./kv-store.ts";
import {
  NAMESPACE_HELP,
  NAMESPACE_OPTIONS,
  namespaceOf,
  namespacePlace,
  namespaceText,
  openNamespace,
  stateDirOf,
  type NamespaceSelection,
} from "./namespace.ts";

const HELP = `npm run restore-kv -- FILE [options]

  --check            only verify the file's checksum and, with --remote or --binding, that it is of that namespace
  --other-namespace  restore into a namespace that the backup was not made from
  --allow-empty      accept a backup without keys
${NAMESPACE_HELP}`;

const DEFAULT_BINDING = NAMESPACE_OPTIONS.binding.default;
/** Backups of earlier releases do not contain their namespace. */
const UNKNOWN = "an unnamed namespace";

/** KV rejects an expiration that is less than a minute in the future. */
const SHORTEST_SECONDS = 60;

/**
 * Wrangler sends a thousand keys per request. A request is limited to 100 MB, and a UTF-16 unit
 * takes up to three bytes.
 */
const BUNDLE_KEYS = 1000;
const BUNDLE_LENGTH = 30_000_000;

/** At Cloudflare, KV may take a minute to list a new key. */
const SHOWN_LATE_MS = 90_000;
const AGAIN_MS = 5_000;

const isOver = ({ expiration }: KvEntry): boolean =>
  expiration !== undefined && expiration < Date.now() / 1000 + SHORTEST_SECONDS;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      ...NAMESPACE_OPTIONS,
      binding: { type: "string" },
      check: { type: "boolean" },
      "allow-empty": { type: "boolean" },
      "other-namespace": { type: "boolean" },
    },
    allowPositionals: true,
  });
  const [path] = positionals;
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (path === undefined) throw new LaunchError(HELP);
  const backup = await checkBackup(path);
  const of = backup.namespace ? namespaceText(backup.namespace) : UNKNOWN;
  console.log(`${path} is intact: ${backup.keys} keys of ${of}.`);
  if (backup.keys === 0 && !values["allow-empty"]) {
    throw new LaunchError("The backup has no keys. Add --allow-empty if that is intended.");
  }
  const selection = { ...values, binding: values.binding ?? backup.binding ?? DEFAULT_BINDING };
  const isSelected =
    values.remote || values.env !== undefined || values.binding !== undefined || !values.check;
  if (isSelected && !values["other-namespace"]) requireSame(backup, selection);
  if (values.check) return 0;
  console.log(`Writing ${namespacePlace(selection)}.`);
  const unlock = values.remote ? () => undefined : await lockFolder(stateDirOf(selection));
  try {
    const store = await openNamespace(selection);
    try {
      return await restore(path, store);
    } finally {
      await store.close();
    }
  } finally {
    unlock();
  }
}

/** @throws LaunchError if the options do not select the namespace of the backup */
function requireSame({ namespace }: CheckedBackup, selection: NamespaceSelection): void {
  const selected = namespaceOf(selection);
  if (namespace === undefined || namespaceText(namespace) === namespaceText(selected)) return;
  throw new LaunchError(
    `This is a backup of ${namespaceText(namespace)}, but the options select ${namespaceText(selected)}. ` +
      "Correct the options, or add --other-namespace if this is intended.",
  );
}

/**
 * Prevents a service from starting on the folder while its namespace is written.
 * @returns a function that releases the folder
 * @throws LaunchError while a service runs on it: both would write to the same files
 */
async function lockFolder(stateDir: string): Promise<() => void> {
  mkdirSync(stateDir, { recursive: true });
  try {
    const lock = await lockState(stateDir);
    return () => lock.release();
  } catch (error) {
    if (!(error instanceof StateInUseError)) throw error;
    throw new LaunchError(
      `A service is running on ${stateDir}${error.pid === undefined ? "" : ` (pid ${error.pid})`}: stop the service on this folder first.`,
    );
  }
}

async function restore(path: string, store: KvStore): Promise<number> {
  let restored = 0;
  let expired = 0;
  for await (const page of bundles(path)) {
    const entries = page.filter((entry) => !isOver(entry));
    expired += page.length - entries.length;
    if (entries.length === 0) continue;
    await store.write(entries);
    restored += entries.length;
  }
  let different = await differing(path, store);
  const deadline = Date.now() + SHOWN_LATE_MS;
  while (different.length > 0 && Date.now() < deadline) {
    await new Promise((done) => setTimeout(done, AGAIN_MS));
    different = await differing(path, store);
  }
  for (const key of different) console.error(`differs from the backup: ${key}`);
  console.log(
    `${restored} restored and verified, ${expired} expired since the backup, ${different.length} differ`,
  );
  return different.length === 0 ? 0 : 1;
}

/** The entries of a backup in bundles that fit into one bulk write. */
async function* bundles(path: string): AsyncIterable<KvEntry[]> {
  let open: KvEntry[] = [];
  let length = 0;
  for await (const page of readBackup(path, PAGE_KEYS)) {
    const pageLength = page.reduce((sum, { value }) => sum + value.length, 0);
    if (open.length + page.length > BUNDLE_KEYS || length + pageLength > BUNDLE_LENGTH) {
      yield open;
      [open, length] = [[], 0];
    }
    open.push(...page);
    length += pageLength;
  }
  yield open;
}

/** Keys whose value, metadata or expiration in the namespace differs from the backup. */
async function differing(path: string, store: KvStore): Promise<string[]> {
  const listed = new Map<string, KvKey>();
  for await (const keys of store.pages("")) for (const key of keys) listed.set(key.key, key);
  const different: string[] = [];
  for await (const page of readBackup(path, PAGE_KEYS)) {
    const entries = page.filter((entry) => !isOver(entry));
    const keys = entries.flatMap(({ key }) => listed.get(key) ?? []);
    const found = new Map((await store.read(keys)).map((entry) => [entry.key, entry]));
    for (const entry of entries) {
      if (!isDeepStrictEqual(found.get(entry.key), entry)) different.push(entry.key);
    }
  }
  return different;
}

await runCommand(main);
