import { DurableObject } from "cloudflare:workers";
import {
  createFlight,
  REMEMBERED_MS,
  type FlightPlan,
  type LastResult,
  type FlightRequest,
} from "../domain/flight.ts";
import type { Resolution } from "../domain/resolution.ts";

/** Where the object keeps what its last flight brought. */
const LAST_RESULT_KEY = "landed";

/** The last result in storage, under the names of the first version. */
interface StoredResult extends Pick<LastResult, "at" | "resolution"> {
  passenger: FlightRequest;
}

/** Asks the providers for one ISBN and stores their answers. */
export type Resolve = (input: { isbn13: string } & FlightPlan) => Promise<Resolution>;

/**
 * One Durable Object an ISBN, named by its ISBN-13: the place where callers from all isolates meet, so that a provider
 * is asked once.
 */
export function bookFlight(connect: (env: Env) => Resolve) {
  return class BookFlight extends DurableObject<Env> {
    readonly #flight = createFlight({
      resolve: (plan) => {
        const isbn13 = this.ctx.id.name;
        if (isbn13 === undefined) throw new Error("A flight is named after its ISBN-13.");
        return connect(this.env)({ isbn13, ...plan });
      },
      lastResult: {
        read: async () => {
          const stored = await this.ctx.storage.get<StoredResult>(LAST_RESULT_KEY);
          if (stored === undefined) return undefined;
          const { passenger: request, ...result } = stored;
          return { ...result, request };
        },
        write: async ({ at, request, resolution }) => {
          const stored: StoredResult = { at, passenger: request, resolution };
          await this.ctx.storage.put(LAST_RESULT_KEY, stored);
          await this.ctx.storage.setAlarm(at + REMEMBERED_MS);
        },
      },
      now: Date.now,
    });

    /** Asks for this object's ISBN, or shares what another caller's question brings or just brought. */
    async ask(request: FlightRequest): Promise<Resolution> {
      const flight = this.#flight.ask(request);
      this.ctx.waitUntil(flight);
      return flight;
    }

    /** Forgets the result once it serves nobody any more: an object without storage costs nothing. */
    override async alarm(): Promise<void> {
      await this.ctx.storage.deleteAll();
    }
  };
}
