import { expect, it } from "vitest";
import { isAppPath, PATHS } from "./paths.ts";

it("matches only the app's paths, with or without a trailing slash", () => {
  expect(PATHS.map((path) => isAppPath(path.replaceAll(/:\w+/g, "x")))).toEqual(
    PATHS.map(() => true),
  );
  expect(isAppPath("/more/")).toBe(true);
  expect(["/nothing", "/add/more", "", "/ADD"].map(isAppPath)).toEqual(Array(4).fill(false));
});
