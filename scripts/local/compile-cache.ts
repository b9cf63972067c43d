// To be imported before all else: of a start that finds everything done, a quarter was the compilation of Miniflare.
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { PROJECT_ROOT } from "./settings.ts";

enableCompileCache(join(PROJECT_ROOT, ".wrangler/compile-cache"));
