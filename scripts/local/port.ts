import { once } from "node:events";
import { createServer } from "node:net";
import { LaunchError } from "./launch-error.ts";

/**
 * Makes sure that the address can be listened on.
 * @returns the port, a free one in place of 0.
 * @throws LaunchError that says why it cannot.
 */
export async function usablePort(host: string, port: number): Promise<number> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, "listening");
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : port;
  } catch (error) {
    throw new LaunchError(explain(host, port, codeOf(error), error));
  } finally {
    await new Promise((closed) => server.close(closed));
  }
}

/** How often a free port is looked for when somebody else was faster to take the one that was found. */
const MOST_TRIES = 5;

/**
 * Serves on the port wanted; in place of 0 on a free one, and on another when that was taken before it could be listened on.
 * @param serve throws what `listenError` gives when the port is taken
 * @throws LaunchError that says why it cannot
 */
export async function onUsablePort<Serving>(
  host: string,
  wanted: number,
  serve: (port: number) => Promise<Serving>,
): Promise<{ port: number; serving: Serving }> {
  for (let tries = 1; ; tries += 1) {
    const port = await usablePort(host, wanted);
    try {
      return { port, serving: await serve(port) };
    } catch (error) {
      if (wanted !== 0 || tries === MOST_TRIES || !(error instanceof PortTakenError)) throw error;
    }
  }
}

/** Somebody else listens where the service was to listen. */
export class PortTakenError extends LaunchError {}

/** The same text when the port was taken after it had been looked at; any other error is given back. */
export function listenError(host: string, port: number, error: unknown): unknown {
  if (codeOf(error) !== "ERR_ADDRESS_IN_USE") return error;
  return new PortTakenError(explain(host, port, "EADDRINUSE", error));
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;

function explain(host: string, port: number, code: unknown, error: unknown): string {
  switch (code) {
    case "EADDRINUSE":
      return `Port ${port} on ${host} is in use by another program. Set PORT to a free one.`;
    case "EACCES":
      return `Port ${port} on ${host} may not be used by this account. Set PORT to one above 1023.`;
    default:
      return `HOST ${host} cannot be listened on: ${error instanceof Error ? error.message : String(error)}`;
  }
}
