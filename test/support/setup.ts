import {
  applyD1Migrations,
  listDurableObjectIds,
  reset,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { PROVIDER_IDS } from "../../src/catalogue/domain/provider.ts";
import { platformOf } from "../../src/platform/isolate.ts";
import { configureProperties } from "./properties.ts";

// A runtime runs many files, because starting one costs more than most files. Each file starts
// without data and with a new service.
await deleteData();
forgetService();
await dropMessages();
// Imports yield to requests of users, but most tests send such requests concurrently and expect no
// delay.
platformOf(env).activity.served = () => undefined;
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
configureProperties();

/**
 * Causes only the modules that keep the service of an isolate and its memory to be evaluated again.
 * Resetting all modules takes longer than most files, and keeps the old ones in memory.
 */
function forgetService(): void {
  const { evaluatedModules } = (globalThis as unknown as { __vitest_worker__: VitestWorker })
    .__vitest_worker__;
  const forgotten = [...evaluatedModules.idToModuleMap].filter(([id]) =>
    /\/src\/(?:service|worker)\.ts$/.test(id),
  );
  for (const [, node] of forgotten) {
    node.promise = undefined;
    node.exports = undefined;
    node.evaluated = false;
    node.importers.clear();
  }
}

/**
 * Acknowledges messages of earlier files without processing them: a queue redelivers failed and
 * delayed messages, which would act on the data of this file. Messages created by tests have other
 * times.
 */
async function dropMessages(): Promise<void> {
  const runtime = globalThis as { startedAt?: number };
  const began = Date.now();
  const startedAt = (runtime.startedAt ??= began);
  const { default: worker } = await import("../../src/worker.ts");
  const { queue } = worker;
  worker.queue = (batch, env) => {
    const isOld = ({ timestamp }: Message): boolean =>
      timestamp.getTime() >= startedAt && timestamp.getTime() < began;
    for (const message of batch.messages.filter(isOld)) message.ack();
    const messages = batch.messages.filter((message) => !isOld(message));
    return queue({ ...batch, queue: batch.queue, messages }, env);
  };
}

/** The modules that Vitest keeps for an isolate. Its types are not exported. */
interface VitestWorker {
  evaluatedModules: { idToModuleMap: Map<string, EvaluatedModule> };
}

interface EvaluatedModule {
  promise: unknown;
  exports: unknown;
  evaluated: boolean;
  importers: Set<string>;
}

/** Deletes the data of earlier files. */
async function deleteData(): Promise<void> {
  // `reset` skips what is not in memory, such as an object without a call for ten seconds. So
  // everything is called first.
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
