/**
 * Vitest loads this in each worker that starts services. While measuring coverage, it disables
 * Node's cache of compiled code for a worker and its child processes. These are not measured, and
 * would compile wrangler, Miniflare and our sources every time.
 */
import { COMPILE_CACHE } from "../../scripts/local/compile-cache.ts";

delete process.env["NODE_DISABLE_COMPILE_CACHE"];
process.env["NODE_COMPILE_CACHE"] ??= COMPILE_CACHE;
