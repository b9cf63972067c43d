import { afterAll, afterEach, beforeAll, it } from "vitest";
import document from "../../openapi.json" with { type: "json" };
import { openApp, type App } from "./support/app.ts";
import { shoot } from "./support/look.ts";

let app: App;
beforeAll(async () => {
  app = await openApp();
});
afterEach(() => app.closeVisits());
afterAll(() => app.end());

it("/docs shows the operations, and sends no request to another origin", async () => {
  const view = { width: 1280, theme: "light" } as const;
  const { page, watch } = await app.visit("/docs", view);
  // Scalar expects a type beside `anyOf`, which JSON Schema does not require, but still shows these
  // schemas.
  watch.allow(/document validation errors|console: \[Object/);
  await page.getByRole("heading", { name: "BooksTrack", level: 1 }).waitFor();
  const summary = document.paths["/v1/search/isbn"].get.summary;
  await page.getByText(summary).first().waitFor();
  await shoot(page, "docs", view);
});
