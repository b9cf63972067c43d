/** `npm run backup-kv -- [--out FILE]`: writes every key of the namespace to a file, with metadata and expiration. */
import { parseArgs } from "node:util";
import { checkBackup, writeBackup } from "./backup-file.ts";
import { runCommand } from "./command.ts";
import type { KvEntry, KvStore } from "./kv-store.ts";
import { NAMESPACE_HELP, NAMESPACE_OPTIONS, openNamespace } from "./namespace.ts";

const HELP = `npm run backup-kv -- [options]

  --out FILE     the backup (default: kv-backup-<time>.ndjson)
  --prefix TEXT  keys to back up (default: every key)
${NAMESPACE_HELP}`;

async function* entriesOf(store: KvStore, prefix: string): AsyncIterable<KvEntry[]> {
  for await (const keys of store.pages(prefix)) yield await store.read(keys);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      ...NAMESPACE_OPTIONS,
      out: { type: "string" },
      prefix: { type: "string", default: "" },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const createdAt = new Date().toISOString();
  const path = values.out ?? `kv-backup-${createdAt.replaceAll(":", "-")}.ndjson`;
  const { binding, prefix } = values;
  const store = await openNamespace(values);
  try {
    await writeBackup(path, { binding, prefix, createdAt }, entriesOf(store, prefix));
  } finally {
    await store.close();
  }
  const { keys, sha256 } = await checkBackup(path);
  console.log(`${path}: ${keys} keys, sha256 ${sha256}`);
  return 0;
}

await runCommand(main);
