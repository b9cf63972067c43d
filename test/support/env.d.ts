import type { D1Migration } from "cloudflare:test";

declare global {
  namespace Cloudflare {
    interface Env {
      /** The real migrations, passed in by vitest.config.ts. */
      TEST_MIGRATIONS: D1Migration[];
    }
  }
}
