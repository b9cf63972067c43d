import { describe, expect, it } from "vitest";
import { jsonLog } from "./log.ts";

function written(fields: Record<string, unknown>): Record<string, unknown> {
  const lines: string[] = [];
  jsonLog((line) => lines.push(line)).error("event", fields);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain("\n");
  return JSON.parse(lines[0] ?? "") as Record<string, unknown>;
}

describe("jsonLog", () => {
  it("writes one JSON object per line", () => {
    expect(written({ a: 1, text: "two\nlines" })).toEqual({
      level: "error",
      event: "event",
      a: 1,
      text: "two\nlines",
    });
  });

  it.each([
    [{ authorization: "Bearer abc" }, "abc"],
    [{ nested: { token: "abc" } }, "abc"],
    [{ body: { recoveryCode: "K7QM-2F0V", identityToken: "abc.def.ghi" } }, "K7QM"],
    [{ body: { recoveryCode: "K7QM-2F0V", identityToken: "abc.def.ghi" } }, "def"],
    [{ list: [{ secret: "abc" }] }, "abc"],
    [{ url: "https://provider.example/volumes?q=isbn:1&key=abc" }, "abc"],
    [{ url: "/api/v2/imports/1/stream?ticket=abc&x=1" }, "abc"],
    [{ text: "sent bt_user1_s3cr3t-x away" }, "s3cr3t"],
    [{ error: new Error("GET https://provider.example/?key=abc failed") }, "abc"],
  ])("redacts the secret in %j", (fields, secret) => {
    expect(JSON.stringify(written(fields))).not.toContain(secret);
  });

  it("writes errors with name, message and stack", () => {
    const { error } = written({ error: new TypeError("wrong") });
    expect(error).toMatchObject({ name: "TypeError", message: "wrong" });
  });
});
