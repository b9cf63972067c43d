import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startService } from "../test/tools/service.ts";
import { startStandIn } from "../test/tools/stand-in/server.ts";
import type { BenchWorld } from "./case.ts";
import { seededCatalogue } from "./catalogue.ts";
import { serveCounted } from "./counted-service.ts";
import { buildCpuSeconds, firstAndLaterStart } from "./start-cost.ts";
import { serveYardstick } from "./yardstick.ts";

/** Runs a case with a BenchWorld, and stops everything that the case started, even if it failed. */
export async function inWorld<Result>(
  use: (world: BenchWorld) => Promise<Result>,
  options: Pick<BenchWorld, "titles"> = { titles: undefined },
): Promise<Result> {
  const endings: (() => unknown)[] = [];
  try {
    return await use({
      titles: options.titles,
      async standIn(books) {
        const standIn = await startStandIn({ books });
        endings.push(() => standIn.close());
        return standIn;
      },
      async catalogue(books) {
        const catalogue = await seededCatalogue(books);
        endings.push(() => catalogue.remove());
        return catalogue;
      },
      async service(env, catalogue) {
        const stateDir = mkdtempSync(join(tmpdir(), "bookstrack-bench-"));
        endings.push(() => rmSync(stateDir, { recursive: true, force: true }));
        catalogue?.copyTo(stateDir);
        const service = await startService({ env, stateDir });
        endings.push(() => service.stop());
        return service;
      },
      async killedAndStarted(service, env) {
        await service.kill9();
        const again = await startService({ env, stateDir: service.stateDir });
        endings.push(() => again.stop());
        return again;
      },
      starts: firstAndLaterStart,
      buildCpu: buildCpuSeconds,
      async countedService(env, catalogue) {
        const counted = await serveCounted(env, catalogue);
        endings.push(() => counted.end());
        return counted;
      },
      async yardstick(worker, vars, catalogue) {
        const { end, ...served } = await serveYardstick(worker, vars, catalogue);
        endings.push(end);
        return served;
      },
    });
  } finally {
    for (const end of endings.toReversed()) await end();
  }
}
