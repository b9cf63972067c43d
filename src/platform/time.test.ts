import { expect, it } from "vitest";
import { isoTime } from "./time.ts";

it("writes an instant in UTC, and leaves an unknown one unknown", () => {
  const unknown: number | undefined = [0].at(1);
  expect(isoTime(0)).toBe("1970-01-01T00:00:00.000Z");
  expect(isoTime(unknown)).toBeUndefined();
});
