import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Page } from "playwright-core";
import {
  goOffline,
  openApp,
  PATIENT,
  WIDTHS,
  type App,
  type View,
  type Visit,
  type VisitOptions,
} from "./support/app.ts";
import { axeFaults, scrollsSideways, shoot, tabTo, themedAxeFaults } from "./support/look.ts";
import { visitWith } from "./support/seed.ts";

const DUNE = "9780441172719";

let app: App;
beforeAll(async () => {
  app = await openApp();
});
afterEach(() => app.closeVisits());
afterAll(() => app.end());

/** A device with an account that has one book. */
async function newUser(view?: View, options?: VisitOptions): Promise<Visit> {
  const visit = await app.visit("/scan", view, options);
  // Streams of pages that were closed moments ago still count.
  visit.watch.allow(/429.*changes\/stream/);
  await visit.page.getByLabel("Number or barcode reader").fill(DUNE);
  await visit.page.keyboard.press("Enter");
  await visit.page.getByText("1 book added").waitFor();
  await vi.waitUntil(async () => (await accountOf(visit.page)) !== undefined, PATIENT);
  return visit;
}

async function accountOf(page: Page): Promise<{ userId: string; token: string } | undefined> {
  const stored = await page.evaluate<string | null>("localStorage.getItem('bookstrack.account')");
  return stored === null ? undefined : (JSON.parse(stored) as { userId: string; token: string });
}

const asUser = async (
  page: Page,
  path: string,
  init: { method?: string } = {},
): Promise<Response> => {
  const account = await accountOf(page);
  return fetch(`${app.url}${path.replace(":user", account?.userId ?? "")}`, {
    ...init,
    headers: { Authorization: `Bearer ${account?.token ?? ""}` },
  });
};

/** Waits until the service has this number of books of the user. */
const waitForTotal = (page: Page, total: number): Promise<unknown> =>
  vi.waitUntil(async () => {
    const response = await asUser(page, "/v1/library/:user?limit=10");
    return ((await response.json()) as { data: { total: number } }).data.total === total;
  }, PATIENT);

describe.each(WIDTHS)("at $width px", (view) => {
  it("settings, trash and sign-in have no accessibility fault, and fit", async () => {
    const { page } = await newUser(view);
    await page.goto("/settings");
    await page.getByText("This device", { exact: true }).first().waitFor();
    await page.getByText("Books on the shelf").waitFor();
    await shoot(page, "settings", view);
    expect(await themedAxeFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
    await page.getByRole("button", { name: "Add a device" }).click();
    await page.getByRole("img", { name: /QR code/ }).waitFor();
    await shoot(page, "pairing", view);
    expect(await themedAxeFaults(page)).toEqual([]);
    await page.goto("/pair");
    await page.getByLabel("Pairing code or recovery code").waitFor();
    await shoot(page, "pair", view);
    expect(await themedAxeFaults(page)).toEqual([]);
    await page.goto("/more");
    await page.getByRole("link", { name: /Settings/ }).waitFor();
    await shoot(page, "more", view);
    expect(await themedAxeFaults(page)).toEqual([]);
  });
});

describe("two devices", () => {
  it("share a shelf after pairing by code, and an edit on one arrives on the other", async () => {
    const first = await newUser();
    await first.page.goto("/settings");
    await first.page.getByRole("button", { name: "Add a device" }).click();
    const code = await first.page.locator(".settings-code code").innerText();
    const second = await app.visit(`/pair#${code.replace("-", "")}`);
    await second.page.getByLabel("Name of this device").fill("Kitchen tablet");
    expect(new URL(second.page.url()).hash).toBe("");
    await second.page.getByRole("button", { name: "Sign in" }).click();
    await second.page.getByText("Dune").first().waitFor(PATIENT);
    expect((await accountOf(second.page))?.userId).toBe((await accountOf(first.page))?.userId);
    await first.page.getByText("Kitchen tablet is signed in.").first().waitFor(PATIENT);
    expect(await axeFaults(first.page)).toEqual([]);
    await first.page.getByRole("button", { name: "Done" }).click();
    await first.page.getByRole("button", { name: "Sign out: Kitchen tablet" }).waitFor();
    await second.page.goto("/scan");
    await second.page.getByLabel("Number or barcode reader").fill("9780261102217");
    await second.page.keyboard.press("Enter");
    await second.page.getByText("1 book added").waitFor();
    await first.page.goto("/");
    await first.page.getByText("The Hobbit").first().waitFor(PATIENT);
    // The second device is signed out from the first one.
    second.watch.allow(/status of 401/);
    await first.page.goto("/settings");
    await first.page.getByRole("button", { name: "Sign out: Kitchen tablet" }).click();
    await first.page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
    await first.page.getByText("Kitchen tablet is signed out.").first().waitFor();
    await first.page
      .getByRole("button", { name: "Sign out: Kitchen tablet" })
      .waitFor({ state: "detached" });
  });

  it("a signed-out device keeps its edits, and sends them after signing in again", async () => {
    const { page, watch } = await newUser();
    watch.allow(/status of 401/);
    await page.goto("/settings");
    await page.getByRole("button", { name: "Create a new recovery code" }).click();
    await page.getByRole("button", { name: "Create it" }).click();
    const recovery = await page.getByLabel("Account and code").inputValue();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByLabel("Last four characters of the code").fill(recovery.slice(-4));
    await page.getByRole("button", { name: "I have it" }).click();
    await asUser(page, "/api/v2/tokens/current", { method: "DELETE" });
    // The service may accept the token for a moment longer.
    await vi.waitUntil(async () => {
      return (await asUser(page, "/api/v2/users/me")).status === 401;
    }, PATIENT);
    await page.goto("/scan");
    await page.getByRole("heading", { name: "Sign in again" }).waitFor(PATIENT);
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByLabel("Number or barcode reader").fill("9780261102217");
    await page.keyboard.press("Enter");
    await page
      .getByText(/On your shelf/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Sign in again" }).click();
    await page
      .getByText(/1 change is kept/)
      .first()
      .waitFor();
    await page.getByLabel("Pairing code or recovery code").fill("no code");
    await page.keyboard.press("Enter");
    await page.getByText(/This is neither a pairing code/).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByLabel("Pairing code or recovery code").fill(recovery);
    await page.keyboard.press("Enter");
    await page.getByText("You are signed out on this device.").first().waitFor({ state: "hidden" });
    await waitForTotal(page, 2);
  });
});

describe("the account", () => {
  it("can set its time zone and download its export", async () => {
    const { page } = await newUser();
    await page.goto("/settings");
    await page.getByLabel("Time zone").selectOption("Asia/Tokyo");
    await vi.waitUntil(async () => {
      const user = await (await asUser(page, "/api/v2/users/me")).json();
      return (user as { timeZone: string }).timeZone === "Asia/Tokyo";
    }, PATIENT);
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: /^CSV/ }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
    const stream = await download.createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toContain("Dune");
  });

  it("has a trash from which books can be restored by keyboard alone", async () => {
    const { page } = await newUser();
    // A book that was undone before it was sent was never on the shelf, and is not in the trash.
    await waitForTotal(page, 1);
    await page.keyboard.press("Tab");
    await page.keyboard.press("z");
    await page.locator(".scan-hit", { hasText: "Undone" }).waitFor();
    await waitForTotal(page, 0);
    await page.goto("/trash");
    await page.getByRole("button", { name: "Restore: Dune" }).waitFor();
    await shoot(page, "trash", { width: 390, theme: "light" });
    expect(await axeFaults(page)).toEqual([]);
    await tabTo(page, "Restore: Dune");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "The trash is empty" }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.goto("/");
    await page.getByText("Dune").first().waitFor(PATIENT);
  });

  it("has a trash from which one or all books can be deleted permanently", async () => {
    const { page, library } = await visitWith(app, "/more", async (own) => {
      for (const isbn of [DUNE, "9780261102217", "9780451524935"]) {
        await own.add({ isbn });
        await own.remove(isbn);
      }
    });
    await page.goto("/trash");
    const restore = page.getByRole("button", { name: /^Restore: / });
    await restore.nth(2).waitFor();
    await page.getByRole("button", { name: "Delete for good: Dune" }).click();
    await page.getByText("Its readings, notes and progress are deleted with it.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole("dialog").getByRole("button", { name: "Delete for good" }).click();
    await restore.nth(2).waitFor({ state: "detached" });
    expect(await restore.count()).toBe(2);
    await page.getByRole("button", { name: "Empty the trash" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Empty the trash" }).click();
    await page.getByRole("heading", { name: "The trash is empty" }).waitFor();
    expect(await Array.fromAsync(library.trash())).toEqual([]);
  });

  it("is deleted after typing the word, and the device is then empty", async () => {
    const { page } = await newUser();
    const account = await accountOf(page);
    await page.goto("/settings");
    await page.getByRole("button", { name: "Delete the account" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Delete the account" }).click();
    await dialog.getByText("Type DELETE to delete the account.").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await dialog.getByLabel("Type DELETE to confirm").fill("delete");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Shelf" }).waitFor();
    expect(await accountOf(page)).toBeUndefined();
    const response = await fetch(`${app.url}/v1/library/${account?.userId}`, {
      headers: { Authorization: `Bearer ${account?.token}` },
    });
    expect([401, 403, 404]).toContain(response.status);
  });
});

it("settings are usable by keyboard alone, even to sign in on another device", async () => {
  const { page } = await newUser({ width: 1280 });
  await page.goto("/settings");
  await page.getByText("This device", { exact: true }).first().waitFor();
  await tabTo(page, "Theme");
  await page.keyboard.press("End");
  expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
  await tabTo(page, "Change the name");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, "Name");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("Desk");
  await page.keyboard.press("Enter");
  await page.getByText("Desk", { exact: true }).waitFor();
  await tabTo(page, "Add a device");
  await page.keyboard.press("Enter");
  const code = await page.locator(".settings-code code").innerText();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Add a device" }).and(page.locator(":focus")).waitFor();
  const second = await app.visit("/pair");
  await second.page.getByRole("heading", { level: 1 }).waitFor();
  await tabTo(second.page, "Pairing code or recovery code");
  await second.page.keyboard.type(code);
  await second.page.keyboard.press("Enter");
  await second.page.getByText("Dune").first().waitFor();
});

describe("this device", () => {
  it("speaks German to a German browser, and keeps a chosen language, theme and contrast", async () => {
    const { page } = await app.visit("/settings", undefined, { locale: "de-AT" });
    await page.getByRole("heading", { level: 1, name: "Einstellungen" }).waitFor();
    await page.getByLabel("Sprache", { exact: true }).selectOption("en");
    await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
    await page.getByLabel("Theme").selectOption("dark");
    await page.getByLabel("Contrast").selectOption("more");
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
    expect(
      await page.evaluate(
        "[document.documentElement.dataset.theme, document.documentElement.dataset.contrast]",
      ),
    ).toEqual(["dark", "more"]);
    expect(await axeFaults(page)).toEqual([]);
  });

  it("can be cleared, which revokes its token", async () => {
    const { page } = await newUser();
    const account = await accountOf(page);
    await page.goto("/settings");
    await page.getByRole("button", { name: "Clear this device" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Clear this device" }).click();
    await page.getByRole("heading", { level: 1, name: "Shelf" }).waitFor();
    expect(await page.evaluate("localStorage.length")).toBe(0);
    const response = await fetch(`${app.url}/api/v2/tokens`, {
      headers: { Authorization: `Bearer ${account?.token}` },
    });
    expect(response.status).toBe(401);
  });

  it("marks settings that need a connection, and keeps the others", async () => {
    const { page, context, watch } = await newUser(undefined, { serviceWorker: true });
    watch.allow(/ERR_(INTERNET_DISCONNECTED|FAILED)/);
    await goOffline(page);
    await page.goto("/settings");
    await page.getByRole("heading", { name: "You are offline" }).first().waitFor();
    await page.getByLabel("Theme").selectOption("dark");
    expect(await axeFaults(page)).toEqual([]);
    await context.setOffline(false);
    await page.getByText("Books on the shelf").waitFor(PATIENT);
  });
});
