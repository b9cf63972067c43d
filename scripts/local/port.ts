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

/** The same text when the port was taken after it had been looked at; any other error is given back. */
export function listenError(host: string, port: number, error: unknown): unknown {
  if (codeOf(error) !== "ERR_ADDRESS_IN_USE") return error;
  return new LaunchError(explain(host, port, "EADDRINUSE", error));
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
