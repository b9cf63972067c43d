import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deploy, type DeployOptions } from "../../scripts/deploy/deploy.ts";
import { liveVersion, TARGETS, uploadedVersion, workerName } from "../../scripts/deploy/plan.ts";
import { smokeAt } from "../../scripts/deploy/smoke-at.ts";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";

const NEW = "11111111-1111-4111-8111-111111111111";
const LIVE = "22222222-2222-4222-8222-222222222222";

/** Runs a deployment against a fake wrangler that prints the same output as the real one. */
async function deployed(
  options: Partial<DeployOptions>,
  { fails = () => false }: { fails?: (step: string) => boolean } = {},
) {
  const steps: string[] = [];
  const printed: string[] = [];
  const step = (name: string): void => {
    steps.push(name);
    if (fails(name)) throw new Error(`${name} failed`);
  };
  const error = await deploy(
    { target: "production", tag: "abc", rehearse: false, allAtOnce: false, ...options },
    {
      wrangler: async (args) => {
        step(args.join(" "));
        if (args[0] === "deployments") {
          return JSON.stringify({ versions: [{ version_id: LIVE, percentage: 100 }] });
        }
        return `Uploaded\nWorker Version ID: ${NEW}\n`;
      },
      smoke: async (version) => step(`smoke ${version}`),
      watch: async () => step("watch"),
      print: (text) => printed.push(text),
    },
  ).catch((failure: unknown) => failure);
  return { steps, printed, error };
}

test("production: schema, version, and four shares of the traffic, each smoke-tested", async () => {
  const { steps, error } = await deployed({});
  expect(error).toBeUndefined();
  expect(steps).toEqual([
    "deploy --dry-run --env production --outdir dist/production",
    "check startup --args=--env production --outfile dist/production.cpuprofile",
    "d1 time-travel info DB --env production --json",
    "d1 migrations apply DB --remote --env production",
    "deployments status --env production --json",
    "versions upload --env production --tag abc",
    `versions deploy ${NEW}@0% ${LIVE}@100% --env production --yes`,
    `smoke ${NEW}`,
    `versions deploy ${NEW}@10% ${LIVE}@90% --env production --yes`,
    `smoke ${NEW}`,
    "watch",
    `versions deploy ${NEW}@50% ${LIVE}@50% --env production --yes`,
    `smoke ${NEW}`,
    "watch",
    `versions deploy ${NEW}@100% --env production --yes`,
    `smoke ${NEW}`,
  ]);
});

test("a failed smoke test at any share rolls back to the old version", async () => {
  for (const which of [1, 2, 3, 4]) {
    let smokes = 0;
    const { steps, error } = await deployed(
      {},
      { fails: (step) => step.startsWith("smoke") && (smokes += 1) === which },
    );
    expect(error).toBeInstanceOf(Error);
    expect(steps.at(-1)).toBe(
      `rollback ${LIVE} --env production --yes --message the smoke test failed`,
    );
  }
});

test("a failed migration stops the deployment before anything is uploaded", async () => {
  const { steps } = await deployed({}, { fails: (step) => step.includes("migrations") });
  expect(steps.at(-1)).toContain("migrations apply");
});

test("a rehearsal runs the commands that need no account and prints the others", async () => {
  const { steps, printed } = await deployed({ rehearse: true });
  expect(steps).toHaveLength(2);
  expect(printed.join("\n")).toContain("wrangler versions deploy <new>@10% <live>@90%");
  expect(printed.join("\n")).toContain("wrangler rollback <live>");
});

test("the first deployment gets all the traffic", async () => {
  const { steps } = await deployed({ target: "staging", allAtOnce: true });
  expect(steps.slice(-2)).toEqual(["deploy --env staging --tag abc", "smoke undefined"]);
});

test("the first deployment gets the domain; wrangler.jsonc contains neither a domain nor an id of an account", async () => {
  const { steps } = await deployed({ allAtOnce: true, domain: "books.example.org" });
  expect(steps.at(-2)).toBe("deploy --env production --tag abc --domain books.example.org");
  const config = readFileSync(join(PROJECT_ROOT, "wrangler.jsonc"), "utf8");
  const ids = [...config.matchAll(/"(?:database_id|id|account_id|zone_id)": "([^"]*)"/g)];
  expect(ids.map(([, id = ""]) => id).filter((id) => !id.endsWith("-local"))).toEqual([]);
  expect(config).not.toMatch(/"(routes?|zone_name|custom_domain)"/);
});

test("the smoke test requests the new version by name and reports problems", async () => {
  const asked: unknown[] = [];
  let ready = true;
  const server = createServer((request, response) => {
    asked.push(request.headers["cloudflare-workers-version-overrides"]);
    response.statusCode = ready ? 200 : 503;
    response.end(request.url?.includes("isbn") ? '{"isbn":"9780140328721"}' : "schema missing");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const wanted = { worker: workerName("production"), version: NEW };
  const NOW = { settledAfterMs: 0 };
  try {
    await smokeAt(url, wanted, NOW);
    expect(asked).toEqual(Array(2).fill(`bookstrack-backend-production="${NEW}"`));
    await smokeAt(url, undefined, NOW);
    expect(asked.slice(2)).toEqual([undefined, undefined]);
    ready = false;
    await expect(smokeAt(url, wanted, NOW)).rejects.toThrow(
      "/health/ready returned 503: schema missing",
    );
  } finally {
    server.close();
  }
});

test("Worker names match wrangler.jsonc", () => {
  const config = readFileSync(join(PROJECT_ROOT, "wrangler.jsonc"), "utf8");
  const [, name] = /^ {2}"name": "([^"]+)"/m.exec(config) ?? [];
  expect(TARGETS.map(workerName)).toEqual([`${name}-staging`, `${name}-production`]);
});

test("parses wrangler's output and rejects output without a version", () => {
  expect(uploadedVersion(`Worker Version ID: ${NEW}`)).toBe(NEW);
  expect(() => uploadedVersion("done")).toThrow("does not name the uploaded version");
  expect(() => liveVersion('{"versions":[]}')).toThrow("--all-at-once");
});
