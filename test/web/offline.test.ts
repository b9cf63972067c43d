import { afterAll, beforeAll, expect, it } from "vitest";
import { startApp, type App } from "./support/app.ts";
import { axeFaults } from "./support/look.ts";

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.end());

it("opens again without a connection after the first visit, on any page", async () => {
  const { page, context, watch } = await app.visit("/");
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
