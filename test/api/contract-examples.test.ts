import { afterEach, beforeEach, expect, it, vi } from "vitest";
import contract from "../../docs/API_CONTRACT.md?raw";
import migrating from "../../docs/clients/migrating-from-v1.md?raw";
import { elided, examplesOf, isJson, type Example } from "../support/examples.ts";
import { forgetKeys } from "../support/enrich.ts";
import { call } from "../support/http.ts";
import { ended } from "../support/imports.ts";
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

/** An example with what earlier answers said in place of `<token>`, `<userId>`, `<jobId>`. */
function filled(
  request: Example["request"],
  said: ReadonlyMap<string, string>,
): Example["request"] {
  const fill = (text: string): string =>
    text.replaceAll(/<(\w+)>/g, (whole, name: string) => said.get(name) ?? whole);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, fill(value)]);
  return { ...request, path: fill(request.path), headers: Object.fromEntries(headers) };
}

it.each([
  ["API_CONTRACT.md", contract, 19],
  ["clients/migrating-from-v1.md", migrating, 1],
])("the examples of docs/%s are what the service answers", async (_page, markdown, count) => {
  const examples = examplesOf(markdown);
  expect(examples).toHaveLength(count);
  const said = new Map<string, string>();
  for (const { request, answer } of examples) {
    const { path, ...init } = filled(request, said);
    const response = await call(path, init);
    const headers = Object.fromEntries(
      Object.keys(answer.headers).map((name) => [name, response.headers.get(name)]),
    );
    const text = (await response.text()).replaceAll("\r\n", "\n").trim();
    const answered: unknown = isJson(answer.headers) ? JSON.parse(text) : text;
    if (typeof answered === "object" && answered !== null) {
      for (const [name, value] of Object.entries(answered)) said.set(name, String(value));
    }
    // What is asked of a job next is asked when it has done what it was told.
    if (response.status === 202) await ended(said.get("jobId") ?? "");
    const body = elided(answered, answer.body);
    expect({ path, status: response.status, headers, body }).toEqual({ path, ...answer });
  }
});
