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

/** Where the object keeps its desk's record. */
const RECORD_KEY = "desk";

/**
 * The Durable Object through which all calls to one provider go; its name is the provider's id. It has storage, a
 * clock and timers, and leaves the thinking to the desk.
 *
 * Who calls it may be told by an exception, as of any Durable Object, that the object was restarted or is overloaded.
 */
export function providerDesk(connect: (id: ProviderId, env: Env) => DeskConnections) {
  return class ProviderDesk extends DurableObject<Env> {
    readonly #desk: Desk;

    /** @throws Error if the object's name is no provider's id. */
    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      const id = PROVIDER_IDS.find((provider) => provider === ctx.id.name);
      if (id === undefined) throw new Error("A provider desk is named after its provider.");
      this.#desk = createDesk({
        ...connect(id, env),
        now: Date.now,
        random: Math.random,
        setTimer: (delayMs, fire) => {
          const timer = setTimeout(fire, delayMs);
          return () => clearTimeout(timer);
        },
        // Written in the same turn in which a call is sent, so the platform keeps the call back until it is stored.
        storage: {
          load: () => ctx.storage.kv.get<DeskRecord>(RECORD_KEY),
          save: (record) => ctx.storage.kv.put(RECORD_KEY, record),
        },
      });
    }

    /** What the provider says of an edition, within the caller's budget. */
    lookup(isbn13: string, options: AskOptions): Promise<ProviderAnswer> {
      return this.#desk.lookup(isbn13, options);
    }

    /** What the provider finds for a title, within the caller's budget. */
    search(query: TitleQuery, options: AskOptions): Promise<ProviderSearchAnswer> {
      return this.#desk.search(query, options);
    }

    /** How the desk stands now. */
    status(): DeskStatus {
      return this.#desk.status();
    }
  };
}
