import type { ImportSnapshot } from "../../contract/imports.ts";
import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { generatedBooks } from "../../test/tools/stand-in/generated-books.ts";
import type { BenchCase, Line } from "../case.ts";
import { under } from "../figure.ts";
import { pollUntil, startImport } from "../import-client.ts";

const ROWS = 1000;
/** Maximum time between the restart of the service and the next step of the import. */
const MAX_MS = 30_000;
/** Progress of the import at each kill; the first is right after the upload was accepted. */
const KILLED_AT = [0, 200, 600];

/** Number of finished steps of an import, over both phases. */
const done = ({ outcomes, enrichment }: ImportSnapshot): number =>
  outcomes.created + enrichment.done + enrichment.notFound;

/** An import under kill -9: time from the restart of the service to the next step. */
export const resume: BenchCase = {
  name: "resume",
  title: "An import after kill -9",
  about: `The service is killed during an import of ${ROWS.toLocaleString("en")} unknown books and restarted on the same state. Measured is the time
from when the service accepts requests again until the import has made progress, without any intervention. The baseline is
the longest pause between two steps of the same kind of import without kills. At the end every book must be present.`,
  async run(world) {
    const books = generatedBooks(2 * ROWS, 7);
    const standIn = await world.standIn(books);
    const env = {
      ...standIn.env,
      ...NO_LIMITS,
      PROVIDER_LIMITS: JSON.stringify({ openlibrary: { perSecond: 10 } }),
    };
    let service = await world.service(env);
    const longestRestMs = await undisturbed(service.url, csvOf(books.slice(0, ROWS)));
    const started = await startImport(service.url, csvOf(books.slice(ROWS)));
    const pauses: number[] = [];
    for (const killedAt of KILLED_AT) {
      await pollUntil(service.url, started, (snapshot) => done(snapshot) >= killedAt);
      service = await world.killedAndStarted(service, env);
      const from = performance.now();
      let before: number | undefined;
      await pollUntil(service.url, started, (snapshot) => {
        before ??= done(snapshot);
        return done(snapshot) > before || snapshot.status === "completed";
      });
      pauses.push(performance.now() - from);
    }
    const { outcomes, enrichment } = await pollUntil(
      service.url,
      started,
      ({ status }) => status === "completed",
      250,
    );
    if (outcomes.created !== ROWS || enrichment.done !== ROWS) {
      throw new Error(`The import is incomplete: ${JSON.stringify({ outcomes, enrichment })}`);
    }
    const lines = pauses.map((pause, index): Line => {
      const killedAt = KILLED_AT[index] ?? 0;
      const when = killedAt === 0 ? "right after 202" : `at step ${killedAt} of ${2 * ROWS}`;
      return {
        what: `killed ${when}: from restart to the next step`,
        measured: seconds(pause),
        baseline: seconds(longestRestMs),
        ratio: pause / longestRestMs,
        ...under(pause, MAX_MS, seconds(MAX_MS)),
      };
    });
    return { lines, data: { rows: ROWS, killedAt: KILLED_AT, pauses, longestRestMs } };
  },
};

function csvOf(books: readonly { title: string; isbn13: string }[]): string {
  const rows = books.map(({ isbn13, title }) => `"${title}",An Author,${isbn13},read`);
  return ["Title,Author,ISBN13,Exclusive Shelf", ...rows].join("\n");
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** The longest pause between two steps of an import without kills, in ms. */
async function undisturbed(url: string, file: string): Promise<number> {
  const started = await startImport(url, file);
  let steps = -1;
  let at = performance.now();
  let longest = 0;
  await pollUntil(url, started, (snapshot) => {
    if (done(snapshot) !== steps) {
      longest = Math.max(longest, performance.now() - at);
      steps = done(snapshot);
      at = performance.now();
    }
    return snapshot.status === "completed";
  });
  return longest;
}
