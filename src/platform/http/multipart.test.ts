import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DomainError } from "../errors.ts";
import { formParts } from "./multipart.ts";

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** The names and Latin-1 contents of a form's parts. */
async function fields(type: string, body: Uint8Array, size: number): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for await (const { name, bytes } of formParts(type, pieces(body, size))) {
    let text = "";
    for await (const piece of bytes) text += Buffer.from(piece).toString("latin1");
    found.push([name, text]);
  }
  return found;
}

const FORM = "multipart/form-data; boundary=b";
const part = (name: string, text: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;

describe("formParts", () => {
  it("reads a form of another writer in chunks of any size", async () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .array(fc.constantFrom("\r", "\n", "\r\n", "-", "--", "\r\n--", "------form", "x"))
        .map((parts) => new Uint8Array(Buffer.from(parts.join("")))),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom("file", "options", "a b"), content), { maxLength: 4 }),
        fc.integer({ min: 1, max: 70 }),
        async (given, size) => {
          const form = new FormData();
          for (const [name, bytes] of given) form.append(name, new Blob([bytes]), "x.csv");
          const response = new Response(form);
          const type = response.headers.get("Content-Type") ?? "";
          const body = new Uint8Array(await response.arrayBuffer());
          expect(await fields(type, body, size)).toEqual(
            given.map(([name, bytes]) => [name, Buffer.from(bytes).toString("latin1")]),
          );
        },
      ),
    );
  });

  it("accepts a preamble, padding, an epilogue and a quoted boundary", async () => {
    const body = `hello\r\n--b  \r\nX-Other: 1\r\ncontent-disposition: form-data; filename="a;b"; name=file\r\n\r\nx\r\n--b--\r\nbye`;
    for (const size of [1, 1000]) {
      const type = 'Multipart/Form-Data; charset=utf-8; boundary="b"';
      expect(await fields(type, Buffer.from(body), size)).toEqual([["file", "x"]]);
    }
  });

  it("skips unread parts", async () => {
    const body = Buffer.from(`${part("one", "x".repeat(500))}${part("two", "y")}--b--`);
    const names: string[] = [];
    for await (const { name } of formParts(FORM, pieces(body, 7))) names.push(name);
    expect(names).toEqual(["one", "two"]);
  });

  it.each([
    ["without a boundary", "multipart/form-data", ""],
    ["without an end", FORM, part("file", "x")],
    ["without a beginning", FORM, "x"],
    ["that is empty", FORM, ""],
    ["without a name", FORM, "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"],
    ["with an endless header", FORM, `--b\r\n${"x".repeat(10_000)}`],
  ])("rejects a form %s", async (_name, type, body) => {
    await expect(fields(type, Buffer.from(body), 100)).rejects.toThrow(DomainError);
  });
});
