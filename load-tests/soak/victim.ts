import { setTimeout as sleep } from "node:timers/promises";
import { startService, type ServiceProcess } from "../../test/tools/service.ts";
import { residentMegabytes, type Life } from "./memory.ts";

const SAMPLE_MS = 5000;

/** A service that is repeatedly killed and restarted on the same state. */
export class Victim {
  readonly #stateDir: string;
  readonly #env: Readonly<Record<string, string>>;
  #service: ServiceProcess | undefined;
  #killWindow = 0;
  /** One entry per run, from its start to its kill or end. */
  readonly lives: Life[] = [];

  constructor(stateDir: string, env: Readonly<Record<string, string>>) {
    this.#stateDir = stateDir;
    this.#env = env;
  }

  url(): string {
    return this.#service?.url ?? "http://127.0.0.1:9";
  }

  /** Incremented when a kill starts and when the service is back, so it is odd while the service is unavailable. */
  killWindow(): number {
    return this.#killWindow;
  }

  async start(): Promise<void> {
    this.#service = await startService({ stateDir: this.#stateDir, env: this.#env });
    this.lives.push({ startedAt: Date.now(), samples: [] });
  }

  /** Kills and restarts the service at each of these times (ms since the epoch). Returns early when aborted. */
  async dieAt(moments: readonly number[], signal: AbortSignal): Promise<void> {
    for (const moment of moments) {
      await sleep(Math.max(0, moment - Date.now()), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      this.#sample();
      this.#killWindow += 1;
      await this.#service?.kill9();
      await this.start();
      this.#killWindow += 1;
    }
  }

  /** Samples the memory until aborted. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(SAMPLE_MS, undefined, { signal }).catch(() => undefined);
      if (this.#killWindow % 2 === 0) this.#sample();
    }
  }

  /** Stops the service gracefully, so that its state can be inspected. */
  async stop(): Promise<void> {
    await this.#service?.stop();
    this.#service = undefined;
  }

  /** Kills the service if it still runs. */
  async end(): Promise<void> {
    await this.#service?.kill9();
  }

  #sample(): void {
    const megabytes = residentMegabytes(this.#stateDir);
    if (megabytes !== undefined) {
      this.lives.at(-1)?.samples.push({ at: Date.now(), megabytes });
    }
  }
}
