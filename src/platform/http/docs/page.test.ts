import { describe, expect, it } from "vitest";
import { curlOf } from "./curl.ts";
import type { ApiDocument, Operation, Schema } from "./document.ts";
import { exampleOf } from "./example.ts";
import { docsPage } from "./page.ts";

const book: Schema = {
  type: "object",
  properties: {
    isbn: { type: "string", examples: ["9780441172719"] },
    title: { type: "string" },
    subtitle: { type: "string" },
    next: { $ref: "#/components/schemas/Book" },
  },
  required: ["isbn", "title"],
};

function documentOf(path: string, method: string, operation: Partial<Operation>): ApiDocument {
  return {
    info: { title: "Test", version: "1" },
    paths: { [path]: { [method]: { operationId: "op", responses: {}, ...operation } } },
    components: { schemas: { Book: book } },
  };
}

/** Renders a document with this one operation. */
const pageOf = (operation: Partial<Operation>): Promise<string> =>
  docsPage(documentOf("/x", "get", operation), "");

/** The curl command of this one operation. */
function curl(path: string, method: string, given: Partial<Operation>): string {
  const document = documentOf(path, method, given);
  const operation = document.paths[path]?.[method] ?? { operationId: "op", responses: {} };
  return curlOf({ method, path, operation }, document);
}

describe("the page", () => {
  it("escapes text from every part of the document", async () => {
    const hostile = "<script>alert(1)</script>";
    const page = await pageOf({
      operationId: hostile,
      summary: hostile,
      description: hostile,
      tags: [hostile],
      parameters: [
        { name: hostile, in: "query", description: hostile, schema: { enum: [hostile] } },
      ],
      requestBody: {
        description: hostile,
        content: { [hostile]: { schema: { default: hostile } } },
      },
      responses: { [hostile]: { description: hostile } },
    });
    expect(page).not.toContain("<script");
    expect(page).toContain("&lt;script&gt;");
  });

  it("renders code spans and paragraphs of prose", async () => {
    const page = await pageOf({ description: "Use `isbn`.\n\nOr not." });
    expect(page).toContain("<p>Use <code>isbn</code>.</p><p>Or not.</p>");
  });

  it("shows whether an operation requires a token", async () => {
    expect(await pageOf({})).not.toContain("token</span>");
    expect(await pageOf({ security: [{ bearer: [] }] })).toContain("token required");
    expect(await pageOf({ security: [{ bearer: [] }, {}] })).toContain("token optional");
  });

  it("links problem responses to their codes and references to their schemas", async () => {
    const page = await pageOf({
      responses: {
        200: {
          description: "A book",
          headers: { ETag: { description: "Its version", schema: { type: "string" } } },
          content: { "application/json": { schema: { $ref: "#/components/schemas/Book" } } },
        },
        404: {
          description: "BOOK_NOT_FOUND: No such book",
          content: { "application/problem+json": { schema: {} } },
        },
      },
    });
    expect(page).toContain('href="#problem-BOOK_NOT_FOUND"');
    expect(page).toContain('id="problem-BOOK_NOT_FOUND"');
    expect(page).toContain('href="#schema-Book"');
    expect(page).toContain('id="schema-Book"');
    expect(page).toContain("ETag");
  });

  it("describes unions, arrays, maps and limits", async () => {
    const schema: Schema = {
      anyOf: [
        {
          type: "object",
          properties: { a: { type: ["integer", "null"], minimum: 1, maximum: 50 } },
        },
        {
          allOf: [
            {
              type: "object",
              properties: {
                b: { type: "array", items: { type: "string", format: "date-time" } },
                c: { type: "object", additionalProperties: { type: "boolean" } },
              },
            },
          ],
        },
      ],
    };
    const page = await pageOf({ requestBody: { content: { "application/json": { schema } } } });
    const text = page.replaceAll(/<[^>]+>/g, "").replaceAll(/\s+/g, " ");
    expect(text).toContain("a integer or null at least 1, at most 50");
    expect(text).toContain("b array of string (date-time)");
    expect(text).toContain("c map of boolean");
  });
});

describe("an example", () => {
  const document = documentOf("/x", "get", {});
  it.each<[Schema, unknown]>([
    [{ examples: [7], type: "integer" }, 7],
    [{ const: "x" }, "x"],
    [{ default: 20, type: "integer" }, 20],
    [{ enum: ["a", "b"] }, "a"],
    [{ type: "integer", minimum: 3 }, 3],
    [{ type: "number" }, 1],
    [{ type: "boolean" }, true],
    [{ type: "null" }, null],
    [{ type: ["string", "null"] }, "…"],
    [{ type: "string", format: "date" }, "2026-01-31"],
    [{ anyOf: [{ const: 1 }, { const: 2 }] }, 1],
    [
      { allOf: [book, { type: "object", properties: { x: { const: 1 } } }] },
      { isbn: "9780441172719", title: "…", x: 1 },
    ],
    [
      { type: "array", items: { $ref: "#/components/schemas/Book" } },
      [{ isbn: "9780441172719", title: "…" }],
    ],
    [{ type: "object" }, {}],
  ])("of %j is %j", (schema, expected) => {
    expect(exampleOf(schema, document)).toEqual(expected);
  });

  it("stops at a recursive schema", () => {
    const endless: Schema = {
      type: "object",
      properties: { next: { $ref: "#/components/schemas/Loop" } },
    };
    const loop = { ...document, components: { schemas: { Loop: endless } } };
    expect(JSON.stringify(exampleOf(endless, loop)).length).toBeLessThan(200);
  });
});

describe("a curl command", () => {
  it("contains parameters that have an example and omits the others", () => {
    const parameters = [
      { name: "q", in: "query", schema: { examples: ["dune herbert"] } },
      { name: "limit", in: "query" },
      { name: "isbn", in: "path", required: true },
    ];
    expect(curl("/books/{isbn}", "get", { parameters })).toBe(
      'curl "$BOOKSTRACK/books/<isbn>?q=dune%20herbert"',
    );
  });

  it("sends the required token and a body of the right media type", () => {
    const json = { "application/json": { schema: { $ref: "#/components/schemas/Book" } } };
    expect(curl("/x", "post", { security: [{ bearer: [] }], requestBody: { content: json } })).toBe(
      [
        'curl -X POST "$BOOKSTRACK/x"',
        '-H "Authorization: Bearer $TOKEN"',
        '-H "Content-Type: application/json"',
        `-d '{"isbn":"9780441172719","title":"…"}'`,
      ].join(" \\\n  "),
    );
    expect(
      curl("/x", "post", { requestBody: { content: { "multipart/form-data": {} } } }),
    ).toContain('-F "file=@library.csv"');
    expect(curl("/x", "post", { requestBody: { content: { "text/csv": {} } } })).toContain(
      "--data-binary @library.csv",
    );
  });

  it("contains the required headers", () => {
    const parameters = [{ name: "If-Match", in: "header", required: true }];
    expect(curl("/x", "put", { parameters })).toContain('-H "If-Match: <value>"');
  });
});
