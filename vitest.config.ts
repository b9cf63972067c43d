import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const NO_LIMITS = JSON.stringify({
  search: 0,
  enrich: 0,
  imports: 0,
  accounts: 0,
  library: 0,
  jobs: 0,
  admin: 0,
  misses: 0,
});

/** Pure logic and end-to-end tests run in plain Node; storage, HTTP, queues and Durable Objects run in workerd. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "node",
          environment: "node",
          include: [
            "contract/**/*.test.ts",
            "src/domain/**/*.test.ts",
            "src/providers/**/*.test.ts",
            "src/**/*.node.test.ts",
            "test/e2e/**/*.test.ts",
            "test/tools/**/*.test.ts",
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
                // A test that is about limits sets its own.
                RATE_LIMITS: NO_LIMITS,
                // Tests of the limits have desks of their own.
                PROVIDER_LIMITS: '{"openlibrary":{"perSecond":100}}',
              },
              queueConsumers: { "bookstrack-refresh": { maxBatchTimeout: 0.05 } },
              outboundService: (request: Request) =>
                new Response(`no network in tests: ${request.url}`, { status: 599 }),
            },
          })),
        ],
        test: {
          name: "workerd",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/tools/**"],
          setupFiles: ["test/support/setup.ts"],
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
