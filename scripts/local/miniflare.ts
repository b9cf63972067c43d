import { createRequire } from "node:module";
import type MiniflarePackage from "miniflare";

/**
 * Miniflare, required instead of imported: an import would compile its 5 MB a second time to find
 * out whether they are an ES module, which takes a tenth of the CPU of a first start.
 */
export const { convertV4MiniflareOptions, Log, LogLevel, Miniflare, Response } = createRequire(
  import.meta.url,
)("miniflare") as typeof MiniflarePackage;
