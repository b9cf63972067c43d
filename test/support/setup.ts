import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { configureProperties } from "./properties.ts";

// One worker runs many test files, because starting workerd takes longer than most of them. Each file starts with fresh modules,
// empty storage and the current schema.
vi.resetModules();
await reset();
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
configureProperties();
