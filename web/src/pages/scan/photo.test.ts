import { expect, it } from "vitest";
import { worthTaking } from "./photo.ts";

it("uses the books of a photo, and other codes only if there are none", () => {
  expect(worthTaking(["4006381333931", "9780441172719"])).toEqual(["9780441172719"]);
  expect(worthTaking(["4006381333931"])).toEqual(["4006381333931"]);
  expect(worthTaking([])).toEqual([]);
});
