import { execFile } from "node:child_process";
import { cpSync, existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { DockerfileParser, type Instruction } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import packageJson from "../../package.json" with { type: "json" };
import { childrenOf } from "../../scripts/local/processes.ts";
import { checkout, COPIED } from "../tools/checkout.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import { anonymousBytes, emptyFolder, eventually, lookUp, temporaryState } from "./support.ts";

const run = promisify(execFile);
const LONG_MS = 400_000;
const MAX_BYTES_AT_REST = 250_000_000;
const MAX_BYTES_AFTER_USE = 300_000_000;
const ISBN = "9780140328721";

const text = readFileSync("Dockerfile", "utf8");
const dockerfile = DockerfileParser.parse(text);
const named = (keyword: string): Instruction[] =>
  dockerfile.getInstructions().filter((instruction) => instruction.getKeyword() === keyword);
const argumentsOf = (keyword: string): string[] =>
  named(keyword).map((instruction) => instruction.getRawArgumentsContent() ?? "");
/** The list after CMD, either on its own or in HEALTHCHECK. */
const command = (argument: string): string[] =>
  JSON.parse(argument.slice(argument.indexOf("["))) as string[];

describe("the Dockerfile", () => {
  it("has no mistakes", () => {
    expect(validate(text)).toEqual([]);
  });

  it("uses the Node of package.json in both stages, without tools in the second", () => {
    const images = argumentsOf("FROM").map((image) => image.split(" ")[0]);
    expect(images).toEqual(
      Array.from({ length: 2 }, () => `node:${packageJson.devDependencies.node}-trixie-slim`),
    );
    const [, second = ""] = text.split(/^FROM .*(?<!AS build)$/m);
    expect(second).not.toMatch(/apt-get|npm (ci|install)|COPY \./);
    expect(second).toMatch(/^RUN rm -rf .*\/npm /m);
  });

  it("builds one folder, copies only that, and runs Node in it", () => {
    expect(argumentsOf("RUN")).toContain("node scripts/image.ts /app");
    const copied = [...text.matchAll(/^COPY --from=(.*)$/gm)].map(([, what]) => what);
    expect(copied).toEqual(["build /app /app"]);
    expect(argumentsOf("WORKDIR").at(-1)).toBe("/app");
    for (const keyword of ["CMD", "HEALTHCHECK"]) {
      expect(command(argumentsOf(keyword).at(-1) ?? "")[0]).toBe("node");
    }
  });

  it("runs as a user other than root, on one volume, with a health check", () => {
    expect(argumentsOf("USER")).toEqual(["node"]);
    expect(argumentsOf("VOLUME")).toEqual(['["/data"]']);
    expect(argumentsOf("ENV").join()).toContain("STATE_DIR=/data");
    expect(argumentsOf("HEALTHCHECK")).toHaveLength(1);
  });

  it("is built from the inputs of a start, without settings, data or secrets", () => {
    const [all, ...others] = readFileSync(".dockerignore", "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(all).toBe("*");
    const allowed = others.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
    expect(allowed.toSorted()).toEqual(COPIED.toSorted());
  });
});

it("compose.yaml gives it one volume, a read-only file system, and no capabilities", () => {
  const { services, volumes } = parse(readFileSync("compose.yaml", "utf8")) as {
    services: Record<string, Record<string, unknown>>;
    volumes: object;
  };
  expect(Object.keys(services)).toEqual(["bookstrack"]);
  expect(Object.keys(volumes)).toEqual(["data"]);
  expect(services["bookstrack"]).toMatchObject({
    build: ".",
    ports: ["127.0.0.1:8787:8787"],
    volumes: ["data:/data"],
    read_only: true,
    cap_drop: ["ALL"],
    init: true,
  });
});

describe("the content copied by the second stage", () => {
  const context = checkout();
  const folder = emptyFolder();
  const state = temporaryState();
  const app = join(folder.path, "app");
  let standIn: StandIn;
  const running: ServiceProcess[] = [];
  let service: ServiceProcess;
  let env: Record<string, string>;

  /** Runs a command as in the container. */
  const inside = async (...args: string[]): Promise<string> =>
    (await run(process.execPath, args, { cwd: app, env })).stdout;

  beforeAll(async () => {
    standIn = await startStandIn();
    const built = join(folder.path, "built");
    const [build = ""] = argumentsOf("RUN").filter((argument) =>
      argument.includes("scripts/image"),
    );
    const [, ...args] = build.replace(" /app", ` ${built}`).split(" ");
    await run(process.execPath, ["--no-warnings", ...args], { cwd: context.path });
    cpSync(built, app, { recursive: true });
    context.remove();
    const [, own = ""] = /^ENV ((?:.*\\\n)*.*)$/m.exec(text) ?? [];
    const variables = [...own.matchAll(/(\w+)=(\S+)/g)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]);
    env = {
      ...(Object.fromEntries(variables) as Record<string, string>),
      HOST: "127.0.0.1",
      STATE_DIR: state.path,
    };
    const [, ...start] = command(argumentsOf("CMD").at(-1) ?? "");
    service = await startService({
      project: app,
      nodeArgs: start,
      stateDir: state.path,
      env: { ...env, ...standIn.env, PORT: "0" },
    });
    running.push(service);
    env = { ...env, PORT: new URL(service.url).port };
  }, LONG_MS);
  afterAll(async () => {
    for (const started of running) await started.kill9();
    await standIn.close();
    state.remove();
    folder.remove();
  });

  it("serves the API and the web app, and is healthy", async () => {
    expect(await lookUp(service.url, ISBN)).toMatchObject({
      status: 200,
      title: "Fantastic Mr. Fox",
    });
    const page = await (await fetch(service.url)).text();
    expect(page).toContain("<script");
    const [node, ...args] = command(argumentsOf("HEALTHCHECK")[0] ?? "");
    expect(node).toBe("node");
    await inside(...args);
    env = { ...env, PORT: "1" };
    await expect(inside(...args)).rejects.toThrow("127.0.0.1:1/health/ready: fetch failed");
  });

  it("makes backups, and verifies and refuses to restore over them", async () => {
    const backup = join(folder.path, "backup.tar.gz");
    expect(await inside("backup.js", "--out", backup)).toContain("verified: ");
    expect(await inside("restore.js", backup, "--check")).toContain("is intact");
    await expect(inside("restore.js", backup)).rejects.toThrow("Stop it first");
  });

  it("has neither sources nor build tools", () => {
    expect(existsSync(join(app, "src"))).toBe(false);
    const packages = readdirSync(join(app, "node_modules"));
    for (const tool of ["typescript", "vite", "wrangler", "esbuild", "sharp", "node"]) {
      expect(packages).not.toContain(tool);
    }
  });

  it("uses less than 250 MB when idle, and less than 300 MB after much use", async () => {
    const pid = service.child.pid!;
    const used = async (): Promise<number> => anonymousBytes(pid);
    expect(childrenOf(pid)).toHaveLength(1);
    const atRest = await eventually(used, (bytes) => bytes < MAX_BYTES_AT_REST);
    for (let round = 0; round < 500; round += 1) {
      for (const path of ["/health/ready", "/metrics"]) {
        await (await fetch(service.url + path)).arrayBuffer();
      }
    }
    const afterUse = await used();
    console.log(`At rest: ${(atRest / 1e6).toFixed(0)} MB, then ${(afterUse / 1e6).toFixed(0)} MB`);
    expect(afterUse).toBeLessThan(MAX_BYTES_AFTER_USE);
  });
});
