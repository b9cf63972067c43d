import { waitUntil } from "cloudflare:workers";

/** Facilities of the runtime: the clock, randomness, timers and work that outlives a response. */
export interface Runtime {
  /** Ms since the epoch. */
  now(): number;
  /** A number from 0 to 1, excluding 1. */
  random(): number;
  /** A UUID, version 4. */
  newId(): string;
  /** @param ms how long to wait, in ms */
  sleep(ms: number): Promise<void>;
  /** Runs `fire` once after a delay in ms. @returns cancels the timer */
  setTimer(delayMs: number, fire: () => void): () => void;
  /** Keeps the isolate alive for work that continues after the response. */
  defer(work: Promise<unknown>): void;
}

/** The runtime as workerd provides it. */
export const RUNTIME: Runtime = {
  now: () => Date.now(),
  random: () => Math.random(),
  newId: () => crypto.randomUUID(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  setTimer(delayMs, fire) {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
  defer: (work) => waitUntil(work),
};
