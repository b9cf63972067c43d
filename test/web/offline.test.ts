import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { goOffline, PATIENT, startApp, type OwnApp } from "./support/app.ts";
import { axeFaults } from "./support/look.ts";
import { visitWith } from "./support/seed.ts";

let app: OwnApp;
/** The service after a restart. */
let again: ServiceProcess | undefined;
beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await again?.stop();
  await app.end();
});

/** Shares content with the app as with an installed web app. @returns the page that opens */
async function shared(page: Page, parts: string): Promise<string> {
  await page.evaluate("navigator.serviceWorker.ready");
  // The worker does not control the first page load.
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
  // The page is served only to navigations; the test requests where the worker redirects to.
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
  // The page is served only to navigations; the test requests where the worker redirects to.
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
  await page.getByText(/did not fit on this device, or has already been used/).waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await app.closeVisits();
});

it("sends changes made while the service restarted", async () => {
  const isbn = "9780441172719";
  const { page, watch, library } = await visitWith(app, `/book/${isbn}`, (own) =>
    own.add({ isbn }),
  );
  watch.allow(/ERR_|status of 50\d/);
  const stars = page.getByRole("slider", { name: "Rating" });
  await stars.waitFor();
  await app.service.kill9();
  await stars.press("Digit4");
  await page
    .getByText(/accepts no changes at the moment. 1 change is waiting to be sent/)
    .waitFor();
  expect(await axeFaults(page)).toEqual([]);
  again = await startService({
    stateDir: app.service.stateDir,
    env: { ...app.standIn.env, ...NO_LIMITS, PORT: new URL(app.url).port },
  });
  await page.getByText(/accepts no changes at the moment/).waitFor({ state: "detached" });
  await vi.waitFor(
    async () => expect(await library.get(isbn)).toMatchObject({ rating: 4 }),
    PATIENT,
  );
  await app.closeVisits();
});

it("opens without a connection after the first visit, on any page", async () => {
  const { page, watch } = await app.visit("/", undefined, { serviceWorker: true });
  watch.allow(/ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|FAILED)/);
  await goOffline(page);
  await (again ?? app.service).stop();
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
