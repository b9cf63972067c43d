import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { configureProperties } from "./properties.ts";

// A worker runs many files, as a start of workerd costs more than most of them: each begins with modules of its own, with
// empty storage, and with the schema.
vi.resetModules();
await reset();
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
configureProperties();
