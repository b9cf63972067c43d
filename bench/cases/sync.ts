import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { madeUpBooks } from "../books.ts";
import type { BenchCase, BenchWorld, Line } from "../case.ts";
import type { Catalogue } from "../catalogue.ts";
import { atMost } from "../figure.ts";
import { ms } from "../format.ts";
import { median } from "../statistics.ts";
import { shelve } from "./shelf.ts";

const BOOKS = 20_000;
const PAGE = 1000;
const ROUNDS = 5;
const CHANGES = 10;
/** A first load may take this many times as long as the export of the same shelf. */
const MOST_OF_EXPORT = 1.5;
/** Maximum rows read to apply ten changes, and by a device that catches up with them. */
const MOST_ROWS = 40;

const USER = "synced";
const ROOT = `/v1/library/${USER}`;

interface Page {
  items: { isbn: string; version: number }[];
  next: string;
  more: boolean;
}

export const sync: BenchCase = {
  name: "sync",
  title: `A device and a shelf of ${BOOKS.toLocaleString("en")} books`,
  about: `The first load of a device: all pages of the feed, parsed, against the NDJSON export of the same shelf, in turns, medians. Then ten
books are changed: the rows that D1 reads to apply the changes, which are sent in one request, and to read them from the feed.`,
  async run(world) {
    const catalogue = await world.catalogue(madeUpBooks(BOOKS));
    const token = catalogue.read((database) => shelve(database, USER, BOOKS));
    const times = await timed(world, catalogue, token);
    const rows = await counted(world, catalogue, token);
    const ratio = times.load / times.exported;
    const lines: Line[] = [
      {
        what: "first load, to the NDJSON export",
        measured: ms(times.load),
        baseline: ms(times.exported),
        ratio,
        ...atMost(ratio, MOST_OF_EXPORT, `${MOST_OF_EXPORT.toFixed(2)} times`),
      },
      {
        what: "rows read by a device that catches up with ten changes in one request",
        measured: String(rows.read),
        ...atMost(rows.read, MOST_ROWS),
      },
      {
        what: "rows read to apply ten changes of one request",
        measured: String(rows.applied),
        ...atMost(rows.applied, MOST_ROWS),
      },
    ];
    return { lines, data: { rounds: ROUNDS, ...times, rows } };
  },
};

async function timed(world: BenchWorld, catalogue: Catalogue, token: string) {
  const { url } = await world.service(NO_LIMITS, catalogue);
  const request = requestsOf(url, token);
  const load = async (): Promise<void> => {
    let since: string | undefined;
    let count = 0;
    for (let more = true; more;) {
      const page = await request.page(since);
      count += page.items.length;
      since = page.next;
      more = page.more;
    }
    if (count !== BOOKS) throw new Error(`The first load returned ${count} of ${BOOKS} books.`);
  };
  const exported = async (): Promise<void> => {
    await (await request.send("/export?format=ndjson")).arrayBuffer();
  };
  const measured: Record<"load" | "exported", number[]> = { load: [], exported: [] };
  await exported();
  for (let round = 0; round < ROUNDS; round += 1) {
    measured.load.push(await duration(load));
    measured.exported.push(await duration(exported));
  }
  return { load: median(measured.load), exported: median(measured.exported) };
}

async function counted(world: BenchWorld, catalogue: Catalogue, token: string) {
  const service = await world.countedService(NO_LIMITS, catalogue);
  const request = requestsOf(service.url, token);
  let page = await request.page();
  const { items } = page;
  while (page.more) page = await request.page(page.next);
  const changes = items.slice(0, CHANGES).map(({ isbn, version }, at) => ({
    op: "change",
    key: `bench-${at}`,
    isbn,
    ifVersion: version,
    body: { notes: `Changed by another device: ${at}` },
  }));
  await service.takeCounts();
  const response = await request.send("/changes", { changes });
  const { data } = (await response.json()) as { data: { results: { outcome: string }[] } };
  if (data.results.some(({ outcome }) => outcome !== "applied"))
    throw new Error(JSON.stringify(data.results));
  const applied = (await service.takeCounts()).d1RowsRead;
  const news = await request.page(page.next);
  if (news.more || news.items.length !== CHANGES)
    throw new Error("The page did not contain the ten changes.");
  return { applied, read: (await service.takeCounts()).d1RowsRead };
}

function requestsOf(url: string, token: string) {
  const send = async (path: string, body?: object): Promise<Response> => {
    const response = await fetch(`${url}${ROOT}${path}`, {
      method: body ? "POST" : "GET",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (response.status !== 200) throw new Error(await response.text());
    return response;
  };
  const page = async (since?: string): Promise<Page> => {
    const place = since === undefined ? "" : `&since=${encodeURIComponent(since)}`;
    const response = await send(`/changes?limit=${PAGE}${place}`);
    return ((await response.json()) as { data: Page }).data;
  };
  return { send, page };
}

async function duration(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
