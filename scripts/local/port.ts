import { once } from "node:events";
import { createServer } from "node:net";
import { LaunchError } from "./launch-error.ts";

/**
 * Checks that the service can listen on the address.
 * @returns the port; a free port if 0 was given
 * @throws LaunchError with the reason if it cannot listen there
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

/** Maximum number of attempts to find a free port. Another process may take the port between the check and its use. */
const MAX_ATTEMPTS = 5;

/**
 * Serves on the wanted port. For port 0 it serves on a free port, and tries another if that one is taken before `serve` can
 * use it.
 * @param serve throws the error from `listenError` if the port is taken
 * @throws LaunchError with the reason if no port can be used
 */
export async function onUsablePort<Serving>(
  host: string,
  wanted: number,
  serve: (port: number) => Promise<Serving>,
): Promise<{ port: number; serving: Serving }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await usablePort(host, wanted);
    try {
      return { port, serving: await serve(port) };
    } catch (error) {
      const isLast = wanted !== 0 || attempt === MAX_ATTEMPTS;
      if (isLast || !(error instanceof PortTakenError)) throw error;
    }
  }
}

/** Another process already listens on the port. */
export class PortTakenError extends LaunchError {}

/** Returns a PortTakenError if the port was taken after the check, and any other error unchanged. */
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
      return `This user may not listen on port ${port} of ${host}. Set PORT to a number above 1023.`;
    default:
      return `Cannot listen on HOST ${host}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
