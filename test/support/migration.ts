import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type {
  MigrationErrors,
  MigrationStatus,
  ValidationStatus,
} from "../../contract/kv-migration.ts";
import { call } from "./http.ts";
import { waitFor } from "./wait.ts";

/** Authorization with the admin token that vitest.config.ts sets. */
export const ADMIN = { Authorization: `Bearer ${(env as { ADMIN_TOKEN?: string }).ADMIN_TOKEN}` };

/** Calls an admin route with the admin token. */
export function admin(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("Authorization", ADMIN.Authorization);
  return call(`/admin/${path}`, { ...init, headers });
}

export const post = (path: string): Promise<Response> => admin(path, { method: "POST" });

export const migrationStatus = async (): Promise<MigrationStatus> =>
  (await admin("migration-status")).json();

export const validationStatus = async (): Promise<ValidationStatus> =>
  (await admin("validation-status")).json();

export const errors = async (query = ""): Promise<MigrationErrors> =>
  (await admin(`errors${query}`)).json();

/** Runs a migration to its end. */
export async function migrated(query = ""): Promise<MigrationStatus> {
  const response = await post(`migrate-kv-to-d1${query}`);
  if (response.status !== 202) throw new Error(await response.text());
  return ended("migration", migrationStatus);
}

/** Runs a validation to its end. */
export async function validated(query = ""): Promise<ValidationStatus> {
  const response = await post(`validate-migration${query}`);
  if (response.status !== 202) throw new Error(await response.text());
  return ended("validation", validationStatus);
}

async function ended<Status extends { status: string }>(
  kind: string,
  read: () => Promise<Status>,
): Promise<Status> {
  return waitFor(async () => {
    await runDurableObjectAlarm(env.KV_MIGRATIONS.getByName(kind));
    const status = await read();
    if (status.status === "running") throw new Error(`still ${JSON.stringify(status)}`);
    return status;
  });
}

/** Clears everything that the migration reads and writes. */
export async function emptied(): Promise<void> {
  await emptiedTables();
  await emptiedKeys();
}

/** Clears what the migration writes. */
export async function emptiedTables(): Promise<void> {
  const tables = ["Books", "BookSearch", "MigratedKeys", "MigrationErrors", "MigrationRuns"];
  await env.DB.batch(tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
}

/** Clears what the migration reads. */
export async function emptiedKeys(): Promise<void> {
  for (;;) {
    const { keys } = await env.BOOK_CACHE.list();
    if (keys.length === 0) return;
    await Promise.all(keys.map(({ name }) => env.BOOK_CACHE.delete(name)));
  }
}

/** Stores values in KV by key; objects as JSON. */
export async function stored(values: Readonly<Record<string, unknown>>): Promise<void> {
  await Promise.all(
    Object.entries(values).map(([key, value]) =>
      env.BOOK_CACHE.put(key, typeof value === "string" ? value : JSON.stringify(value)),
    ),
  );
}

/** Every row of the catalogue by ISBN, without the columns that depend on the time of writing. */
export async function rows(): Promise<Record<string, unknown>[]> {
  const { results } = await env.DB.prepare(
    `SELECT isbn, title, authors, publisher, publication_year, page_count, language, categories, description,
            canonical_metadata, version, updated_at
     FROM Books ORDER BY isbn`,
  ).all();
  return results;
}
