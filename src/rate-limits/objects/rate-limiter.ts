import { DurableObject } from "cloudflare:workers";
import { DAY_MS } from "../domain/policy.ts";
import {
  lastEnd,
  takeTokens,
  type Grant,
  type TakeRequest,
  type Windows,
} from "../domain/window.ts";

const STATE = "state";

interface State {
  windows: Windows;
  /** Whether the alarm that deletes all of this is set. */
  sweepSet: boolean;
}

/**
 * One object a caller: where its requests to all isolates are counted. One a caller, and not one for many, since an
 * object is created near its first caller, and so is a few ms away; and not one a class, since a caller who uses
 * several then has one object to wake and to sweep.
 *
 * Windows are stored: an object is evicted after 10 s without a request, in the middle of a minute. That is one row
 * written for each block of tokens, and one alarm a day, which deletes everything.
 */
export class RateLimiter extends DurableObject<Env> {
  #state: State = this.ctx.storage.kv.get<State>(STATE) ?? { windows: {}, sweepSet: false };

  /** Takes up to `want` tokens of one class. */
  take(request: TakeRequest): Grant {
    const { windows, grant } = takeTokens(this.#state.windows, request);
    if (grant.granted > 0) {
      if (!this.#state.sweepSet) this.#sweepAt(request.now + DAY_MS);
      this.#state = { windows, sweepSet: true };
      // The answer need not wait for the disk: a crash that undoes this costs the limit one block of tokens.
      const unconfirmed = { allowUnconfirmed: true };
      this.ctx.waitUntil(this.ctx.storage.put(STATE, this.#state, unconfirmed));
    }
    return grant;
  }

  /** Deletes what says nothing any more: an object without storage costs nothing. */
  override async alarm(): Promise<void> {
    const end = lastEnd(this.#state.windows);
    if (end > Date.now()) {
      this.#sweepAt(end);
      return;
    }
    this.#state = { windows: {}, sweepSet: false };
    await this.ctx.storage.deleteAll();
  }

  #sweepAt(instant: number): void {
    this.ctx.waitUntil(this.ctx.storage.setAlarm(instant, { allowUnconfirmed: true }));
  }
}
