/**
 * Connects a follower by a WebSocket that survives hibernation of the Durable Object. There are no timers and no pings on
 * this side: the follower is responsible for closing the socket.
 * @param cap maximum number of concurrent followers
 * @param attachment a text that the socket keeps through hibernation
 * @returns 101, or 429 when the cap is reached
 */
export function join(context: DurableObjectState, cap: number, attachment?: string): Response {
  if (context.getWebSockets().length >= cap) return new Response(null, { status: 429 });
  const { 0: theirs, 1: ours } = new WebSocketPair();
  context.acceptWebSocket(ours);
  if (attachment !== undefined) ours.serializeAttachment(attachment);
  return new Response(null, { status: 101, webSocket: theirs });
}

/** Sends a text to all followers. */
export function broadcast(context: DurableObjectState, text: string): void {
  for (const socket of context.getWebSockets()) {
    try {
      socket.send(text);
    } catch {
      // The socket is closing; its follower reconnects if it is still interested.
    }
  }
}

/** The code of a socket that is closed because there is nothing left to follow. */
export const GONE = 4410;

/** Disconnects all followers, which ends their streams. */
export function dismiss(context: DurableObjectState, reason: string): void {
  for (const socket of context.getWebSockets()) socket.close(GONE, reason);
}

/**
 * Opens a socket to a Durable Object that calls `join`. The caller still has to accept it. "full"
 * when there are too many followers; undefined when the Durable Object is unreachable, in which
 * case the follower polls the history.
 * @param stub of the Durable Object
 * @param failed receives why it is unreachable
 */
export async function connectTo(
  stub: { fetch(url: string, init: RequestInit): Promise<Response> },
  url: string,
  failed: (error: unknown) => void,
  headers: Readonly<Record<string, string>> = {},
): Promise<WebSocket | "full" | undefined> {
  let response: Response;
  try {
    response = await stub.fetch(url, { headers: { ...headers, Upgrade: "websocket" } });
  } catch (error) {
    failed(error);
    return undefined;
  }
  return response.status === 429 ? "full" : (response.webSocket ?? undefined);
}
