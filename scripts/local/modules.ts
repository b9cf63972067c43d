import { readdirSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import type { V4ModuleDefinition, V4ModuleRule } from "miniflare";

const MAIN = "worker.js";

/** The modules of a bundle, its entry first: what wrangler wrote beside it is told apart by wrangler's own rules. */
export function bundleModules(
  bundleDir: string,
  rules: readonly V4ModuleRule[],
): V4ModuleDefinition[] {
  const beside = readdirSync(bundleDir, { recursive: true, encoding: "utf8" }).filter(
    (file) => file !== MAIN,
  );
  return [
    { type: "ESModule", path: join(bundleDir, MAIN) },
    ...beside.flatMap((file): V4ModuleDefinition[] => {
      const rule = rules.find(({ include }) => include.some((glob) => matchesGlob(file, glob)));
      return rule ? [{ type: rule.type, path: join(bundleDir, file) }] : [];
    }),
  ];
}
