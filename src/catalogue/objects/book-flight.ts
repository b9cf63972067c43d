import { DurableObject } from "cloudflare:workers";
import {
  createFlight,
  REMEMBERED_MS,
  type FlightPlan,
  type LastResult,
  type FlightRequest,
} from "../domain/flight.ts";
import type { Resolution } from "../domain/resolution.ts";

/** Storage key of the last flight's result. */
const LAST_RESULT_KEY = "landed";

/** The last result as stored, with the member names of the first version. */
interface StoredResult extends Pick<LastResult, "at" | "resolution"> {
  passenger: FlightRequest;
}

/** Asks the providers for one ISBN and stores their answers. */
export type Resolve = (input: { isbn13: string } & FlightPlan) => Promise<Resolution>;

/**
 * One Durable Object per ISBN, named by its ISBN-13. Callers from all isolates meet here, so that a provider is asked
 * once.
 */
export function bookFlight(connect: (env: Env) => Resolve) {
  return class BookFlight extends DurableObject<Env> {
    readonly #flight = createFlight({
      resolvePlan: (plan) => {
        const isbn13 = this.ctx.id.name;
        if (isbn13 === undefined)
          throw new Error("The Durable Object of a flight must be named by its ISBN-13.");
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

    /** Asks for this ISBN, or shares the current or recent result of another caller's request. */
    async ask(request: FlightRequest): Promise<Resolution> {
      const flight = this.#flight.ask(request);
      this.ctx.waitUntil(flight);
      return flight;
    }

    /** Deletes the result once it is no longer served: a Durable Object without storage costs nothing. */
    override async alarm(): Promise<void> {
      await this.ctx.storage.deleteAll();
    }
  };
}
