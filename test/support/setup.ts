import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { configureProperties } from "./properties.ts";

await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
configureProperties();
