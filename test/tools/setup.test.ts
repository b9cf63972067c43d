import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { unstable_readConfig } from "wrangler";
import { expect, test } from "vitest";
import { operatorConfig, readOperator, writeOperator } from "../../scripts/deploy/operator.ts";
import { preparation } from "../../scripts/deploy/plan.ts";
import { WEB_DIST } from "../../scripts/local/build/build-web.ts";
import { LaunchError } from "../../scripts/local/launch-error.ts";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";
import { QUIET_ENV, wranglerArgs } from "../../scripts/local/wrangler.ts";
import { bucketInfo, setupCommands, WHOAMI } from "../../scripts/setup/commands.ts";
import { outputOf } from "../../scripts/setup/explain.ts";
import { resourcesOf } from "../../scripts/setup/resources.ts";
import { setup } from "../../scripts/setup/setup.ts";
import { fakeAccount, WORDS } from "./fake-cloudflare.ts";

const resources = resourcesOf("production");
const OPTIONS = { target: "production", resources } as const;

test("creates every resource in wrangler.jsonc for the environment once", async () => {
  const account = fakeAccount();
  const operator = await setup(OPTIONS, account.deps);
  expect(account.created()).toEqual([
    "d1 create bookstrack-db",
    "kv namespace create bookstrack-backend-production-book-cache",
    "kv namespace create bookstrack-backend-production-idempotency-cache",
    "r2 bucket create bookstrack-files",
    "queues create bookstrack-refresh-production",
    "queues create bookstrack-imports-production",
    "queues create bookstrack-refresh-dead-production",
    "queues create bookstrack-imports-dead-production",
    "secret put ADMIN_TOKEN --env production",
    "secret put METRICS_TOKEN --env production",
  ]);
  expect(operator).toMatchObject({
    accountId: account.id,
    namespaces: {
      BOOK_CACHE: account.namespace("bookstrack-backend-production-book-cache"),
      IDEMPOTENCY_CACHE: account.namespace("bookstrack-backend-production-idempotency-cache"),
    },
    isDeployed: false,
  });
  account.forgetCalls();
  expect(await setup({ ...OPTIONS, operator }, account.deps)).toEqual(operator);
  expect(account.created()).toEqual([]);
});

test("a new secret is shown once, and goes to wrangler on its standard input", async () => {
  const account = fakeAccount();
  await setup(OPTIONS, account.deps);
  const [admin, metrics] = account.secrets();
  expect(admin).not.toBe(metrics);
  expect(account.printed()).toContain(`ADMIN_TOKEN=${admin}`);
  expect(account.printed()).toContain(`METRICS_TOKEN=${metrics}`);
  expect(account.calls().join("\n")).not.toContain(admin);
});

test("continues after a failure at any step, and creates everything once", async () => {
  const whole = fakeAccount();
  await setup(OPTIONS, whole.deps);
  for (let failing = 0; failing < whole.calls().length; failing += 1) {
    const account = fakeAccount();
    account.failAt(failing, WORDS.network);
    await expect(setup(OPTIONS, account.deps)).rejects.toBeInstanceOf(LaunchError);
    await setup(OPTIONS, account.deps);
    // A failed call created nothing and is repeated.
    expect([...new Set(account.created())].toSorted()).toEqual(whole.created().toSorted());
    expect(account.secrets()).toHaveLength(2);
  }
});

test("a dry run prints the commands of a setup in an empty account", async () => {
  const account = fakeAccount();
  await setup(OPTIONS, account.deps);
  const again = "kv namespace list";
  const planned = setupCommands(OPTIONS).map((args) => args.join(" "));
  const withoutLists = (calls: readonly string[]) => calls.filter((call) => call !== again);
  expect(withoutLists(planned)).toEqual(withoutLists(account.calls()));
  expect(planned).toContain(again);
});

test.each([
  ["no login", WORDS.loggedOut, "npx wrangler login"],
  ["a login that is no longer valid", WORDS.forbidden, "CLOUDFLARE_API_TOKEN"],
])("%s: says how to log in", async (_what, words, advice) => {
  const account = fakeAccount();
  account.failAt(0, words);
  await expect(setup(OPTIONS, account.deps)).rejects.toThrow(advice);
});

test.each([
  ["d1 list", WORDS.forbidden, '"D1: Edit"'],
  ["d1 create", WORDS.limit, "limit of its plan"],
  ["kv namespace create", WORDS.forbidden, '"Workers KV Storage: Edit"'],
  ["kv namespace create", WORDS.taken, "The name is already used"],
  ["r2 bucket info", WORDS.noR2, "R2 is not enabled"],
  ["r2 bucket create", WORDS.forbidden, '"Workers R2 Storage: Edit"'],
  ["queues info", WORDS.forbidden, '"Queues: Edit"'],
  ["queues create", WORDS.network, "could not be reached"],
  ["secret list", WORDS.forbidden, '"Workers Scripts: Edit"'],
  ["secret put", WORDS.forbidden, '"Workers Scripts: Edit"'],
])("a failure of %s (%#) says what to do", async (command, words, advice) => {
  const account = fakeAccount();
  account.failOn(command, words);
  const failure = setup(OPTIONS, account.deps);
  await expect(failure).rejects.toThrow(advice);
  await expect(failure).rejects.toThrow("wrangler said:");
});

test("with several accounts one must be chosen, and a later setup keeps it", async () => {
  const account = fakeAccount([{ id: "b".repeat(32), name: "Other" }]);
  await expect(setup(OPTIONS, account.deps)).rejects.toThrow(`--account ID\n  ${account.id}`);
  const operator = await setup({ ...OPTIONS, accountId: account.id }, account.deps);
  expect(operator.accountId).toBe(account.id);
  expect((await setup({ ...OPTIONS, operator }, account.deps)).accountId).toBe(account.id);
  const moved = setup({ ...OPTIONS, operator, accountId: "b".repeat(32) }, account.deps);
  await expect(moved).rejects.toThrow("move cloudflare.production.json away");
  const unknown = setup({ ...OPTIONS, accountId: "c".repeat(32) }, account.deps);
  await expect(unknown).rejects.toThrow("has no account");
});

test("an existing namespace is used by its id, even by a later setup", async () => {
  const account = fakeAccount();
  const old = account.addNamespace("books of 2024");
  const namespaces = { BOOK_CACHE: old };
  const operator = await setup({ ...OPTIONS, namespaces }, account.deps);
  expect(operator.namespaces["BOOK_CACHE"]).toBe(old);
  expect(account.created()).not.toContain(
    "kv namespace create bookstrack-backend-production-book-cache",
  );
  expect((await setup({ ...OPTIONS, operator }, account.deps)).namespaces["BOOK_CACHE"]).toBe(old);
  const missing = setup({ ...OPTIONS, namespaces: { BOOK_CACHE: "f".repeat(32) } }, account.deps);
  await expect(missing).rejects.toThrow("has no KV namespace with the id");
});

test("wrangler gets the ids in a separate configuration with valid paths", () => {
  const root = mkdtempSync(join(tmpdir(), "bookstrack-operator-"));
  try {
    writeFileSync(join(root, "wrangler.jsonc"), readFileSync(join(PROJECT_ROOT, "wrangler.jsonc")));
    expect(operatorConfig("production", undefined, root)).toEqual([]);
    expect(readOperator("production", root)).toBeUndefined();
    const operator = {
      accountId: "a".repeat(32),
      namespaces: { BOOK_CACHE: "1".repeat(32), IDEMPOTENCY_CACHE: "2".repeat(32) },
      isDeployed: false,
    };
    writeOperator("production", operator, root);
    expect(readOperator("production", root)).toEqual(operator);
    const [, config = ""] = operatorConfig("production", operator, root);
    const given = unstable_readConfig({ config, env: "production" });
    expect(given.kv_namespaces.map(({ id }: { id?: string }) => id)).toEqual([
      "1".repeat(32),
      "2".repeat(32),
    ]);
    const original = unstable_readConfig({
      config: join(root, "wrangler.jsonc"),
      env: "production",
    });
    const { kv_namespaces: _own, configPath: _path, userConfigPath: _user, ...rest } = given;
    expect(original).toMatchObject(rest);
    writeFileSync(join(root, "cloudflare.production.json"), "{");
    expect(() => readOperator("production", root)).toThrow("npm run setup -- production");
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("Git ignores the files of an operator", async () => {
  const names = ["cloudflare.production.json", "wrangler.production.json"];
  const { stdout } = await promisify(execFile)("git", ["check-ignore", "--no-index", ...names], {
    cwd: PROJECT_ROOT,
  });
  expect(stdout.trim().split("\n")).toEqual(names);
});

/** Runs the pinned wrangler against a simulated API. @returns its output, and whether it failed */
async function realWrangler(
  args: readonly string[],
  api: (path: string) => { status: number; code: number; message: string },
  token: string | undefined,
): Promise<string> {
  const server = createServer((request, response) => {
    const { status, code, message } = api(request.url ?? "");
    const body = { success: false, errors: [{ code, message }], messages: [], result: null };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const home = mkdtempSync(join(tmpdir(), "bookstrack-home-"));
  const { port } = server.address() as AddressInfo;
  try {
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      ...QUIET_ENV,
      HOME: home,
      XDG_CONFIG_HOME: home,
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}/client/v4`,
      CLOUDFLARE_ACCOUNT_ID: "a".repeat(32),
      CLOUDFLARE_API_TOKEN: token,
    };
    const running = promisify(execFile)(process.execPath, wranglerArgs(args), {
      cwd: PROJECT_ROOT,
      env,
    });
    running.child.stdin?.end();
    return await running.then(({ stdout }) => `exited with 0: ${stdout}`, outputOf);
  } finally {
    server.close();
    rmSync(home, { recursive: true });
  }
}

test("the pinned wrangler prints the texts that a setup recognises", async () => {
  const missing = { status: 404, code: 10006, message: "The specified bucket does not exist." };
  const [loggedOut, noBucket] = await Promise.all([
    realWrangler(WHOAMI, () => missing, undefined),
    realWrangler(bucketInfo("files"), () => missing, "x"),
  ]);
  expect(loggedOut).toMatch(WORDS.loggedOut.pattern);
  expect(noBucket).toMatch(WORDS.noBucket.pattern);
});

test("the pinned wrangler runs the commands of a deployment that need no account", async () => {
  const asked: string[] = [];
  const api = (path: string) => {
    asked.push(path);
    return { status: 404, code: 7003, message: "Could not route" };
  };
  mkdirSync(WEB_DIST, { recursive: true });
  const commands = preparation({ target: "production", tag: "abc" });
  for (const { args } of commands.filter(({ isRemote }) => !isRemote)) {
    expect(await realWrangler(args, api, undefined)).toMatch(/^exited with 0: /);
  }
  expect(asked).toEqual([]);
});

test("the local environment cannot be deployed, but can be built by a dry run", async () => {
  const asked: string[] = [];
  const api = (path: string) => {
    asked.push(path);
    return { status: 404, code: 7003, message: "Could not route" };
  };
  const outDir = mkdtempSync(join(tmpdir(), "bookstrack-dry-run-"));
  mkdirSync(WEB_DIST, { recursive: true });
  try {
    const [bare, dry] = await Promise.all([
      realWrangler(["deploy"], api, "x"),
      realWrangler(["deploy", "--dry-run", "--outdir", outDir], api, undefined),
    ]);
    expect(bare).toContain("This is the local environment, which is not for Cloudflare.");
    expect(dry).toMatch(/^exited with 0: [^]*--dry-run: exiting now/);
    expect(readdirSync(outDir)).toContain("worker.js");
    expect(asked).toEqual([]);
  } finally {
    rmSync(outDir, { recursive: true });
  }
});
