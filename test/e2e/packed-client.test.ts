import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import { newState } from "./support.ts";

const CLIENT = join(PROJECT_ROOT, "client");
/** The client's dependencies, taken from this checkout so that nothing is downloaded. */
const DEPENDENCIES = ["eventsource-parser", "idb"].map((name) =>
  join(PROJECT_ROOT, "node_modules", name),
);
const TSC = join(PROJECT_ROOT, "node_modules/typescript/bin/tsc");
const WRITTEN_FOR = "http://localhost:8787";

const execute = promisify(execFile);

/** Runs a command and returns its output. @throws Error with the output if it fails */
async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    return (await execute(command, args, { cwd })).stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(" ")}:\n${stdout}${stderr}`, { cause: error });
  }
}

/**
 * The TypeScript blocks of the client's README: first calls, an offline shelf, and a shelf in a
 * browser.
 */
function readmeExamples(): string[] {
  const readme = readFileSync(join(CLIENT, "README.md"), "utf8");
  return [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, example = ""]) => example);
}

const project = mkdtempSync(join(tmpdir(), "bookstrack-packed-"));
let service: ServiceProcess;
let standIn: Awaited<ReturnType<typeof startStandIn>>;

beforeAll(async () => {
  standIn = await startStandIn();
  service = await startService({ stateFrom: newState(), env: { ...standIn.env, ...NO_LIMITS } });
  await run("npm", ["pack", "--silent", "--pack-destination", project], CLIENT);
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const quietly = ["--offline", "--ignore-scripts", "--install-links", "--no-audit", "--no-fund"];
  const { version } = JSON.parse(readFileSync(join(CLIENT, "package.json"), "utf8")) as {
    version: string;
  };
  const tarball = join(project, `bookstrack-client-${version}.tgz`);
  await run("npm", ["install", ...quietly, tarball, ...DEPENDENCIES], project);
});

afterAll(async () => {
  await service.stop();
  await standIn.close();
  rmSync(project, { recursive: true, force: true });
});

it("a fresh project type-checks the README's examples, including declarations, and runs them", async () => {
  const examples = readmeExamples();
  expect(examples).toHaveLength(3);
  const files = examples.map((_, at) => `example-${at}.ts`);
  for (const [at, example] of examples.entries()) {
    writeFileSync(join(project, `example-${at}.ts`), example.replaceAll(WRITTEN_FOR, service.url));
  }
  const compilerOptions = {
    target: "ES2023",
    lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    types: [],
    outDir: "out",
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  await run(process.execPath, [TSC, "-p", "tsconfig.json"], project);
  const lastLine = async (at: number): Promise<string | undefined> => {
    const output = await run(process.execPath, [join("out", `example-${at}.js`)], project);
    return output.trim().split("\n").at(-1);
  };
  expect(await lastLine(0)).toMatch(/^stream completed 1 Done: /);
  expect(await lastLine(1)).toBe("synchronised 0 0");
});

it("its dependencies support every Node version that it supports", () => {
  const enginesOf = (folder: string): string =>
    (
      JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
        engines: { node: string };
      }
    ).engines.node;
  const least = (range: string): number => Number(/^>=(\d+)/.exec(range)?.[1]);
  const installed = join(project, "node_modules");
  expect(least(enginesOf(join(installed, "eventsource-parser")))).toBeLessThanOrEqual(
    least(enginesOf(join(installed, "@bookstrack/client"))),
  );
});

it("the packed command runs and has the version of this checkout", async () => {
  const command = join(project, "node_modules/.bin/bookstrack");
  expect(await run(command, ["--version"], project)).toBe("0.1.0\n");
  const output = await run(command, ["scan", "9780441172719", "--url", service.url], project);
  expect(output).toContain("title      Dune");
});

it("the package contains what it needs and no tests", async () => {
  const listed = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], CLIENT);
  const [packed] = JSON.parse(listed) as { files: { path: string }[] }[];
  const paths = packed?.files.map(({ path }) => path) ?? [];
  expect(paths).toEqual(expect.arrayContaining(["LICENSE", "README.md", "dist/index.d.ts"]));
  expect(paths.filter((path) => /test|tsconfig|\/src\//.test(path))).toEqual([]);
});
