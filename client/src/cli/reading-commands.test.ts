import { expect, test } from "vitest";
import { asked, bodies, cli, handlers, json, loggedIn } from "./test-support.ts";
import { EXIT } from "./usage.ts";

const progress = { id: "p", isbn: "9780441172719", at: "2026-03-04T10:30:00.000Z" };

test("progress is recorded, and listed without a position", async () => {
  await loggedIn();
  const path = "/v1/library/u1/books/9780441172719/progress";
  handlers[`POST ${path}`] = json(
    { data: { progress: { ...progress, page: 120, percent: 30 }, book: { title: "Dune" } } },
    201,
  );
  const recorded = await cli(["progress", "9780441172719", "--page", "120", "--note", "Sand"]);
  expect(recorded).toMatchObject({ code: EXIT.ok, out: "Dune: page 120 (30 %)\n" });
  expect(JSON.parse(bodies.at(-1) ?? "")).toEqual({ page: 120, note: "Sand" });
  handlers[`GET ${path}`] = json({ data: { items: [{ ...progress, minutes: 90, note: "n" }] } });
  expect((await cli(["progress", "9780441172719"])).out).toBe(
    "2026-03-04 10:30 UTC  90 minutes  n\n",
  );
});

test("more than one position, or a note without one, is a usage error", async () => {
  await loggedIn();
  for (const options of [
    ["--page", "1", "--percent", "2"],
    ["--note", "n"],
    ["--books", "1"],
  ]) {
    const { code } = await cli(["progress", "9780441172719", ...options]);
    expect([options, code]).toEqual([options, EXIT.usage]);
  }
});

test("a goal is set with a number, and shown without", async () => {
  await loggedIn();
  const goal = { year: 2026, target: { books: 30 }, done: { books: 5 }, ahead: { books: -2.5 } };
  handlers["PUT /v1/library/u1/goals/2026"] = json({ data: { goal } });
  handlers["GET /v1/library/u1/goals/2026"] = json({ data: { goal } });
  const set = await cli(["goal", "2026", "--books", "30"]);
  expect(set.out).toContain("5 of 30, 2.5 behind");
  expect(JSON.parse(bodies.at(-1) ?? "")).toEqual({ books: 30 });
  expect(JSON.parse((await cli(["goal", "2026", "--json"])).out)).toEqual(goal);
  expect(asked.at(-1)).toMatch(/^GET /);
});
