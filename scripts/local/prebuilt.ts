import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkerDescription } from "./build/description.ts";
import { PROJECT_ROOT } from "./settings.ts";

/** Folders and files of a distribution, which has no sources. `scripts/image.ts` writes it, for the container. */
export const PREBUILT = { bundle: "worker", description: "worker.json", web: "web" } as const;

/** The Worker and the web app of the distribution. */
export interface Prebuilt {
  readonly bundleDir: string;
  readonly webDir: string;
  readonly description: WorkerDescription;
}

/** Undefined in a checkout, where a start builds both. */
export function prebuilt(): Prebuilt | undefined {
  const description = join(PROJECT_ROOT, PREBUILT.description);
  if (!existsSync(description)) return undefined;
  return {
    bundleDir: join(PROJECT_ROOT, PREBUILT.bundle),
    webDir: join(PROJECT_ROOT, PREBUILT.web),
    description: JSON.parse(readFileSync(description, "utf8")) as WorkerDescription,
  };
}

/** Path of a command: its source in a checkout, its bundle in a distribution. */
export function commandPath(name: string): string {
  const bundled = join(PROJECT_ROOT, `${name}.js`);
  return existsSync(bundled) ? bundled : join(PROJECT_ROOT, `scripts/${name}.ts`);
}
