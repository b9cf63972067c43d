import { execFile } from "node:child_process";
import { join } from "node:path";
import type { MigrationStatus } from "../../contract/kv-migration.ts";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";
import { PAGE_KEYS, type KvStore } from "../../scripts/migration/kv-store.ts";
import { openNamespace } from "../../scripts/migration/namespace.ts";

export const ADMIN_TOKEN = "the-operator-of-these-tests";

/** The KV namespace in a state folder. */
export const namespaceIn = (stateDir: string): Promise<KvStore> =>
  openNamespace({ binding: "BOOK_CACHE", "state-dir": stateDir });

/** Writes values to KV before the service starts. */
export async function seed(
  stateDir: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const store = await namespaceIn(stateDir);
  const entries = Object.entries(values).map(([key, value]) => ({ key, value }));
  for (let at = 0; at < entries.length; at += PAGE_KEYS) {
    await store.write(entries.slice(at, at + PAGE_KEYS));
  }
  await store.close();
}

/** Calls an admin route. */
export async function admin(
  url: string,
  method: string,
  path: string,
  body?: string,
): Promise<Response> {
  return fetch(`${url}/admin/${path}`, {
    method,
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(120_000),
  });
}

export async function migrationStatus(url: string): Promise<MigrationStatus> {
  return (await (await admin(url, "GET", "migration-status")).json()) as MigrationStatus;
}

/** Runs a script of `scripts/migration` as `npm run` does. */
export function script(
  name: string,
  args: readonly string[],
): Promise<{ code: number; output: string }> {
  const path = join(PROJECT_ROOT, "scripts/migration", `${name}.ts`);
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path, ...args],
      { cwd: PROJECT_ROOT, env: { ...process.env, ADMIN_TOKEN }, maxBuffer: 1e8 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code ?? 1);
        resolve({ code, output: `${stdout}${stderr}` });
      },
    );
  });
}
