import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { NO_LIMITS } from "./test/tools/no-limits.ts";

/** Most tests wait for something most of the time: more of them at once than there are cores, of which CI has two. */
const WORKERS = 4;

/** Pure logic runs in plain Node; storage, HTTP, queues and Durable Objects in workerd; e2e against `npm start`. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "node",
          maxWorkers: WORKERS,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          environment: "node",
          include: [
            "contract/**/*.test.ts",
            "src/**/*.test.ts",
            "test/tools/**/*.test.ts",
            "bench/**/*.test.ts",
            "load-tests/**/*.test.ts",
            "client/**/*.test.ts",
          ],
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
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
                // A test that is about limits sets its own.
                RATE_LIMITS: NO_LIMITS.RATE_LIMITS,
                // Tests of the limits have desks of their own.
                PROVIDER_LIMITS: '{"openlibrary":{"perSecond":100}}',
              },
              queueConsumers: {
                "bookstrack-refresh": { maxBatchTimeout: 0.05 },
                "bookstrack-imports": { maxBatchTimeout: 0 },
              },
              outboundService: (request: Request) =>
                new Response(`no network in tests: ${request.url}`, { status: 599 }),
            },
          })),
        ],
        test: {
          name: "workerd",
          maxWorkers: WORKERS,
          // Guards against a hang, and is no measure: a loaded machine takes ten times as long.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/tools/**"],
          setupFiles: ["test/support/setup.ts"],
        },
      },
      {
        test: {
          name: "e2e",
          environment: "node",
          include: ["test/e2e/**/*.test.ts"],
          // They start whole services: few at a time, and when nothing else of the tests wants the machine.
          sequence: { groupOrder: 1 },
          maxWorkers: 3,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["src/**/*.test.ts"],
      reporter: ["text-summary", "json-summary", "text"],
      thresholds: { lines: 90 },
    },
  },
});
