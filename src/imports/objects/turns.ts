import { DurableObject } from "cloudflare:workers";
import { TurnDesk, type TurnDeskDeps } from "../domain/turns/desk.ts";
import type { Pace } from "../domain/turns/turn.ts";

/**
 * Schedules the turns of all imports. It stores nothing: when it restarts, waiting calls fail, and
 * their work continues at the pace `gentle`.
 */
export function importTurns(connect: (env: Env) => TurnDeskDeps) {
  return class ImportTurns extends DurableObject<Env> {
    readonly #desk: TurnDesk;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      this.#desk = new TurnDesk(connect(env));
    }

    /** Waits for a turn of an account. @param id unique to the turn */
    take(account: string, id: string): Promise<Pace> {
      return this.#desk.take(account, id);
    }

    /** Ends a turn. */
    end(id: string): void {
      this.#desk.end(id);
    }
  };
}
