import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { prepareState } from "../../scripts/local/prepare.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A state folder that has been migrated and on which nothing has run. */
    newState: string;
  }
}

/**
 * Run by vitest once, before the end-to-end tests: builds the Worker, which every start of the run then reuses, and migrates
 * a state folder for the tests to copy.
 * @returns what removes the folder after the tests
 */
export default async function prepareService(project: TestProject): Promise<() => void> {
  const stateDir = mkdtempSync(join(tmpdir(), "bookstrack-new-state-"));
  const { runtime } = await prepareState({ stateDir, env: {} });
  await runtime.stop();
  project.provide("newState", stateDir);
  return () => rmSync(stateDir, { recursive: true, force: true });
}
