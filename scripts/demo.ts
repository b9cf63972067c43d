/**
 * `npm run demo`: lookups through every tier, without a network. Starts a stand-in for the book providers and the service on
 * empty state, looks books up, and prints the tier and the time of each response; then it imports an example file. Exits with 1 if a response is not as
 * expected.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLocalD1 } from "../test/tools/local-d1.ts";
import { startService, type ServiceProcess } from "../test/tools/service.ts";
import { startStandIn } from "../test/tools/stand-in/server.ts";
import { UNKNOWN_ISBN } from "../test/tools/stand-in/well-known-books.ts";
import { importAndPrint } from "./demo/import.ts";
import { lookUpAndPrint, printHead, type Expectation } from "./demo/table.ts";

const DUNE = "9780441172719";

const stateDir = mkdtempSync(join(tmpdir(), "bookstrack-demo-"));
const standIn = await startStandIn();
const env = { ...standIn.env, PROVIDER_LIMITS: '{"openlibrary":{"perSecond":20}}' };
let service: ServiceProcess | undefined;
let surprises = 0;

async function look(isbn: string, what: string, expected: Expectation): Promise<void> {
  if (!(await lookUpAndPrint(service?.url ?? "", isbn, what, expected))) surprises += 1;
}

async function restart(meanwhile: () => Promise<unknown> = async () => {}): Promise<void> {
  await service?.stop();
  await meanwhile();
  service = await startService({ stateDir, env });
}

const KV_FILES = "v3/kv";

/** While the service is stopped, so that it does not see the files go. */
const emptyKv = async (): Promise<void> =>
  rmSync(join(stateDir, KV_FILES), { recursive: true, force: true });

try {
  console.log("Starting the service on empty state, with a stand-in for the providers ...");
  await restart();
  printHead();
  await look("0-441-17271-7", "the first time, with hyphens", {
    source: "external_api; state=fresh",
    title: "Dune",
  });
  await look("0441172717", "again, as an ISBN-10", {
    source: "memory; state=fresh",
    title: "Dune",
  });
  await look(UNKNOWN_ISBN, "a book that no provider knows", {
    source: "external_api; state=known-absent",
    title: null,
  });
  await look(UNKNOWN_ISBN, "again", { source: "memory; state=known-absent", title: null });
  await look("9780441172710", "a wrong check digit", { status: 400 });

  await restart();
  await look(DUNE, "after a restart", { source: "kv; state=fresh", title: "Dune" });

  await restart(emptyKv);
  await look(DUNE, "after KV was emptied", { source: "d1; state=fresh", title: "Dune" });

  standIn.openlibrary.behave({ faults: [{ fault: { kind: "html", status: 503 } }] });
  await look("9780140328721", "the providers are down, a new book", { status: 503 });
  await restart(async () => {
    await emptyKv();
    withLocalD1(stateDir, (database) => database.exec("UPDATE Books SET fresh_until = 0"));
  });
  await look(DUNE, "the providers are down, a stale book", {
    source: "d1; state=stale",
    title: "Dune",
  });

  standIn.openlibrary.behave();
  await look("9780140328721", "the providers are back", {
    source: "external_api; state=fresh",
    title: "Fantastic Mr. Fox",
    isAwaited: true,
  });
  if (!(await importAndPrint(service?.url ?? ""))) surprises += 1;
} catch (error) {
  surprises += 1;
  console.error(error);
} finally {
  await service?.stop();
  await standIn.close();
  rmSync(stateDir, { recursive: true, force: true });
}

console.log(
  surprises === 0 ? "\nEvery response was as expected." : "\nSome responses were not as expected.",
);
process.exitCode = surprises === 0 ? 0 : 1;
