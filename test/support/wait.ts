import { vi } from "vitest";

/** Guards against a hang, and measures nothing: a machine at a load of 8 takes many times as long as an idle one. */
const PATIENCE = { timeout: 500_000, interval: 20 };

/** Repeats a check until it throws no more. @throws the last error of the check after eight minutes */
export const waitFor = <Value>(check: () => Value | Promise<Value>): Promise<Value> =>
  vi.waitFor(check, PATIENCE);

/** Repeats a check until it gives something true. @throws Error after eight minutes */
export const waitUntil = <Value>(check: () => Value | Promise<Value>) =>
  vi.waitUntil(check, PATIENCE);
