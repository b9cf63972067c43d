import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { usablePort } from "../../scripts/local/port.ts";
import { endNow } from "../../scripts/local/processes.ts";

/** Listens on a free port, prints it, and runs several threads, as workerd does. */
const SERVER = `
  const { Worker } = require("node:worker_threads");
  for (let count = 0; count < 6; count++) new Worker("setInterval(() => {}, 1)", { eval: true });
  const server = require("node:net").createServer();
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

it("the port of a killed process with several threads is free once isAlive returns false", async () => {
  for (let round = 0; round < 10; round += 1) {
    const server = spawn(process.execPath, ["-e", SERVER], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(server.stdout, "data")) as [Buffer];
    const port = Number(line.toString());
    await endNow([server.pid!]);
    expect(await usablePort("127.0.0.1", port)).toBe(port);
  }
});
