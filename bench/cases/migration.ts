import type { Book } from "../../contract/catalogue.ts";
import { madeUpBooks } from "../books.ts";
import type { BenchCase, Line } from "../case.ts";
import { atMost } from "../figure.ts";
import type { FlatBook } from "../flat-book.ts";
import { ms } from "../format.ts";
import type { MigrationOperations } from "../operation-counts.ts";
import { median } from "../statistics.ts";

const KEYS = 1000;
const ROUNDS = 3;
/** Maximum number of operations of each kind for 1,000 keys. */
const MAX_OPERATIONS = 10;

type Way = "engine" | "plan";
interface Round extends MigrationOperations {
  readonly ms: number;
}

export const migration: BenchCase = {
  name: "migration",
  title: `${KEYS.toLocaleString("en")} keys from KV to D1, against one get, upsert and select per key`,
  about: `A thousand flat books from KV to D1, by the service's engine and by the loop of the original plan (one get, one upsert and one
verifying select per key, a hundred keys in parallel), in turns on the same database. On Cloudflare each operation on KV or
D1 is a network round trip, so there the number of operations matters more than these times.`,
  async run(world) {
    const catalogue = await world.catalogue([]);
    const { url } = await world.yardstick("kv-migration", { ENVIRONMENT: "local" }, catalogue);
    const post = async (path: string, body?: unknown): Promise<Response> => {
      const init = {
        method: "POST",
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      };
      const response = await fetch(`${url}/${path}`, init);
      if (!response.ok) throw new Error(`${path} answers ${response.status}`);
      return response;
    };
    const move = async (way: Way): Promise<Round> => {
      await post("empty");
      const from = performance.now();
      const response = await post(way);
      const operations = (await response.json()) as MigrationOperations;
      if (operations.moved !== KEYS) throw new Error(`${way} moved ${operations.moved} keys.`);
      return { ...operations, ms: performance.now() - from };
    };
    const books = madeUpBooks(KEYS);
    await post(
      "fill",
      Object.fromEntries(books.map((book) => [`book:isbn:${book.isbn}`, flat(book)])),
    );
    await move("engine");
    await move("plan");
    const rounds: Record<Way, Round[]> = { engine: [], plan: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.engine.push(await move("engine"));
      rounds.plan.push(await move("plan"));
    }
    const timeOf = (way: Way): number => median(rounds[way].map((round) => round.ms));
    return {
      lines: [
        operations("KV reads", rounds, ({ kvReads }) => kvReads, true),
        operations("D1 batches", rounds, ({ d1Batches }) => d1Batches, true),
        operations(
          "D1 calls, including batches and the run's own",
          rounds,
          ({ d1Calls }) => d1Calls,
        ),
        operations("D1 rows read", rounds, ({ d1RowsRead }) => d1RowsRead),
        operations("D1 rows written", rounds, ({ d1RowsWritten }) => d1RowsWritten),
        {
          what: "time, including the engine's pauses between pages",
          measured: ms(timeOf("engine")),
          baseline: ms(timeOf("plan")),
          ratio: timeOf("engine") / timeOf("plan"),
        },
      ],
      data: { keys: KEYS, rounds },
    };
  },
};

/** The book in the format of the first version of the service. */
function flat(book: Book): FlatBook {
  const { title, authors, publisher, pageCount, language, categories, description } = book;
  return {
    title,
    authors,
    categories,
    publishedDate: book.publishedDate ?? "",
    publisher: publisher ?? "",
    pageCount: pageCount ?? 0,
    language: language ?? "",
    description: description ?? "",
    imageLinks: { thumbnail: book.imageLinks?.thumbnail ?? "", large: book.coverUrl ?? "" },
  };
}

function operations(
  what: string,
  { engine, plan }: Record<Way, Round[]>,
  countOf: (round: Round) => number,
  hasTarget = false,
): Line {
  const max = Math.max(...engine.map(countOf));
  return {
    what,
    measured: String(max),
    baseline: String(Math.max(...plan.map(countOf))),
    ...(hasTarget ? atMost(max, MAX_OPERATIONS) : {}),
  };
}
