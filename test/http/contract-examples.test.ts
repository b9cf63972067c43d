import { afterEach, beforeEach, expect, it, vi } from "vitest";
import contract from "../../docs/API_CONTRACT.md?raw";
import migrating from "../../docs/clients/migrating-from-v1.md?raw";
import { elided, examplesOf } from "../support/examples.ts";
import { forgetKeys } from "../support/enrich.ts";
import { call } from "../support/http.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";

beforeEach(async () => {
  openLibraryInPlace().say("9780441172719", {
    title: "Dune",
    authors: [{ name: "Frank Herbert" }],
    publishers: [{ name: "Ace Books" }],
    publish_date: "September 1, 1990",
    number_of_pages: 535,
  });
  await forgetKeys();
  await restDesks();
});
afterEach(() => {
  vi.restoreAllMocks();
});

it.each([
  ["API_CONTRACT.md", contract, 8],
  ["clients/migrating-from-v1.md", migrating, 1],
])("the examples of docs/%s are what the service answers", async (_page, markdown, count) => {
  const examples = examplesOf(markdown);
  expect(examples).toHaveLength(count);
  for (const { request, answer } of examples) {
    const { path, ...init } = request;
    const response = await call(path, init);
    const headers = Object.fromEntries(
      Object.keys(answer.headers).map((name) => [name, response.headers.get(name)]),
    );
    const body = elided(await response.json(), answer.body);
    expect({ path, status: response.status, headers, body }).toEqual({ path, ...answer });
  }
});
