import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../local/settings.ts";

interface Snapshot {
  status: string;
  format: string;
  message: string;
  outcomes: Record<string, number>;
}

/** How long the demo waits for an import of a few rows, in ms. */
const PATIENCE_MS = 30_000;

/**
 * Imports an example of a Goodreads export into a new account and prints its outcome.
 * @returns whether every book with an ISBN is on the shelf and the others wait
 */
export async function importAndPrint(url: string): Promise<boolean> {
  const account = await fetch(`${url}/api/v2/users`, { method: "POST" });
  const { token } = (await account.json()) as { token: string };
  const headers = { Authorization: `Bearer ${token}` };
  const file = "docs/examples/goodreads.csv";
  const accepted = await fetch(`${url}/api/v2/imports?enrich=false`, {
    method: "POST",
    headers: { ...headers, "Content-Type": "text/csv" },
    body: readFileSync(join(PROJECT_ROOT, file)),
  });
  const { statusUrl } = (await accepted.json()) as { statusUrl: string };
  const deadline = Date.now() + PATIENCE_MS;
  let job: Snapshot | undefined;
  while (job?.status !== "completed" && Date.now() < deadline) {
    await new Promise((done) => setTimeout(done, 200));
    job = (await (await fetch(`${url}${statusUrl}`, { headers })).json()) as Snapshot;
  }
  const { created, needsReview } = job?.outcomes ?? {};
  const asExpected = job?.format === "goodreads" && created === 4 && needsReview === 1;
  console.log(`\n${file}: read as ${job?.format}. ${job?.message}`);
  if (!asExpected) console.log("  <- unexpected");
  return asExpected;
}
