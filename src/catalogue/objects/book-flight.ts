import { DurableObject } from "cloudflare:workers";
import {
  createFlights,
  LAST_RESULT_MS,
  REMEMBERED_MS,
  type FlightPlan,
  type LastResult,
  type FlightRequest,
} from "../domain/flight.ts";
import type { Resolution } from "../domain/resolution.ts";
import { expiringCache } from "../../platform/expiring-cache.ts";
import { isRecent } from "../../platform/time.ts";

/** Results of the last minute, about 3 KB each. */
const MAX_RECENT = 1000;

/** The last result as stored, with the member names of the first version. */
interface StoredResult extends Pick<LastResult, "at" | "resolution"> {
  passenger: FlightRequest;
}

/** Asks the providers for one ISBN and stores their answers. */
export type Resolve = (input: { isbn13: string } & FlightPlan) => Promise<Resolution>;

/**
 * The flights of the ISBNs of one group. All isolates call it, so that a provider is asked only
 * once. Results that no tier below KV has are stored until they are no longer served; others are
 * kept in memory.
 */
export function bookFlight(connect: (env: Env) => Resolve) {
  return class BookFlight extends DurableObject<Env> {
    readonly #recent = expiringCache<LastResult>(MAX_RECENT, LAST_RESULT_MS, Date.now);
    #hasAlarm = false;

    readonly #flights = createFlights({
      resolvePlan: (input) => connect(this.env)(input),
      lastResults: {
        read: (isbn13) => this.#recent.get(isbn13) ?? this.#storedResult(isbn13),
        write: (isbn13, result, isKept) => {
          this.#recent.put(isbn13, result);
          if (isKept) this.#store(isbn13, result);
        },
      },
      now: Date.now,
    });

    /** Asks for this ISBN, or shares the current or recent result of another caller's request. */
    async ask(isbn13: string, request: FlightRequest): Promise<Resolution> {
      const flight = this.#flights.ask(isbn13, request);
      this.ctx.waitUntil(flight);
      return flight;
    }

    /**
     * Deletes results that are no longer served, because a Durable Object without storage costs
     * nothing.
     */
    override async alarm(): Promise<void> {
      this.#hasAlarm = false;
      const { kv } = this.ctx.storage;
      const results = [...kv.list<StoredResult>()];
      let kept = 0;
      for (const [isbn13, { at }] of results) {
        if (isRecent(at, REMEMBERED_MS, Date.now())) kept += 1;
        else kv.delete(isbn13);
      }
      if (kept > 0) await this.#setAlarm();
      else await this.ctx.storage.deleteAll();
    }

    #storedResult(isbn13: string): LastResult | undefined {
      const stored = this.ctx.storage.kv.get<StoredResult>(isbn13);
      if (stored === undefined) return undefined;
      const { passenger: request, ...result } = stored;
      return { ...result, request };
    }

    #store(isbn13: string, { at, request, resolution }: LastResult): void {
      const stored: StoredResult = { at, passenger: request, resolution };
      this.ctx.storage.kv.put(isbn13, stored);
      if (!this.#hasAlarm) this.ctx.waitUntil(this.#setAlarm());
    }

    /** One alarm deletes the results of five minutes. An existing alarm is kept. */
    async #setAlarm(): Promise<void> {
      this.#hasAlarm = true;
      if ((await this.ctx.storage.getAlarm()) !== null) return;
      await this.ctx.storage.setAlarm(Date.now() + REMEMBERED_MS);
    }
  };
}
