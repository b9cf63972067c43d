import type { TestProject } from "vitest/node";
import { NO_LIMITS } from "./no-limits.ts";
import { startService } from "./service.ts";
import { startStandIn } from "./stand-in/server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Address of a service with simulated providers, for all tests that change neither. */
    sharedService: string;
  }
}

/**
 * Vitest runs this once before the browser tests, after `prepared-service.ts`. It starts the
 * service that they share.
 * @returns a function that stops it after the tests
 */
export default async function shareService(project: TestProject): Promise<() => Promise<void>> {
  const standIn = await startStandIn({});
  const service = await startService({
    stateFrom: project.getProvidedContext().newState,
    env: { ...standIn.env, ...NO_LIMITS },
  });
  project.provide("sharedService", service.url);
  return async () => {
    await service.stop();
    await standIn.close();
  };
}
