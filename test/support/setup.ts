import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { emptyStorage } from "./empty-storage.ts";
import { configureProperties } from "./properties.ts";

// One worker runs many test files, because starting workerd takes longer than most of them. Each file starts with fresh modules,
// empty storage and the current schema.
await emptyStorage();
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
// Last, because work that the file before left behind can load modules in the meantime and fill their memory.
vi.resetModules();
configureProperties();
