/** `npm run smoke`: runs `npm start` on empty state and looks up one book. */
import { startService, type ServiceProcess } from "../test/tools/service.ts";
import { startStandIn } from "../test/tools/stand-in/server.ts";

const ISBN = "9780140328721";

/** @throws Error that describes the problem */
export async function smoke(): Promise<void> {
  const standIn = await startStandIn();
  try {
    await lookUp(await startService({ env: standIn.env, through: "npm" }));
  } finally {
    await standIn.close();
  }
}

async function lookUp(service: ServiceProcess): Promise<void> {
  try {
    const answer = await fetch(`${service.url}/v1/search/isbn?isbn=${ISBN}`);
    const body = await answer.text();
    if (answer.status !== 200 || !body.includes("Fantastic Mr. Fox")) {
      throw new Error(
        `The lookup of ${ISBN} returned ${answer.status}: ${body}\n${service.output()}`,
      );
    }
    console.log(`Looked up ${ISBN}: X-Cache-Source ${answer.headers.get("x-cache-source")}`);
  } finally {
    const code = await service.stop();
    if (code !== 0) console.error(`The service exited with code ${code}:\n${service.output()}`);
  }
}

if (import.meta.main) await smoke();
