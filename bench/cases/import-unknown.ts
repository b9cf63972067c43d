import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { generatedBooks } from "../../test/tools/stand-in/generated-books.ts";
import type { BenchCase } from "../case.ts";
import { ms } from "../format.ts";
import { listOf, pollUntil, uploadFile } from "../imports.ts";

const ROWS = 1000;
const SHELF_WITHIN_MS = 5000;
const MOST_CALLS = 60;
/** What the service asks of Open Library at most, unless it is told otherwise. */
const MOST_PER_SECOND = 3;
/** As providers were measured in the wild. */
const LATENCY = { p50Ms: 270, p90Ms: 650 };
const LOOK_EVERY_MS = 50;

/** Books that nobody here knows, at the rate that the service keeps to by itself; the shelf does not wait for it. */
export const importUnknown: BenchCase = {
  name: "import-unknown",
  title: `An import of ${ROWS.toLocaleString("en")} rows with ISBNs, none in the catalogue`,
  async run(world) {
    const books = generatedBooks(ROWS, 41);
    const standIn = await world.standIn(books);
    standIn.openlibrary.behave({ latency: LATENCY });
    const { url } = await world.service({
      ...standIn.env,
      ...NO_LIMITS,
      PROVIDER_LIMITS: JSON.stringify({ openlibrary: { perSecond: MOST_PER_SECOND } }),
    });
    await fetch(`${url}/health`);
    const from = performance.now();
    const taken = await uploadFile(url, listOf(books));
    const shelved = await pollUntil(
      taken,
      ({ processedRows }) => processedRows === ROWS,
      LOOK_EVERY_MS,
    );
    const shelfMs = performance.now() - from;
    const end = await pollUntil(taken, ({ status }) => status === "completed", LOOK_EVERY_MS);
    const wholeMs = performance.now() - from;
    if (shelved.outcomes.created !== ROWS || end.enrichment.done !== ROWS) {
      throw new Error(JSON.stringify({ shelved, end }));
    }
    const { calls, maxPerSecond } = standIn.openlibrary.stats();
    return {
      lines: [
        {
          what: "from the upload until the shelf is complete",
          measured: ms(shelfMs),
          figure: `under ${ms(SHELF_WITHIN_MS)}`,
          met: shelfMs < SHELF_WITHIN_MS,
        },
        {
          what: "calls to Open Library",
          measured: String(calls),
          figure: `at most ${MOST_CALLS}`,
          met: calls <= MOST_CALLS,
        },
        {
          what: "the most calls in any second",
          measured: String(maxPerSecond),
          figure: `at most ${MOST_PER_SECOND}`,
          met: maxPerSecond <= MOST_PER_SECOND,
        },
        { what: "from the upload to completed", measured: ms(wholeMs) },
      ],
      data: { rows: ROWS, shelfMs, wholeMs, calls, maxPerSecond, latency: LATENCY },
    };
  },
};
