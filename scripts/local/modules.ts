import { readdirSync, readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import type { V4ModuleDefinition, V4ModuleRule } from "miniflare";

const MAIN = "worker.js";

/**
 * The modules of a bundle, its entry first. The types of the other modules follow from wrangler's
 * own rules. The contents are included, so that a runtime restarted after a crash serves the same
 * code even if the folder has changed.
 */
export function bundleModules(
  bundleDir: string,
  rules: readonly V4ModuleRule[],
): V4ModuleDefinition[] {
  const beside = readdirSync(bundleDir, { recursive: true, encoding: "utf8" }).filter(
    (file) => file !== MAIN,
  );
  return [
    {
      type: "ESModule",
      path: join(bundleDir, MAIN),
      contents: readFileSync(join(bundleDir, MAIN), "utf8"),
    },
    ...beside.flatMap((file): V4ModuleDefinition[] => {
      const rule = rules.find(({ include }) => include.some((glob) => matchesGlob(file, glob)));
      if (!rule) return [];
      const path = join(bundleDir, file);
      return [{ type: rule.type, path, contents: readFileSync(path) }];
    }),
  ];
}
