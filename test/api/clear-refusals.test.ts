import { beforeAll, describe, expect, it } from "vitest";
import document from "../../openapi.json" with { type: "json" };
import { bearer } from "../support/accounts.ts";
import { call } from "../support/http.ts";
import { newReader, type Reader } from "../support/library.ts";
import { ADMIN } from "../support/migration.ts";

interface Operation {
  operationId: string;
  parameters?: { name: string; in: string; schema?: { type?: string } }[];
  requestBody?: { content: Record<string, unknown> };
}

const operations = Object.entries(
  document.paths as unknown as Record<string, Record<string, Operation>>,
).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

const ofJson = operations.filter(
  ({ requestBody }) => Object.keys(requestBody?.content ?? {}).join() === "application/json",
);

const withQuery = operations.flatMap(({ path, method, operationId, parameters = [] }) => {
  const names = parameters
    .filter((one) => one.in === "query" && one.schema?.type !== "array")
    .map(({ name }) => name);
  return method === "get" && names.length > 0 ? [{ path, operationId, names }] : [];
});

let reader: Reader;

beforeAll(async () => {
  reader = await newReader();
});

const headersFor = (path: string): Record<string, string> =>
  path.startsWith("/admin") ? ADMIN : bearer(reader.token);

const EXAMPLES: Readonly<Record<string, string>> = {
  isbn: "9780441172719",
  name: "enable_d1_reads",
};

const placed = (path: string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    name === "userId" ? reader.userId : (EXAMPLES[name] ?? "2026"),
  );

const refusalOf = async (response: Response) => {
  const text = await response.text();
  return response.ok ? undefined : (JSON.parse(text) as { status: number; detail: string });
};

describe("refusals say what would be valid", () => {
  it.each(ofJson)("$operationId names the media type that it accepts", async ({ path, method }) => {
    const response = await call(placed(path), {
      method: method.toUpperCase(),
      headers: { ...headersFor(path), "Content-Type": "text/plain" },
      body: "{}",
    });
    expect(await refusalOf(response)).toMatchObject({
      status: 415,
      detail: "The body must be JSON. Send it with Content-Type: application/json.",
    });
  });

  it.each(withQuery)(
    "$operationId reports a parameter that is sent several times",
    async ({ path, names }) => {
      for (const name of names) {
        const response = await call(`${placed(path)}?${name}=1&${name}=1`, {
          headers: headersFor(path),
        });
        const refusal = await refusalOf(response);
        expect(refusal?.detail ?? "").not.toContain("received");
      }
    },
  );
});
