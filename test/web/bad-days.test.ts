import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createClient, type Library } from "../../client/src/index.ts";
import { goOffline, openApp, PATIENT, type App } from "./support/app.ts";
import { axeFaults } from "./support/look.ts";
import { visitWith } from "./support/seed.ts";

const DUNE = "9780441172719";
const DAY_MS = 86_400_000;
let app: App;
beforeAll(async () => {
  app = await openApp();
});
afterEach(() => app.closeVisits());
afterAll(() => app.end());

const fill = (library: Library): Promise<unknown> => library.add({ isbn: DUNE });

/** Waits until the service has the expected data of the book. */
const arrives = (library: Library, expected: object): Promise<void> =>
  vi.waitFor(async () => expect(await library.get(DUNE)).toMatchObject(expected), PATIENT);

/** Blocks the edits of a device. @returns a function that lets them through again */
async function holdEdits(context: BrowserContext): Promise<() => Promise<void>> {
  const changes = /\/changes$/;
  await context.route(changes, (route) =>
    route.request().method() === "POST" ? route.abort() : route.fallback(),
  );
  return () => context.unroute(changes);
}

const pageText = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).first().waitFor();

const showsReview = (page: Page, text: string): Promise<void> =>
  vi.waitFor(async () => expect(await page.getByLabel("Review").inputValue()).toBe(text), PATIENT);

it("the user chooses between both values when two devices change the same field offline", async () => {
  const first = await visitWith(app, `/book/${DUNE}`, fill);
  const account = JSON.parse(
    await first.page.evaluate<string>(`localStorage.getItem("bookstrack.account")`),
  ) as { userId: string; token: string };
  const second = await app.visit(`/book/${DUNE}`, undefined, { account });
  const devices = [
    { ...first, key: "Digit2" },
    { ...second, key: "Digit4" },
  ];
  for (const { page, watch, key } of devices) {
    watch.allow(/ERR_(INTERNET_DISCONNECTED|FAILED)/);
    const stars = page.getByRole("slider", { name: "Rating" });
    await stars.waitFor();
    await goOffline(page);
    await stars.press(key);
    await pageText(page, "1 change is waiting to be sent.");
  }
  await first.context.setOffline(false);
  await arrives(first.library, { rating: 2 });
  await second.context.setOffline(false);
  await second.page.getByText("Changed on another device too.").waitFor();
  await second.page.getByRole("cell", { name: "4 stars of 5" }).waitFor();
  await second.page.getByRole("cell", { name: "2 stars of 5" }).waitFor();
  expect(await first.library.get(DUNE)).toMatchObject({ rating: 2 });
  await second.page.getByRole("button", { name: "Keep mine" }).click();
  await arrives(first.library, { rating: 4 });
  await first.page.getByRole("slider", { name: "Rating" }).and(valueNow(first.page, "4")).waitFor();
});

const valueNow = (page: Page, value: string) => page.locator(`[aria-valuenow="${value}"]`);

describe("a browser that stores nothing", () => {
  it("works with a connection in a private window, and says what is lost when the page is closed", async () => {
    const { page, context, watch } = await app.visit("/more");
    watch.allow(/ERR_FAILED/);
    await context.addInitScript(`
      IDBFactory.prototype.open = () => { throw new DOMException("Refused.", "InvalidStateError"); };
      Storage.prototype.setItem = () => { throw new DOMException("Refused.", "QuotaExceededError"); };`);
    const release = await holdEdits(context);
    await page.goto(`/book/${DUNE}`);
    await page.getByRole("button", { name: "Reading", exact: true }).click();
    await pageText(page, /This browser stores nothing beyond this page/);
    await pageText(page, /2 changes are not sent yet: they are lost if you close this page now/);
    await pageText(page, /without its recovery code you cannot access it again/);
    expect(await axeFaults(page)).toEqual([]);
    await release();
    await pageText(page, /Your changes are in your account as soon as they are sent/);
    await page.getByRole("link", { name: "Shelf" }).click();
    await pageText(page, "1 book");
  });

  it("keeps stored data and sends new edits once the device is full", async () => {
    const { page: other, context, library } = await visitWith(app, `/book/${DUNE}`, fill);
    await other.getByLabel("Review").waitFor();
    // The first tab sends stored edits, but the second tab cannot store any for it.
    const page = await context.newPage();
    await page.goto(`/book/${DUNE}`);
    await page.getByLabel("Review").waitFor();
    // Everything was loaded from the service before the device becomes full.
    await page.evaluate(FULL);
    await page.getByLabel("Review").fill("Written to the last byte.");
    await pageText(page, /This device has no storage space left/);
    await pageText(page, /Kept until you close this page/);
    expect(await axeFaults(page)).toEqual([]);
    await arrives(library, { review: "Written to the last byte." });
    await page.reload();
    await showsReview(page, "Written to the last byte.");
  });

  it("shows the shelf of the service on a device that was full from the start", async () => {
    const { page, context } = await visitWith(app, "/more", fill);
    await context.addInitScript(FULL);
    await page.goto("/");
    await pageText(page, "Dune");
    await pageText(page, /This device has no storage space left/);
  });
});

const FULL = `IDBObjectStore.prototype.put = () => {
  throw new DOMException("Full.", "QuotaExceededError");
};`;

it("an old tab offers to reload after a deployment, and loses no input", async () => {
  const { page, context, watch, library } = await visitWith(app, `/book/${DUNE}`, fill);
  watch.allow(/status of 404.*stats-page|dynamically imported module|ERR_FAILED/);
  const chunk = /\/assets\/stats-page-[^/]*\.js$/;
  await context.route(chunk, (route) => route.fulfill({ status: 404, body: "Not found." }));
  const release = await holdEdits(context);
  await page.getByLabel("Review").fill("Typed in an old tab.");
  await page.getByRole("link", { name: "Stats" }).click();
  await page.getByRole("heading", { level: 1, name: "This page could not be shown" }).waitFor();
  await pageText(page, "A new version of BooksTrack is ready.");
  expect(await axeFaults(page)).toEqual([]);
  await context.unroute(chunk);
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByRole("heading", { level: 1, name: "Statistics" }).waitFor();
  await page.goto(`/book/${DUNE}`);
  await showsReview(page, "Typed in an old tab.");
  await release();
  await arrives(library, { review: "Typed in an old tab." });
});

describe.each([
  ["days ahead", 9 * DAY_MS],
  ["years behind", -2000 * DAY_MS],
])("a clock that is %s", (_, wrongByMs) => {
  it("changes no date of an edit, and invalidates no pairing code", async () => {
    const { page, library } = await visitWith(app, "/more", fill);
    await page.clock.install({ time: Date.now() + wrongByMs });
    await page.goto(`/book/${DUNE}`);
    await page.getByRole("radio", { name: "Reading", exact: true }).click();
    await arrives(library, { status: "reading" });
    const { readings, updatedAt } = await library.get(DUNE);
    // The date of the device may differ from that of UTC by a day.
    const started = Date.parse(readings[0]?.startedAt ?? "");
    expect(Math.abs(started - Date.now())).toBeLessThan(2 * DAY_MS);
    expect(Math.abs(Date.parse(updatedAt) - Date.now())).toBeLessThan(DAY_MS);
    await page.goto("/settings");
    await page.getByRole("button", { name: "Add a device" }).click();
    await page.locator(".settings-code code").waitFor();
    await page.clock.runFor(10_000);
    expect(await page.locator(".settings-code code").count()).toBe(1);
  });
});

it("after its token is revoked, an open shelf asks to sign in, and keeps and sends the changes", async () => {
  const { page, watch, library } = await visitWith(app, "/", fill);
  watch.allow(/status of 401/);
  await pageText(page, "Dune");
  const { token } = JSON.parse(
    await page.evaluate<string>(`localStorage.getItem("bookstrack.account")`),
  ) as { token: string };
  const own = createClient({ baseUrl: app.url, token });
  const { code } = await own.accounts.pair();
  const other = await createClient({ baseUrl: app.url }).accounts.issueToken({ pairingCode: code });
  const again = await createClient({ baseUrl: app.url, token: other.token }).accounts.pair();
  await own.accounts.revoke();
  await vi.waitFor(() => expect(library.get(DUNE)).rejects.toMatchObject({ status: 401 }), PATIENT);
  await page.getByRole("button", { name: /^Edit Dune/ }).click();
  await page.getByRole("combobox", { name: "Status", exact: true }).selectOption("reading");
  await page.getByRole("heading", { name: "Sign in again" }).waitFor();
  await pageText(page, /1 change is kept/);
  expect(await axeFaults(page)).toEqual([]);
  await page.getByLabel("Pairing code or recovery code").fill(again.code);
  await page.keyboard.press("Enter");
  await page.getByText("You are signed out on this device.").first().waitFor({ state: "hidden" });
  const signedIn = createClient({ baseUrl: app.url, token: other.token }).library(other.userId);
  await arrives(signedIn, { status: "reading" });
});
