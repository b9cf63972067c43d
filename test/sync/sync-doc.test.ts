import { expect, it } from "vitest";
import page from "../../docs/sync.md?raw";
import { outboxChangeSchema } from "../../contract/sync.ts";
import { elided, examplesOf } from "../support/examples.ts";
import { call } from "../support/http.ts";
import { inCatalogue, newReader } from "../support/library.ts";
import { pageOf } from "../support/sync.ts";

const ISBN = "9780441172719";

it("the examples of docs/sync.md match the service's responses", async () => {
  await inCatalogue({ isbn: ISBN, title: "Dune" });
  const reader = await newReader();
  await reader.add({ isbn: ISBN });
  const [item] = (await pageOf(reader)).items;
  const values: Record<string, string> = {
    userId: reader.userId,
    token: reader.token,
    version: String(item?.version),
  };
  const examples = examplesOf(
    page.replaceAll(/<(\w+)>/g, (whole, name: string) => values[name] ?? whole),
  );
  expect(examples).toHaveLength(2);
  for (const { request, answer } of examples) {
    const { path, ...init } = request;
    const response = await call(path, init);
    const headers = Object.fromEntries(
      Object.keys(answer.headers).map((name) => [name, response.headers.get(name)]),
    );
    const body = elided(await response.json(), answer.body);
    expect({ status: response.status, headers, body }).toEqual(answer);
  }
});

it("docs/sync.md lists every operation of the outbox", () => {
  const operations = outboxChangeSchema.options.map(({ shape }) => shape.op.value);
  const listed = [...page.matchAll(/^\| `([a-z.]+)` +\| `(?:isbn|ifVersion|body)/gm)].map(
    ([, op]) => op,
  );
  expect(new Set(listed)).toEqual(new Set(operations));
});
