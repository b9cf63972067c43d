import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { convertV4MiniflareOptions, type Json, Miniflare } from "miniflare";
import { STATE_MARK } from "../scripts/local/processes.ts";
import { usablePort } from "../scripts/local/port.ts";
import { PROJECT_ROOT } from "../scripts/local/settings.ts";
import { wranglerArgs, wranglerEnv } from "../scripts/local/wrangler.ts";
import { startService } from "../test/tools/service.ts";
import { generatedBooks } from "../test/tools/stand-in/generated-books.ts";
import { startStandIn } from "../test/tools/stand-in/server.ts";
import type { BenchWorld } from "./case.ts";
import type { Served } from "./load.ts";

const run = promisify(execFile);
const WORKERS = join(PROJECT_ROOT, "bench/workers");

/** Gives a case what it needs, and ends it all afterwards, whatever has happened. */
export async function inWorld<Result>(
  use: (world: BenchWorld) => Promise<Result>,
): Promise<Result> {
  const endings: (() => Promise<unknown>)[] = [];
  try {
    return await use({
      async standIn(books) {
        const standIn = await startStandIn({ books: generatedBooks(books) });
        endings.push(() => standIn.close());
        return standIn;
      },
      async service(env) {
        const service = await startService({ env });
        endings.push(() => service.stop());
        return service;
      },
      async yardstick(worker, env) {
        const { end, ...served } = await serveYardstick(worker, env);
        endings.push(end);
        return served;
      },
    });
  } finally {
    for (const end of endings.toReversed()) await end();
  }
}

async function serveYardstick(
  worker: string,
  env: Readonly<Record<string, unknown>>,
): Promise<Served & { end: () => Promise<void> }> {
  const outDir = mkdtempSync(join(tmpdir(), "bookstrack-bench-"));
  const config = join(WORKERS, "wrangler.jsonc");
  const args = ["deploy", join(WORKERS, `${worker}.ts`), "--config", config];
  await run(process.execPath, wranglerArgs([...args, "--dry-run", "--outdir", outDir]), {
    env: wranglerEnv(outDir),
  });
  const host = "127.0.0.1";
  const port = await usablePort(host, 0);
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: [{ type: "ESModule", path: join(outDir, `${worker}.js`) }],
      modulesRoot: outDir,
      compatibilityDate: "2026-10-30",
      bindings: env as Record<string, Json>,
      unsafeDirectSockets: [{ host, port }],
      unsafeRuntimeEnv: { [STATE_MARK]: outDir },
      cf: false,
    }),
  );
  await miniflare.ready;
  return {
    url: `http://${host}:${port}`,
    stateDir: outDir,
    async end() {
      await miniflare.dispose();
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}
