import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** How the proxy handles one request and its response. */
export type Fault =
  | { readonly kind: "none" }
  /** Resets the connection after this many bytes of the response, including its head. */
  | { readonly kind: "cut"; readonly afterBytes: number }
  /** Half-open: passes this many bytes of the response, then sends nothing and keeps the connection open. */
  | { readonly kind: "silent"; readonly afterBytes: number }
  /** Accepts the request, and neither forwards nor answers it. */
  | { readonly kind: "unanswered" }
  /** A 503 from a gateway, which is not a problem document. */
  | { readonly kind: "unavailable" }
  /** Forwards the request after a delay. */
  | { readonly kind: "late"; readonly ms: number };

/** A request passed to `faultOf`. */
export interface ProxiedRequest {
  readonly method: string;
  /** Including the query. */
  readonly path: string;
  /** Number of earlier requests with the same method and kind of path, such as event streams. */
  readonly before: number;
}

/** A faulty network between a client and the service. */
export interface FaultyProxy {
  readonly url: string;
  /** Every request so far: `GET /api/v2/imports/...`. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

const NONE: Fault = { kind: "none" };
const HEAD_END = "\r\n\r\n";
const UNAVAILABLE =
  "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>";

/**
 * Starts a proxy on a free port.
 * @param target URL of the service
 * @param faultOf returns the fault for a request
 */
export async function startFaultyProxy(
  target: string,
  faultOf: (request: ProxiedRequest) => Fault = () => NONE,
): Promise<FaultyProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const requests: string[] = [];

  function tracked(socket: Socket): Socket {
    sockets.add(socket);
    // Resets on either side are expected.
    return socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
  }

  const server = createServer((raw) => {
    const client = tracked(raw);
    let head = Buffer.alloc(0);
    const read = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      if (!head.includes(HEAD_END)) return;
      client.off("data", read).pause();
      const [line = ""] = head.toString("latin1").split("\r\n");
      const [method = "", path = ""] = line.split(" ");
      const before = requests.filter((earlier) => kindOf(earlier) === kindOf(`${method} ${path}`));
      requests.push(`${method} ${path}`);
      const fault = faultOf({ method, path, before: before.length });
      answer(client, oneOnly(head), fault, () => tracked(connect(Number(port), hostname)));
    };
    client.on("data", read);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}

function answer(client: Socket, head: Buffer, fault: Fault, toService: () => Socket): void {
  switch (fault.kind) {
    case "unanswered":
      client.resume();
      return;
    case "unavailable":
      client.resume().end(UNAVAILABLE);
      return;
    case "late":
      setTimeout(() => {
        if (!client.destroyed) pass(client, head, NONE, toService());
      }, fault.ms);
      return;
    case "none":
    case "cut":
    case "silent":
      pass(client, head, fault, toService());
  }
}

function pass(client: Socket, head: Buffer, fault: Fault, service: Socket): void {
  let passed = 0;
  const limit = "afterBytes" in fault ? fault.afterBytes : Number.POSITIVE_INFINITY;
  service.write(head);
  client.on("data", (chunk) => service.write(chunk)).resume();
  client.on("close", () => service.destroy());
  service.on("data", (chunk: Buffer) => {
    const part = chunk.subarray(0, Math.max(0, limit - passed));
    passed += chunk.length;
    if (part.length > 0) client.write(part);
    if (passed > limit && fault.kind === "cut") client.destroySoon();
  });
  service.on("close", () => {
    if (fault.kind !== "silent" || passed <= limit) client.end();
  });
}

/** Adds `Connection: close` to a request, so that each request has its own connection and its own fault. */
function oneOnly(head: Buffer): Buffer {
  const end = head.indexOf(HEAD_END);
  const lines = head.toString("latin1", 0, end).split("\r\n");
  const others = lines.filter((line) => !/^(connection|keep-alive):/i.test(line));
  return Buffer.concat([
    Buffer.from([...others, "Connection: close"].join("\r\n"), "latin1"),
    head.subarray(end),
  ]);
}

/** The kind of a request: ids are ignored, so that all streams are one kind and all status requests another. */
function kindOf(request: string): string {
  return request.replace(/\?.*/, "").replaceAll(/\/[0-9a-f-]{36}/g, "/:id");
}
