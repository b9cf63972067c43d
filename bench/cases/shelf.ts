import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import type { BenchCase, Line } from "../case.ts";
import { median } from "../statistics.ts";

const SMALL = 200;
const LARGE = 20_000;
const WRITERS = 16;
const REQUESTS = 40;
/** Within a factor of 2: the shelf of 20,000 against the one of 200. */
const MOST = 2;

const STATUSES = ["want_to_read", "reading", "completed", "paused", "abandoned"];
const SORTS = ["added", "title", "author", "rating", "year", "finished"].flatMap((sort) => [
  sort,
  `-${sort}`,
]);

interface Shelf {
  url: string;
  headers: Record<string, string>;
}

/** Pages of a large shelf against the same pages of a small one, in one run; then what has to look at every book. */
export const shelf: BenchCase = {
  name: "shelf",
  title: `A shelf of ${LARGE.toLocaleString("en")} books against one of ${SMALL}`,
  async run(world) {
    const standIn = await world.standIn(1);
    const service = await world.service({ ...standIn.env, ...NO_LIMITS });
    const small = await fill(service.url, SMALL);
    const large = await fill(service.url, LARGE);
    const plain = await ratios(
      small,
      large,
      SORTS.map((sort) => `?sort=${sort}`),
    );
    const byStatus = await ratios(
      small,
      large,
      SORTS.map((sort) => `?status=reading&sort=${sort}`),
    );
    const whole: Record<string, number> = {};
    for (const path of [
      "?q=title%20777",
      "?rating=4&finishedYear=2020",
      "?tag=tag%207",
      "/stats",
      "/top-rated?year=2000",
    ]) {
      whole[path] = await msOf(large, path);
    }
    return {
      lines: [
        worst("slowest page, unfiltered", plain),
        worst("slowest page, by status", byStatus),
        ...Object.entries(whole).map(([what, ms]) => ({ what, value: `${ms.toFixed(1)} ms` })),
      ],
      data: { requests: REQUESTS, plain, byStatus, whole },
    };
  },
};

type Ratios = Record<string, { smallMs: number; largeMs: number; ratio: number }>;

function worst(what: string, measured: Ratios): Line {
  const [path, { smallMs, largeMs, ratio }] = Object.entries(measured).reduce((one, other) =>
    other[1].ratio > one[1].ratio ? other : one,
  );
  return {
    what,
    value: `${ratio.toFixed(2)} (${path}: ${largeMs.toFixed(1)} ms to ${smallMs.toFixed(1)} ms)`,
    figure: `at most ${MOST.toFixed(2)}`,
    met: ratio <= MOST,
  };
}

async function ratios(small: Shelf, large: Shelf, paths: readonly string[]): Promise<Ratios> {
  const measured: Ratios = {};
  for (const path of paths) {
    const smallMs = await msOf(small, path);
    const largeMs = await msOf(large, path);
    measured[path] = { smallMs, largeMs, ratio: largeMs / smallMs };
  }
  return measured;
}

/** The median of requests one after the other, in ms. */
async function msOf({ url, headers }: Shelf, path: string): Promise<number> {
  const times: number[] = [];
  for (let request = 0; request < REQUESTS; request += 1) {
    const from = performance.now();
    const response = await fetch(url + path, { headers });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`${path} answers ${response.status}`);
    times.push(performance.now() - from);
  }
  return median(times);
}

/** A new reader with so many books of his own, in every status, half of them rated and dated. */
async function fill(origin: string, books: number): Promise<Shelf> {
  const account = await fetch(`${origin}/api/v2/users`, { method: "POST" });
  const { userId, token } = (await account.json()) as { userId: string; token: string };
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const url = `${origin}/v1/library/${userId}`;
  let next = 0;
  const write = async (): Promise<void> => {
    for (let index = next++; index < books; index = next++) {
      const body = JSON.stringify(bookOf(index));
      const response = await fetch(`${url}/books`, { method: "POST", headers, body });
      await response.arrayBuffer();
      if (response.status !== 201) throw new Error(`A book is answered with ${response.status}`);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  return { url, headers };
}

function bookOf(index: number): object {
  return {
    title: `Title ${(index * 7919) % 20_011} of ${index}`,
    authors: [`Author ${index % 997}`],
    publicationYear: 1900 + (index % 120),
    pageCount: 100 + (index % 400),
    status: STATUSES[index % STATUSES.length],
    tags: [`Tag ${index % 50}`],
    ...(index % 2 === 0
      ? { rating: (1 + (index % 20)) / 4, readings: [{ finishedAt: String(2000 + (index % 25)) }] }
      : {}),
  };
}
