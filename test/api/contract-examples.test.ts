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

/** An example in which `<token>`, `<userId>` and `<jobId>` are replaced by values of earlier responses. */
function filled(
  request: Example["request"],
  values: ReadonlyMap<string, string>,
): Example["request"] {
  const fill = (text: string): string =>
    text.replaceAll(/<(\w+)>/g, (whole, name: string) => values.get(name) ?? whole);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, fill(value)]);
  return { ...request, path: fill(request.path), headers: Object.fromEntries(headers) };
}

it.each([
  ["API_CONTRACT.md", contract, 19],
  ["clients/migrating-from-v1.md", migrating, 1],
])("the examples of docs/%s match the service's responses", async (_page, markdown, count) => {
  const examples = examplesOf(markdown);
  expect(examples).toHaveLength(count);
  const values = new Map<string, string>();
  for (const { request, answer } of examples) {
    const { path, ...init } = filled(request, values);
    const response = await call(path, init);
    const headers = Object.fromEntries(
      Object.keys(answer.headers).map((name) => [name, response.headers.get(name)]),
    );
    const text = (await response.text()).replaceAll("\r\n", "\n").trim();
    const answered: unknown = isJson(answer.headers) ? JSON.parse(text) : text;
    if (typeof answered === "object" && answered !== null) {
      for (const [name, value] of Object.entries(answered)) values.set(name, String(value));
    }
    // The next request to a job is sent after the job has finished its current work.
    if (response.status === 202) await ended(values.get("jobId") ?? "");
    const body = elided(answered, answer.body);
    expect({ path, status: response.status, headers, body }).toEqual({ path, ...answer });
  }
});
