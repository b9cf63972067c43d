import { expect, it } from "vitest";
import { isKeptOnUse, isNavigation, isShare, precacheOf, sharedText } from "./precache.ts";

const FILES = [{ url: "/", revision: "a" }, { url: "/assets/app-1.js" }];

it("names the cache after every file and its content", () => {
  const { name, urls } = precacheOf("app-", FILES);
  expect(name).toMatch(/^app-[0-9a-f]{8}$/);
  expect(urls).toEqual(["/", "/assets/app-1.js"]);
  expect(precacheOf("app-", FILES).name).toBe(name);
  expect(precacheOf("app-", FILES.slice(1)).name).not.toBe(name);
  expect(precacheOf("app-", [{ url: "/", revision: "c" }, ...FILES.slice(1)]).name).not.toBe(name);
});

it("answers navigations to pages of the app, but not to the service", () => {
  const opens = (path: string) => isNavigation("navigate", path);
  expect(["/", "/add", "/documents", "/nothing"].map(opens)).toEqual([true, true, true, true]);
  expect(["/docs", "/v1/x", "/api/v2/x", "/openapi.json", "/health/ready"].map(opens)).toEqual(
    Array(5).fill(false),
  );
  expect(isNavigation("cors", "/")).toBe(false);
});

it("keeps the barcode reader once it was used", () => {
  expect(
    ["/assets/zxing_reader-1.wasm", "/assets/app-1.js", "/v1/x.wasm"].map(isKeptOnUse),
  ).toEqual([true, false, false]);
});

it("accepts shared content of other apps, each text once", () => {
  expect([isShare("POST", "/share"), isShare("GET", "/share"), isShare("POST", "/v1/x")]).toEqual([
    true,
    false,
    false,
  ]);
  const form = new FormData();
  for (const [name, text] of [
    ["title", "Dune"],
    ["text", "Dune"],
    ["url", "https://shop.example/dune"],
    ["other", "x"],
  ] as const)
    form.set(name, text);
  expect(sharedText(form)).toBe("Dune\nhttps://shop.example/dune");
});
