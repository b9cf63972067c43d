import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { prepareState } from "../../scripts/local/prepare.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A migrated state folder that no service has used yet. */
    newState: string;
  }
}

/**
 * Vitest runs this once before the end-to-end tests. It builds the Worker, so that every start can reuse the build, and migrates
 * a state folder for the tests to copy.
 * @returns a function that removes the folder after the tests
 */
export default async function prepareService(project: TestProject): Promise<() => void> {
  const stateDir = mkdtempSync(join(tmpdir(), "bookstrack-new-state-"));
  const { runtime } = await prepareState({ stateDir, env: {} });
  await runtime.stop();
  project.provide("newState", stateDir);
  return () => rmSync(stateDir, { recursive: true, force: true });
}
