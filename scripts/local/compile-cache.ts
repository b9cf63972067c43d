// Import this first. Compiling Miniflare took a quarter of a start that has nothing to build or migrate.
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { PROJECT_ROOT } from "./settings.ts";

enableCompileCache(join(PROJECT_ROOT, ".wrangler/compile-cache"));
