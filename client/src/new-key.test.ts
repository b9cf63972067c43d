import { expect, it } from "vitest";
import { newKey } from "./new-key.ts";

it("creates random UUIDs without crypto.randomUUID, which is missing over plain HTTP", () => {
  const keys = Array.from({ length: 100 }, newKey);
  expect(new Set(keys).size).toBe(100);
  for (const key of keys) {
    expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});
