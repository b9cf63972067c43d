import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployCommand, type CommandDeps } from "../../scripts/deploy/command.ts";
import { readOperator, writeOperator } from "../../scripts/deploy/operator.ts";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";
import { resourcesOf } from "../../scripts/setup/resources.ts";
import { setup } from "../../scripts/setup/setup.ts";
import { fakeAccount, versionId } from "./fake-cloudflare.ts";

const TARGET = "production";
const ADDRESS = "https://bookstrack-backend-production.acme.workers.dev";
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bookstrack-deploy-"));
  writeFileSync(join(root, "wrangler.jsonc"), readFileSync(join(PROJECT_ROOT, "wrangler.jsonc")));
});
afterEach(() => rmSync(root, { recursive: true }));

type Account = ReturnType<typeof fakeAccount>;

/** An account after `npm run setup -- production`, which wrote the operator's file. */
async function afterSetup(domain?: string): Promise<Account> {
  const account = fakeAccount();
  const options = { target: TARGET, resources: resourcesOf(TARGET), domain } as const;
  writeOperator(TARGET, await setup(options, account.deps), root);
  account.forgetCalls();
  return account;
}

/** Runs the command against an account. */
async function run(
  account: Account,
  args: readonly string[] = [],
  deps: Partial<CommandDeps> = {},
) {
  const smokes: unknown[][] = [];
  const accounts = new Set<string | undefined>();
  const explained: string[] = [];
  const code = await deployCommand([TARGET, ...args], {
    root,
    env: {},
    wrangler(command, env) {
      accounts.add(env["CLOUDFLARE_ACCOUNT_ID"]);
      return account.deps.wrangler(command);
    },
    build: async () => {},
    commit: async () => ({ id: "abc", isChanged: false }),
    smokeAt: async (...asked) => void smokes.push(asked),
    watch: async () => {},
    print: () => {},
    explain: (text) => explained.push(text),
    ...deps,
  }).catch((error: unknown) => error);
  return { code, smokes, accounts: [...accounts], explained: explained.join("\n") };
}

test("the first deployment after a setup gets all the traffic of the chosen domain, and is recorded", async () => {
  const account = await afterSetup("books.example.org");
  const config = join(root, "wrangler.production.json");
  const { code, smokes, accounts } = await run(account);
  expect(code).toBe(0);
  expect(account.calls().at(-1)).toBe(
    `deploy --env production --tag abc --domain books.example.org --config ${config}`,
  );
  expect(account.calls().filter((call) => !call.endsWith(`--config ${config}`))).toEqual([]);
  expect(accounts).toEqual([account.id]);
  expect(smokes).toEqual([["https://books.example.org", undefined, { attempts: 60 }]]);
  expect(readOperator(TARGET, root)).toMatchObject({
    isDeployed: true,
    url: "https://books.example.org",
  });
});

test("without a domain the service has the address printed by wrangler; later deployments are gradual, and need no option", async () => {
  const account = await afterSetup();
  expect(await run(account)).toMatchObject({
    code: 0,
    smokes: [[ADDRESS, undefined, { attempts: 60 }]],
  });
  account.forgetCalls();
  const { code, smokes, accounts } = await run(account);
  expect(code).toBe(0);
  expect(account.live()).toBe(versionId(2));
  expect(account.calls().filter((call) => call.startsWith("versions deploy"))).toHaveLength(4);
  const wanted = { worker: "bookstrack-backend-production", version: versionId(2) };
  expect(smokes).toEqual(Array.from({ length: 4 }, () => [ADDRESS, wanted]));
  expect(accounts).toEqual([account.id]);
  const failing = async (): Promise<void> => Promise.reject(new Error("not ready"));
  expect(await run(account, [], { smokeAt: failing })).toMatchObject({
    code: new Error("not ready"),
  });
  expect(account.live()).toBe(versionId(2));
});

test("a deployment after a failed first one counts as the first", async () => {
  const account = await afterSetup();
  const failing = async (): Promise<void> => Promise.reject(new Error("no response"));
  expect((await run(account, [], { smokeAt: failing })).code).toEqual(new Error("no response"));
  expect(readOperator(TARGET, root)?.isDeployed).toBe(false);
  account.forgetCalls();
  expect((await run(account)).code).toBe(0);
  expect(account.calls().some((call) => call.startsWith("deploy --env"))).toBe(true);
});

test("a dry run records nothing, and is possible with uncommitted changes", async () => {
  const account = await afterSetup();
  const commit = async () => ({ id: "abc", isChanged: true });
  expect((await run(account, ["--dry-run"], { commit })).code).toBe(0);
  expect(account.live()).toBeUndefined();
  expect(readOperator(TARGET, root)?.isDeployed).toBe(false);
  expect(String((await run(account, [], { commit })).code)).toContain("only committed code");
  expect(account.live()).toBeUndefined();
});

test("without a setup, a deployment needs the service's URL, and keeps its namespaces", async () => {
  const account = fakeAccount();
  expect(await run(account)).toMatchObject({
    code: 2,
    explained: expect.stringContaining("npm run setup -- production") as string,
  });
  expect(account.calls()).toEqual([]);
  const commands: string[] = [];
  const wrangler = async (args: readonly string[]): Promise<string> => {
    commands.push(args.join(" "));
    return args[0] === "deployments"
      ? JSON.stringify({ versions: [{ version_id: versionId(1), percentage: 100 }] })
      : `Worker Version ID: ${versionId(2)}`;
  };
  const url = "https://books.example.org";
  expect((await run(account, ["--url", url], { wrangler })).code).toBe(0);
  expect(commands).toContain("versions upload --env production --tag abc");
  expect(commands.join("\n")).not.toContain("--config");
  expect(await run(account, ["--url", url, "--domain", "other.example.org"])).toMatchObject({
    code: 2,
    explained: expect.stringContaining("--all-at-once") as string,
  });
});
