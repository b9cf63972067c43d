/** `npm run backup-kv -- [--out FILE]`: writes every key of the namespace to a file, with metadata and expiration. */
import { parseArgs } from "node:util";
import { checkBackup, writeBackup } from "./backup-file.ts";
import { runCommand } from "./command.ts";
import type { KvEntry, KvStore } from "./kv-store.ts";
import {
  NAMESPACE_HELP,
  NAMESPACE_OPTIONS,
  namespaceOf,
  namespacePlace,
  namespaceText,
  openNamespace,
} from "./namespace.ts";

const HELP = `npm run backup-kv -- [options]

  --out FILE     the backup (default: kv-backup-<time>.ndjson)
  --prefix TEXT  keys to back up (default: every key)
  --allow-empty  write a backup without keys; otherwise the command ends with 1 if there are none
${NAMESPACE_HELP}`;

async function* entriesOf(
  store: KvStore,
  prefix: string,
  namespace: string,
): AsyncIterable<KvEntry[]> {
  console.log(`Reading ${namespace}.`);
  for await (const keys of store.pages(prefix)) yield await store.read(keys);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      ...NAMESPACE_OPTIONS,
      out: { type: "string" },
      prefix: { type: "string", default: "" },
      "allow-empty": { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const createdAt = new Date().toISOString();
  const path = values.out ?? `kv-backup-${createdAt.replaceAll(":", "-")}.ndjson`;
  const { binding, prefix } = values;
  const namespace = namespaceOf(values);
  const text = namespacePlace(values);
  const store = await openNamespace(values);
  try {
    const about = { binding, prefix, createdAt, namespace };
    await writeBackup(path, about, entriesOf(store, prefix, text), {
      allowEmpty: values["allow-empty"],
    });
  } finally {
    await store.close();
  }
  const { keys, sha256 } = await checkBackup(path);
  console.log(`${path}: ${keys} keys of ${namespaceText(namespace)}, sha256 ${sha256}`);
  return 0;
}

await runCommand(main);
