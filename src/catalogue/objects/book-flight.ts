import { DurableObject } from "cloudflare:workers";
import {
  createFlight,
  REMEMBERED_MS,
  type FlightPlan,
  type Landed,
  type Passenger,
} from "../domain/flight.ts";
import type { Resolution } from "../domain/resolution.ts";

/** Where the object keeps what its last flight brought. */
const LANDED_KEY = "landed";

/** Asks the providers for one ISBN, and stores what they say. */
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
      landed: {
        read: () => this.ctx.storage.get<Landed>(LANDED_KEY),
        write: async (landed) => {
          await this.ctx.storage.put(LANDED_KEY, landed);
          await this.ctx.storage.setAlarm(landed.at + REMEMBERED_MS);
        },
      },
      now: Date.now,
    });

    /** Asks for this object's ISBN, or shares what another caller's question brings or just brought. */
    async ask(passenger: Passenger): Promise<Resolution> {
      const flight = this.#flight.ask(passenger);
      this.ctx.waitUntil(flight);
      return flight;
    }

    /** Forgets the result once it serves nobody any more: an object without storage costs nothing. */
    override async alarm(): Promise<void> {
      await this.ctx.storage.deleteAll();
    }
  };
}
