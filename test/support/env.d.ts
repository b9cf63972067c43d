import type { D1Migration } from "cloudflare:test";

declare global {
  namespace Cloudflare {
    interface Env {
      /** The real migrations, handed over by vitest.config.ts. */
      TEST_MIGRATIONS: D1Migration[];
    }
  }
}
