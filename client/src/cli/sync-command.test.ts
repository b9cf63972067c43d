import { expect, test } from "vitest";
import { asked, cli, handlers, json, loggedIn, problem } from "./test-support.ts";
import { EXIT } from "./usage.ts";

const PATH = "GET /v1/library/u1/changes";
const isbn = "9780441172719";
const metadata = { timestamp: new Date().toISOString() };
const page = (items: object[], next: string, more = false) =>
  json({ data: { items, next, more, seq: 7 }, metadata });

const ITEMS = [
  { kind: "book", isbn, version: 3, book: { title: "Dune" } },
  { kind: "book", isbn: "local-1", version: 4, deleted: true },
  { kind: "progress", id: "p-1", isbn, version: 1, progress: { page: 12 } },
  { kind: "goal", year: 2026, version: 2, goal: { books: 24, pages: 9000 } },
  { kind: "setting", name: "timeZone", version: 1, value: "Europe/Berlin" },
];

test("sync shows the feed to its end and the token to continue with", async () => {
  await loggedIn();
  handlers[PATH] = (request, response) => {
    const isLast = request.url?.includes("since=second");
    const answer = isLast ? page(ITEMS.slice(2), "end") : page(ITEMS.slice(0, 2), "second", true);
    answer(request, response);
  };
  const { code, out, err } = await cli(["sync"]);
  expect(code).toBe(EXIT.ok);
  expect(out.split("\n")).toEqual([
    `book      ${isbn}  Dune`,
    "book      local-1  removed",
    `progress  p-1  ${isbn}  page 12`,
    "goal      2026  24 books, 9000 pages",
    'setting   timeZone  "Europe/Berlin"',
    "",
  ]);
  expect(err).toContain("bookstrack sync --since end");
  const lines = (await cli(["sync", "--since", "second", "--json"])).out.trim().split("\n");
  expect(lines).toHaveLength(4);
  expect(JSON.parse(lines.at(-1) ?? "")).toEqual({ next: "end" });
});

test("sync --follow shows later writes when the stream announces them", async () => {
  await loggedIn();
  let reads = 0;
  handlers[PATH] = (request, response) => {
    reads += 1;
    const first = page(ITEMS.slice(0, 1), "one");
    const second = page(ITEMS.slice(4), "two");
    const gone = problem(410, "SYNC_RESET");
    [first, second, gone][reads - 1]?.(request, response);
  };
  handlers[`${PATH}/stream`] = (_, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.end('id: 8\nevent: change\ndata: {"seq":8}\n\n');
  };
  const { code, out } = await cli(["sync", "--follow"]);
  expect(out).toBe(`book      ${isbn}  Dune\nsetting   timeZone  "Europe/Berlin"\n`);
  expect(code).not.toBe(EXIT.ok);
  expect(asked.filter((line) => line.includes("/stream"))).toHaveLength(2);
});

test("sync accepts no words and no options of other commands", async () => {
  await loggedIn();
  for (const words of [["now"], ["--watch"]]) {
    expect((await cli(["sync", ...words])).code).toBe(EXIT.usage);
  }
});
