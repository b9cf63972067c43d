import { once } from "node:events";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leftovers } from "../../scripts/local/processes.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import { anonymousBytes, eventually, lookUp, temporaryState, emptyFolder } from "./support.ts";

const DUNE = "9780441172719";
/** A port without a listener: calls fail as quickly as on a laptop without a network. */
const NOWHERE = "http://127.0.0.1:9";

/** The output of a start that must fail. */
const failedStart = (env: Record<string, string>, stateDir: string): Promise<string> =>
  startService({ env, stateDir }).then(
    async (service) => `it started: ${String(await service.stop())}`,
    (error: Error) => error.message,
  );

describe("ending", () => {
  const state = emptyFolder();
  afterAll(() => state.remove());

  it.each(["SIGINT", "SIGTERM"] as const)(
    "%s to the process group, as from a terminal: exit 0, no process left",
    async (signal) => {
      const service = await startService({ stateDir: state.path, through: "npm" });
      expect(await service.stop(signal)).toBe(0);
      expect(leftovers(state.path, [])).toEqual([]);
      await expect(fetch(service.url)).rejects.toThrow("fetch failed");
    },
  );

  it("uses less than 250 MB when idle, not counting the pages of program files", async () => {
    const service = await startService({ stateDir: state.path, through: "npm" });
    const bytes = await eventually(
      async () => anonymousBytes(service.child.pid!),
      (sum) => sum < 250_000_000,
    );
    console.log(`npm, launcher and workerd at rest: ${(bytes / 1e6).toFixed(0)} MB`);
    await service.stop();
  });

  it.each(["SIGINT", "SIGTERM"] as const)("%s to only npm does the same", async (signal) => {
    const service = await startService({ stateDir: state.path, through: "npm" });
    const ended = once(service.child, "close");
    service.child.kill(signal);
    expect((await ended)[0]).toBe(0);
    expect(leftovers(state.path, [])).toEqual([]);
  });
});

describe("refusing to start", () => {
  const state = temporaryState();
  let service: ServiceProcess;
  beforeAll(async () => {
    service = await startService({ stateDir: state.path });
  });
  afterAll(async () => {
    await service.stop();
    state.remove();
  });

  it("twice on the same state", async () => {
    const output = await failedStart({}, state.path);
    expect(output).toContain("code 1");
    expect(output).toContain(`Another instance is using ${state.path} (pid ${service.child.pid})`);
    expect((await fetch(`${service.url}/health`)).status).toBe(200);
  });

  it("on a port in use", async () => {
    const other = temporaryState();
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    expect(await failedStart({ PORT: String(port) }, other.path)).toContain(
      `Port ${port} on 127.0.0.1 is in use by another program. Set PORT to a free one.`,
    );
    server.close();
    other.remove();
  });

  it.each([
    [{ PORT: "80a" }, 'PORT must be a whole number from 0 to 65535; got "80a".'],
    [{ PORT: "70000" }, 'PORT must be a whole number from 0 to 65535; got "70000".'],
    [{ HOST: "no.such.host.invalid" }, "Cannot listen on HOST no.such.host.invalid"],
    [{ STATE_DIR: "/dev/null/state" }, "STATE_DIR /dev/null/state cannot be created"],
    [{ PROVIDER_LIMITS: "fast" }, "PROVIDER_LIMITS: must be JSON"],
    [{ OPEN_LIBRARY_BASE_URL: "openlibrary.org" }, "OPEN_LIBRARY_BASE_URL: must be an http(s) URL"],
  ])("with %j, printing only the reason", async (env, text) => {
    const other = temporaryState();
    const output = await failedStart(env, other.path);
    expect(output).toContain("code 1");
    expect(output).toContain(text);
    expect(output).not.toMatch(/^\s+at /m);
    other.remove();
  });
});

describe("without a network", () => {
  const state = temporaryState();
  afterAll(() => state.remove());

  it("starts and answers from stored data", async () => {
    const standIn = await startStandIn();
    const online = await startService({
      stateDir: state.path,
      env: { ...standIn.env, ...NO_LIMITS },
    });
    expect(await lookUp(online.url, DUNE)).toMatchObject({ status: 200, title: "Dune" });
    await online.stop();
    await standIn.close();

    const offline = await startService({
      stateDir: state.path,
      env: {
        OPEN_LIBRARY_BASE_URL: NOWHERE,
        HTTP_PROXY: NOWHERE,
        HTTPS_PROXY: NOWHERE,
        npm_config_registry: NOWHERE,
      },
    });
    try {
      expect(await lookUp(offline.url, DUNE)).toMatchObject({ status: 200, title: "Dune" });
      expect(await lookUp(offline.url, "9780140328721")).toMatchObject({ status: 503 });
    } finally {
      await offline.stop();
    }
  });
});
