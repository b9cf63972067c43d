import { copyFileSync } from "node:fs";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { chromiumPath } from "./test/tools/chromium.ts";
import { NO_LIMITS } from "./test/tools/no-limits.ts";
import SlowFirst from "./test/tools/slow-first.ts";
import { temporaryFolder } from "./test/tools/temporary-folder.ts";

// Read by os.tmpdir(), here and in every process that the tests start.
process.env["TMPDIR"] = temporaryFolder();

// The tests connect to nothing outside, and each start of a service would copy these certificates for an eighth of its CPU.
delete process.env["NODE_EXTRA_CA_CERTS"];

// The document that /openapi.json serves, beside the page and the file that stand in for the web app.
copyFileSync("openapi.json", "test/support/web-files/reference/openapi.json");

/** As many as CI has cores. */
const WORKERS = 2;
/** Tests of whole services, which wait for them a good part of the time. */
const SERVICES = 3;
/** Guards against a hang, and measures nothing: a machine at a load of 8 takes many times as long as an idle one. */
const PATIENCE_MS = 600_000 * Number(process.env["PROPERTY_RUNS"] || 1);
const PATIENT = { testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS };

/** Journeys in Chromium on `npm start`. */
const WEB: TestProjectInlineConfiguration = {
  test: {
    name: "web",
    environment: "node",
    globalSetup: ["test/tools/prepared-service.ts", "test/tools/shared-service.ts"],
    setupFiles: ["test/tools/compile-cache.ts"],
    include: ["test/web/**/*.test.ts"],
    sequence: { groupOrder: 1 },
    maxWorkers: SERVICES,
    ...PATIENT,
  },
};

/** Pure logic runs in plain Node; storage, HTTP, queues and Durable Objects in workerd; e2e against `npm start`, web too. */
export default defineConfig({
  test: {
    silent: "passed-only",
    sequence: { sequencer: SlowFirst },
    globalSetup: ["test/tools/random-runs.ts"],
    projects: [
      {
        test: {
          name: "node",
          maxWorkers: WORKERS,
          isolate: false,
          ...PATIENT,
          setupFiles: ["test/support/setup-properties.ts"],
          environment: "node",
          include: [
            "contract/**/*.test.ts",
            "src/**/*.test.ts",
            "test/tools/**/*.test.ts",
            "bench/**/*.test.ts",
            "load-tests/**/*.test.ts",
            "client/**/*.test.ts",
            "web/{src,service-worker}/**/*.test.{ts,tsx}",
          ],
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            // Only failures: workerd would also log each connection that a test cuts on purpose.
            verbose: false,
            wrangler: { configPath: "./wrangler.jsonc" },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations("migrations"),
                AUTH_ISSUERS: JSON.stringify(
                  ["https://issuer.test", "https://away.test"].map((issuer) => ({
                    issuer,
                    jwks: `${issuer}/keys`,
                    audience: "com.example.app",
                    algorithms: ["ES256"],
                  })),
                ),
                ADMIN_TOKEN: "the-operator-of-the-tests",
                // The tests are the proxy that writes it.
                CLIENT_IP_HEADER: "CF-Connecting-IP",
                // A test that is about limits sets its own.
                RATE_LIMITS: NO_LIMITS.RATE_LIMITS,
                QUOTAS: NO_LIMITS.QUOTAS,
                // Tests of the limits have their own desks.
                PROVIDER_LIMITS: '{"openlibrary":{"perSecond":100}}',
              },
              queueConsumers: {
                "bookstrack-refresh": { maxBatchTimeout: 0.05 },
                "bookstrack-imports": { maxBatchTimeout: 0 },
              },
              // A page and a file in place of the web app, so that these tests need no build of it.
              assets: { directory: "test/support/web-files", binding: "ASSETS" },
              outboundService: (request: Request) =>
                new Response(`no network in tests: ${request.url}`, { status: 599 }),
            },
          })),
        ],
        test: {
          name: "workerd",
          maxWorkers: WORKERS,
          // test/support/setup.ts empties the runtime before each file.
          isolate: false,
          ...PATIENT,
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/tools/**", "test/web/**"],
          setupFiles: ["test/support/setup.ts"],
        },
      },
      {
        test: {
          name: "e2e",
          environment: "node",
          globalSetup: ["test/tools/prepared-service.ts"],
          setupFiles: ["test/tools/compile-cache.ts"],
          include: ["test/e2e/**/*.test.ts"],
          // After all others, with those of the web app.
          sequence: { groupOrder: 1 },
          maxWorkers: SERVICES,
          testTimeout: 2 * PATIENCE_MS,
          hookTimeout: 2 * PATIENCE_MS,
        },
      },
      // Without a browser, `npm test` says so, and fails in CI.
      ...(chromiumPath() === undefined ? [] : [WEB]),
    ],
    coverage: {
      provider: "v8",
      // The views of the web app are covered by the journeys in Chromium.
      include: ["src/**/*.ts", "web/src/**/*.ts", "web/service-worker/precache.ts"],
      exclude: ["{src,web}/**/*.test.ts", "web/src/**/{en,de,text}.ts", "web/src/routes.ts"],
      reporter: ["text-summary", "json-summary"],
      thresholds: { lines: 90 },
    },
  },
});
