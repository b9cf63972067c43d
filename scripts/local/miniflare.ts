import { createRequire } from "node:module";
import type MiniflarePackage from "miniflare";

/**
 * Miniflare, required instead of imported: to find out whether its 5 MB are a module, an import would compile them once more,
 * a tenth of the CPU of a first start.
 */
export const { convertV4MiniflareOptions, Log, LogLevel, Miniflare, Response } = createRequire(
  import.meta.url,
)("miniflare") as typeof MiniflarePackage;
