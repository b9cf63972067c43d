/** Exits with 0 if the service of this container is ready, with 1 and the reason if it is not. */
import { launchEnv } from "./local/dev-vars.ts";
import { launchSettings, localUrl } from "./local/settings.ts";

const TIMEOUT_MS = 4_000;

const { host, port } = launchSettings(launchEnv());
const url = `${localUrl(host, port).replace("localhost", "127.0.0.1")}/health/ready`;
try {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
} catch (error) {
  console.error(`${url}: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
