import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startApp, type OwnApp } from "./support/app.ts";
import { axeFaults } from "./support/look.ts";

let app: OwnApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.end());

/** Shares something with the app as an installed browser app gets it. @returns the page that opens */
async function shared(page: Page, parts: string): Promise<string> {
  await page.evaluate("navigator.serviceWorker.ready");
  // Its first page load is not controlled by the worker.
  await page.reload();
  return page.evaluate<string>(`(async () => {
    const form = new FormData();
    ${parts}
    const { url } = await fetch("/share", { method: "POST", body: form });
    return url;
  })()`);
}

it("adds the book of a page that another app shares", async () => {
  const { page, watch } = await app.visit("/more", undefined, { serviceWorker: true });
  // The page is only served to navigations; the test asks where the worker leads.
  watch.allow(/status of 404.*[?]shared/);
  const opens = await shared(
    page,
    `form.set("title", "Dune"); form.set("text", "https://shop.example/dp/0441172717?ref=x");`,
  );
  await page.goto(opens);
  await page.getByText("Dune").first().waitFor();
  expect(new URL(page.url()).pathname).toBe("/add");
  await page.goto("/");
  await page.getByText("1 book", { exact: true }).first().waitFor();
  await app.closeVisits();
});

it("previews a file that another app shares, once", async () => {
  const { page, watch } = await app.visit("/more", undefined, { serviceWorker: true });
  // The page is only served to navigations; the test asks where the worker leads.
  watch.allow(/status of 404.*[?]shared/);
  const opens = await shared(
    page,
    `form.set("file", new File(["Title,Author\\nDune,Frank Herbert"], "list ä.csv", { type: "text/csv" }));`,
  );
  expect(new URL(opens).pathname).toBe("/import");
  await page.goto(opens);
  await page.getByText("list ä.csv").first().waitFor();
  await page.waitForURL(/\/import\/[^/]+$/);
  await page.goto(opens);
  await page.getByText(/did not fit on this device, or was taken already/).waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await app.closeVisits();
});

it("opens again without a connection after the first visit, on any page", async () => {
  const { page, context, watch } = await app.visit("/", undefined, { serviceWorker: true });
  watch.allow(/ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|FAILED)/);
  await page.evaluate("navigator.serviceWorker.ready");
  await context.setOffline(true);
  await app.service.stop();
  for (const [path, title] of [
    ["/", "Shelf"],
    ["/more", "More"],
  ] as const) {
    await page.goto(path);
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await page.getByText("You are offline.").waitFor();
  }
  expect(await axeFaults(page)).toEqual([]);
  await app.closeVisits();
});
