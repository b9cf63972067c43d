import {
  applyD1Migrations,
  listDurableObjectIds,
  reset,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { PROVIDER_IDS } from "../../src/catalogue/domain/provider.ts";
import { configureProperties } from "./properties.ts";

// A runtime runs many files, as a start of it costs more than most of them: each begins without data and with fresh modules.
await deleteData();
vi.resetModules();
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
configureProperties();

/** Deletes what the files before stored. */
async function deleteData(): Promise<void> {
  // `reset` passes over what is not in memory, such as an object without a call for ten seconds. So all of it is called first.
  await env.DB.prepare("SELECT 1").run();
  for (const keys of [env.BOOK_CACHE, env.IDEMPOTENCY_CACHE]) await keys.list({ limit: 1 });
  await env.FILES.list({ limit: 1 });
  const { PROVIDER_DESKS, ...others } = env;
  for (const id of PROVIDER_IDS) await wake(PROVIDER_DESKS.getByName(id));
  for (const binding of Object.values<unknown>(others)) {
    if (!isNamespace(binding)) continue;
    for (const id of await listDurableObjectIds(binding)) await wake(binding.get(id));
  }
  await reset();
}

function isNamespace(binding: unknown): binding is DurableObjectNamespace {
  return binding?.constructor.name === "DurableObjectNamespace";
}

function wake(object: DurableObjectStub): Promise<void> {
  return runInDurableObject(object, () => {});
}
