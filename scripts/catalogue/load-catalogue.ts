/**
 * `npm run load-catalogue -- --editions FILE [options]`: loads a dump of Open Library into the catalogue of a service. The same
 * command continues a load that was interrupted. docs/local-catalogue.md describes what to download.
 */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { counted } from "../../src/platform/counted.ts";
import { LaunchError } from "../local/launch-error.ts";
import { runCommand, SERVICE_HELP, SERVICE_OPTIONS } from "../migration/command.ts";
import { loadBatches, loadIdOf, type LoadOptions } from "./batches.ts";
import { loadClient } from "./load-client.ts";
import { sideRecords } from "./side-records.ts";

const HELP = `npm run load-catalogue -- --editions FILE [options]

  --editions FILE    ol_dump_editions_*.txt.gz, or uncompressed
  --works FILE       ol_dump_works_*.txt.gz: first year, description, subjects, authors
  --authors FILE     ol_dump_authors_*.txt.gz: the names of the authors
  --languages LIST   only these languages, as ISO 639-1 codes: en,de
  --limit N          only the first N books
                     (a service on Cloudflare needs --languages or --limit)
${SERVICE_HELP}`;

const REPORT_MS = 5000;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      ...SERVICE_OPTIONS,
      editions: { type: "string" },
      works: { type: "string" },
      authors: { type: "string" },
      languages: { type: "string" },
      limit: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const options = optionsOf(values);
  const token = process.env["ADMIN_TOKEN"];
  if (!token) throw new LaunchError("Set ADMIN_TOKEN to the admin token of the service.");
  const local = `http://127.0.0.1:${process.env["PORT"] ?? "8787"}`;
  const url = values.url ?? process.env["BOOKSTRACK_URL"] ?? local;
  await load(options, loadClient(url, token, loadIdOf(options)));
  return 0;
}

async function load(options: LoadOptions, client: ReturnType<typeof loadClient>): Promise<void> {
  const state = await client.state();
  if (state.isLimited && options.languages === undefined && options.limit === undefined) {
    throw new LaunchError(
      "This service runs on Cloudflare, where the database holds 2 to 3 million books; a whole dump has more. Set --languages or --limit.",
    );
  }
  if (state.completed) {
    console.log(`This load is complete: ${counted(state.books, "book")}.`);
    return;
  }
  if (state.nextBatch > 0) console.log(`Resuming after ${counted(state.books, "book")}.`);
  const side = await sideRecords(options, (what, count) => console.log(`${count} ${what} read`));
  const totals = { created: 0, updated: 0, unchanged: 0, books: state.books };
  let reportedAt = Date.now();
  try {
    // The next batch is built while the service stores this one.
    let sent: Promise<void> = Promise.resolve();
    for await (const batch of loadBatches(options, side)) {
      if (batch.number < state.nextBatch) continue;
      await sent;
      sent = client.send(batch).then(({ created, updated, unchanged, books }) => {
        totals.created += created;
        totals.updated += updated;
        totals.unchanged += unchanged;
        totals.books = books;
      });
      // A failure is reported by the next `await`.
      sent.catch(() => undefined);
      if (Date.now() - reportedAt > REPORT_MS) {
        reportedAt = Date.now();
        console.log(counted(totals.books, "book"));
      }
    }
    await sent;
  } finally {
    side.close();
  }
  if (totals.books === 0) {
    throw new LaunchError("The file has no edition with an ISBN in the selected languages.");
  }
  const { created, updated, unchanged, books } = totals;
  console.log(
    `Loaded ${counted(books, "book")}: ${created} new, ${updated} updated, ${unchanged} unchanged.`,
  );
}

function optionsOf(values: {
  editions?: string;
  works?: string;
  authors?: string;
  languages?: string;
  limit?: string;
}): LoadOptions {
  const { editions, works, authors } = values;
  if (editions === undefined) throw new LaunchError(`--editions is required.\n\n${HELP}`);
  for (const path of [editions, works, authors]) {
    if (path !== undefined && !existsSync(path))
      throw new LaunchError(`The file ${path} does not exist.`);
  }
  const languages = values.languages?.split(",").map((code) => code.trim());
  const wrong = languages?.find((code) => !/^[a-z]{2}$/.test(code));
  if (wrong !== undefined) {
    throw new LaunchError(
      `"${wrong}" is not an ISO 639-1 code. Separate codes with commas, such as en,de.`,
    );
  }
  if (values.limit !== undefined && !/^[1-9][0-9]{0,8}$/.test(values.limit)) {
    throw new LaunchError(`--limit must be a whole number of at least 1; got ${values.limit}.`);
  }
  const limit = values.limit === undefined ? undefined : Number(values.limit);
  return { editions, works, authors, languages, limit };
}

await runCommand(main);
