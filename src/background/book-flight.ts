import { DurableObject } from "cloudflare:workers";
import {
  createFlight,
  LANDED_MS,
  type Landed,
  type Passenger,
} from "../domain/catalogue/flight.ts";
import type { Resolution } from "../domain/catalogue/resolve.ts";
import { resolverFor } from "../wiring.ts";

const LANDED = "landed";

/** One object an ISBN: the place where callers from all isolates meet, so that a provider is asked once. */
export class BookFlight extends DurableObject<Env> {
  readonly #flight = createFlight({
    resolve: (passenger) => {
      const isbn13 = this.ctx.id.name;
      if (isbn13 === undefined) throw new TypeError("A flight is named by its ISBN-13");
      return resolverFor(this.env)({ isbn13, ...passenger });
    },
    landed: {
      read: () => this.ctx.storage.get<Landed>(LANDED),
      write: async (landed) => {
        await this.ctx.storage.put(LANDED, landed);
        await this.ctx.storage.setAlarm(landed.at + LANDED_MS);
      },
    },
    now: () => Date.now(),
  });

  /** Asks the providers for this object's ISBN, or shares what another caller's question brings or just brought. */
  async ask(passenger: Passenger): Promise<Resolution> {
    const flight = this.#flight.ask(passenger);
    this.ctx.waitUntil(flight);
    return flight;
  }

  /** Forgets the result once it serves nobody any more: an object without storage costs nothing. */
  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }
}
