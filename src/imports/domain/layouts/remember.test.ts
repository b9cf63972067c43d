import { expect, it } from "vitest";
import { remembering } from "./remember.ts";

it("reads a short text once and a long one each time, and is bounded", () => {
  const read: string[] = [];
  const known = remembering((text) => {
    read.push(text);
    return text === "nothing" ? undefined : text.length;
  });
  const long = "x".repeat(41);
  for (const text of ["read", "nothing", long]) {
    const [first, second] = [known(text), known(text)];
    expect(second).toBe(first);
  }
  expect(read).toEqual(["read", "nothing", long, long]);
  for (let index = 0; index < 500; index += 1) expect(known(`${index}`)).toBe(`${index}`.length);
  expect(known("read")).toBe(4);
  expect(read.filter((text) => text === "read")).toHaveLength(2);
});
