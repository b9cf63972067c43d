import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import {
  STAND_IN_PROVIDERS,
  type Behaviour,
  type StandIn,
  type StandInProvider,
} from "./stand-in.ts";

/**
 * Controls a stand-in from another process: `GET /__control` returns the call statistics of both providers,
 * `PUT /__control/openlibrary` (or `google-books`) sets a behaviour, `DELETE /__control` resets statistics and behaviours.
 */
export async function handleControl(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  standIn: StandIn,
): Promise<void> {
  const name = url.pathname.split("/")[2];
  const provider = STAND_IN_PROVIDERS.find((id) => id === name);
  if (request.method === "PUT" && provider) {
    await setBehaviour(request, response, standIn, provider);
    return;
  }
  if (request.method === "DELETE" && name === undefined) {
    for (const id of STAND_IN_PROVIDERS) {
      standIn[id].behave();
      standIn[id].forgetCalls();
    }
    response.writeHead(204).end();
    return;
  }
  if (request.method === "GET" && name === undefined) {
    const stats = STAND_IN_PROVIDERS.map((id) => [id, standIn[id].stats()]);
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(Object.fromEntries(stats)));
    return;
  }
  response.writeHead(404).end();
}

async function setBehaviour(
  request: IncomingMessage,
  response: ServerResponse,
  standIn: StandIn,
  provider: StandInProvider,
): Promise<void> {
  try {
    standIn[provider].behave(JSON.parse(await text(request)) as Behaviour);
    response.writeHead(204).end();
  } catch {
    response.writeHead(400).end("The behaviour must be JSON.");
  }
}
