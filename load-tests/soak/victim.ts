import { setTimeout as sleep } from "node:timers/promises";
import { startService, type ServiceProcess } from "../../test/tools/service.ts";
import { residentMegabytes, type Life } from "./memory.ts";

const SAMPLE_MS = 5000;

/** A service that is killed and started again on the same state. */
export class Victim {
  readonly #stateDir: string;
  readonly #env: Readonly<Record<string, string>>;
  #service: ServiceProcess | undefined;
  #killWindow = 0;
  /** One from each start to the kill or the end. */
  readonly lives: Life[] = [];

  constructor(stateDir: string, env: Readonly<Record<string, string>>) {
    this.#stateDir = stateDir;
    this.#env = env;
  }

  url(): string {
    return this.#service?.url ?? "http://127.0.0.1:9";
  }

  /** Grows when a kill begins and when the service is back: odd while it is away. */
  killWindow(): number {
    return this.#killWindow;
  }

  async start(): Promise<void> {
    this.#service = await startService({ stateDir: this.#stateDir, env: this.#env });
    this.lives.push({ startedAt: Date.now(), samples: [] });
  }

  /** Kills all of it at each of these moments (ms since the epoch), and starts it again. Ends early when aborted. */
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

  /** Looks at the memory again and again until aborted. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(SAMPLE_MS, undefined, { signal }).catch(() => undefined);
      if (this.#killWindow % 2 === 0) this.#sample();
    }
  }

  /** Ends it in peace, so that its state can be looked at. */
  async stop(): Promise<void> {
    await this.#service?.stop();
    this.#service = undefined;
  }

  /** Ends whatever of it still runs. */
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
