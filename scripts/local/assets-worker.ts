import type { V4WorkerOptions } from "miniflare";

/** Name of the Worker's binding, as in wrangler.jsonc. */
export const ASSETS = "ASSETS";
export const ASSETS_WORKER = "web-app";

/**
 * A worker with only the files of the web app, bound to the service. With the files in the
 * service's own configuration, Miniflare would run its asset router before every request, and the
 * direct socket would be lost.
 */
export const assetsWorker = (directory: string): V4WorkerOptions => ({
  name: ASSETS_WORKER,
  modules: true,
  script: "export default { fetch: () => new Response(null, { status: 404 }) };",
  compatibilityDate: "2026-10-30",
  assets: {
    directory,
    routerConfig: { has_user_worker: false },
    assetConfig: { not_found_handling: "none" },
  },
});
