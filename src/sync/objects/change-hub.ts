import { DurableObject } from "cloudflare:workers";
import { USER_HEADER, type ChangeHubWork } from "./connections.ts";
import { broadcast, dismiss, join } from "../../platform/streams/hub.ts";

/**
 * Passes announcements of writes on to one user's change streams, which the Worker holds. It stores
 * nothing, hibernates between announcements, and gets none while there are no streams.
 */
export function changeHub(connect: (env: Env) => ChangeHubWork) {
  return class ChangeHub extends DurableObject<Env> {
    #isSettling: Promise<void> | undefined;

    /** Connects a stream that the caller has authorised: 101 once writes are announced, or 429 when there are too many. */
    override async fetch(request: Request): Promise<Response> {
      const userId = request.headers.get(USER_HEADER) ?? "";
      const response = join(this.ctx, connect(this.env).maxStreams, userId);
      if (response.status === 101) await this.#settle(userId);
      return response;
    }

    /** Announces the number of the user's latest write. */
    async announce(seq: number): Promise<void> {
      broadcast(this.ctx, String(seq));
    }

    /** Ignores messages: streams only listen. */
    override webSocketMessage(): void {}

    override async webSocketClose(socket: WebSocket): Promise<void> {
      const userId = String(socket.deserializeAttachment());
      socket.close();
      if (this.#open() === 0) await this.#settle(userId);
    }

    /** Disconnects all streams, because the user was deleted. */
    async forget(): Promise<void> {
      dismiss(this.ctx, "The account was deleted.");
    }

    #open(): number {
      return this.ctx.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN)
        .length;
    }

    /**
     * Stores whether there are listeners. Writes are serialised, so that the last one is current.
     */
    async #settle(userId: string): Promise<void> {
      const before = this.#isSettling;
      const settling = (async () => {
        await before?.catch(() => undefined);
        await connect(this.env).setListening(userId, this.#open() > 0);
      })();
      this.#isSettling = settling;
      await settling;
    }
  };
}
