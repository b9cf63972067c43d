import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { listenError, onUsablePort, PortTakenError } from "../../scripts/local/port.ts";

const HOST = "127.0.0.1";
const taken = (port: number): unknown =>
  listenError(HOST, port, Object.assign(new Error("in use"), { code: "ERR_ADDRESS_IN_USE" }));

test("tries another free port if one was taken in the meantime", async () => {
  const tried: number[] = [];
  const { port, serving } = await onUsablePort(HOST, 0, async (free) => {
    tried.push(free);
    if (tried.length < 3) throw taken(free);
    return "serving";
  });
  expect(serving).toBe("serving");
  expect(tried).toHaveLength(3);
  expect(port).toBe(tried.at(-1));
});

test("gives up after five attempts, and immediately on another error", async () => {
  let tries = 0;
  const never = (error: (port: number) => unknown) =>
    onUsablePort(HOST, 0, async (port) => {
      tries += 1;
      throw error(port);
    });
  await expect(never(taken)).rejects.toBeInstanceOf(PortTakenError);
  expect(tries).toBe(5);
  await expect(never(() => new Error("no"))).rejects.toThrow("no");
  expect(tries).toBe(6);
});

test("a requested port is never replaced by another one", async () => {
  const other = createServer().listen(0, HOST);
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  try {
    await expect(onUsablePort(HOST, port, async () => "serving")).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is in use by another program. Set PORT to a free one.`,
    );
  } finally {
    other.close();
  }
});
