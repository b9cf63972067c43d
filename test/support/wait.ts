import { vi } from "vitest";

/** The timeout only guards against hangs. A machine at a load of 8 takes many times as long as an idle one. */
const PATIENCE = { timeout: 500_000, interval: 20 };

/** Repeats a check until it no longer throws. @throws the last error of the check after eight minutes */
export const waitFor = <Value extends object | undefined | void>(
  check: () => Value | Promise<Value>,
): Promise<Value> => vi.waitFor(check, PATIENCE);

/** Repeats a check until it returns a truthy value. @throws Error after eight minutes */
export const waitUntil = <Value>(check: () => Value | Promise<Value>) =>
  vi.waitUntil(check, PATIENCE);
