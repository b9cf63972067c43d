// Import this first. Compiling Miniflare took a quarter of a start that has nothing to build or migrate. What is imported beside
// this file is compiled before it runs, and cached only where `NODE_COMPILE_CACHE` is set, as by `npm start`.
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { PROJECT_ROOT } from "./settings.ts";

/** Folder of the compiled code. */
export const COMPILE_CACHE = join(PROJECT_ROOT, ".wrangler/compile-cache");

enableCompileCache(COMPILE_CACHE);
