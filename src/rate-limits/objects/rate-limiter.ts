import { DurableObject } from "cloudflare:workers";
import { DAY_MS } from "../../platform/time.ts";
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
  /** Whether the alarm that deletes this object's storage is set. */
  sweepSet: boolean;
}

/**
 * Counts one caller's requests to all isolates. There is one Durable Object per caller because an object is created near
 * its first caller and is thus a few ms away. It covers all classes, so that a caller that uses several has only one
 * object to wake and to sweep.
 *
 * Windows are stored because an object is evicted after 10 s without a request, in the middle of a minute. This costs one
 * row written per block of tokens and one alarm per day, which deletes everything.
 */
export class RateLimiter extends DurableObject<Env> {
  #state: State = this.ctx.storage.kv.get<State>(STATE) ?? { windows: {}, sweepSet: false };

  /** Takes up to `want` tokens of one class. */
  take(request: TakeRequest): Grant {
    const { windows, grant } = takeTokens(this.#state.windows, request);
    if (grant.granted > 0) {
      if (!this.#state.sweepSet) this.#sweepAt(request.now + DAY_MS);
      this.#state = { windows, sweepSet: true };
      // The response need not wait for the disk: a crash that loses this write lets one more block of tokens pass.
      const unconfirmed = { allowUnconfirmed: true };
      this.ctx.waitUntil(this.ctx.storage.put(STATE, this.#state, unconfirmed));
    }
    return grant;
  }

  /** Deletes the storage after the last window ended: an object without storage costs nothing. */
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
