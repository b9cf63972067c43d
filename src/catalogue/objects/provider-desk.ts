import { DurableObject } from "cloudflare:workers";
import type { DeskConnections } from "./connections.ts";
import { createDesk } from "../domain/desk/desk.ts";
import type { DeskRecord } from "../domain/desk/gate.ts";
import type { AskOptions, Desk, DeskStatus } from "../domain/desk/ports.ts";
import {
  PROVIDER_IDS,
  type ProviderAnswer,
  type ProviderId,
  type ProviderSearchAnswer,
  type TitleQuery,
} from "../domain/provider.ts";

/** Storage key of the desk's record. */
const RECORD_KEY = "desk";

/**
 * Rate-limited gateway to one provider: the Durable Object through which all calls to it go, named by the provider's
 * id. It provides storage, a clock and timers; the desk contains the logic.
 *
 * As with any Durable Object, a call may throw because the object was restarted or is overloaded.
 */
export function providerDesk(connect: (id: ProviderId, env: Env) => DeskConnections) {
  return class ProviderDesk extends DurableObject<Env> {
    readonly #desk: Desk;

    /** @throws Error if the Durable Object's name is not a provider's id. */
    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      const id = PROVIDER_IDS.find((provider) => provider === ctx.id.name);
      if (id === undefined)
        throw new Error("The Durable Object of a desk must be named by its provider.");
      this.#desk = createDesk({
        ...connect(id, env),
        now: Date.now,
        random: Math.random,
        setTimer: (delayMs, fire) => {
          const timer = setTimeout(fire, delayMs);
          return () => clearTimeout(timer);
        },
        // Written in the same turn as the call is sent, so the output gate holds the call back until it is stored.
        storage: {
          load: () => ctx.storage.kv.get<DeskRecord>(RECORD_KEY),
          save: (record) => ctx.storage.kv.put(RECORD_KEY, record),
        },
      });
    }

    /** Looks up an edition at the provider, within the caller's budget. */
    lookup(isbn13: string, options: AskOptions): Promise<ProviderAnswer> {
      return this.#desk.lookup(isbn13, options);
    }

    /** Searches the provider, within the caller's budget. */
    search(query: TitleQuery, options: AskOptions): Promise<ProviderSearchAnswer> {
      return this.#desk.search(query, options);
    }

    /** The current status of the desk. */
    status(): DeskStatus {
      return this.#desk.status();
    }
  };
}
