// Import this first. Compiling Miniflare took a quarter of a start that has nothing to build or
// migrate. Static imports are compiled before this file runs, and are cached only if
// `NODE_COMPILE_CACHE` is set, as `npm start` does.
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { PROJECT_ROOT } from "./settings.ts";

/** Folder of the compiled code. */
export const COMPILE_CACHE = join(PROJECT_ROOT, ".wrangler/compile-cache");

enableCompileCache(COMPILE_CACHE);
