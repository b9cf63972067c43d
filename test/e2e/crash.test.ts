import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { isAlive, leftovers } from "../../scripts/local/processes.ts";
import { usablePort } from "../../scripts/local/port.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { generatedBooks } from "../tools/stand-in/generated-books.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import { eventually, lookUp, temporaryState } from "./support.ts";

const catalogue = generatedBooks(3_000, 21);
const CALLERS = 8;
const ANSWERS_BEFORE_THE_KILL = 150;

const state = temporaryState();
const running: ServiceProcess[] = [];
let standIn: StandIn;

const start = async (
  through: "npm" | "node" = "node",
  settings: { PORT?: string } = {},
): Promise<ServiceProcess> => {
  const env = { ...standIn.env, ...NO_LIMITS, ...settings };
  const service = await startService({ stateDir: state.path, env, through });
  running.push(service);
  return service;
};

beforeAll(async () => {
  standIn = await startStandIn({ books: catalogue });
});
afterEach(async () => {
  for (const service of running.splice(0)) await service.kill9();
});
afterAll(async () => {
  await standIn.close();
  state.remove();
});

it("kill -9 under load: earlier answers are still available", async () => {
  const service = await start();
  const answered = new Map<string, string>();
  const unasked = catalogue.values();
  let killed = false;
  const caller = async (): Promise<void> => {
    for (const { isbn13 } of unasked) {
      if (killed) return;
      const answer = await lookUp(service.url, isbn13).catch(() => undefined);
      if (answer?.status === 200 && answer.title !== undefined) answered.set(isbn13, answer.title);
    }
  };
  const load = Promise.all(Array.from({ length: CALLERS }, caller));
  await eventually(
    async () => answered.size,
    (count) => count >= ANSWERS_BEFORE_THE_KILL,
  );
  await service.kill9();
  killed = true;
  await load;

  standIn.openlibrary.behave({ faults: [{ fault: { kind: "server-error", status: 500 } }] });
  const again = await start();
  for (const [isbn, title] of answered) {
    expect(await lookUp(again.url, isbn)).toMatchObject({ status: 200, title });
  }
  standIn.openlibrary.behave();
});

describe("after a killed start", () => {
  it("kill -9 of only the launcher: the next start ends the orphan and serves", async () => {
    // Outside the ephemeral range, so that no other process takes the port between the two starts.
    const PORT = String(await usablePort("127.0.0.1", 20_000 + (process.pid % 10_000)));
    const service = await start("node", { PORT });
    process.kill(service.child.pid!, "SIGKILL");
    const [orphan] = leftovers(state.path, []);
    expect(orphan !== undefined && isAlive(orphan)).toBe(true);
    const again = await start("node", { PORT });
    expect(isAlive(orphan!)).toBe(false);
    expect((await fetch(`${again.url}/health`)).status).toBe(200);
    expect(again.output()).toContain("Stopping processes left by an earlier start");
  });

  it("kill -9 of only npm: the launcher ends too, and the next start serves", async () => {
    const service = await start("npm");
    process.kill(service.child.pid!, "SIGKILL");
    const again = await start();
    expect((await fetch(`${again.url}/health`)).status).toBe(200);
  });

  it("kill -9 of only workerd: it is restarted on the same port", async () => {
    const service = await start();
    for (const pid of leftovers(state.path, [])) process.kill(pid, "SIGKILL");
    const health = await eventually(
      () =>
        fetch(`${service.url}/health`).then(
          ({ status }) => status,
          () => undefined,
        ),
      (status) => status !== undefined,
    );
    expect(health).toBe(200);
  });
});
