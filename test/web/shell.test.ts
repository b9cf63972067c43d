import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { isAppPath } from "../../web/src/paths.ts";
import { openApp, PATIENT, WIDTHS, type App } from "./support/app.ts";
import { scrollsSideways, shoot, tabTo, themedAxeFaults } from "./support/look.ts";

let app: App;
beforeAll(async () => {
  app = await openApp();
});
afterEach(() => app.closeVisits());
afterAll(() => app.end());

const PAGES = [
  ["/", "Shelf"],
  ["/add", "Add a book"],
  ["/stats", "Statistics"],
  ["/more", "More"],
  ["/nothing/here", "Page not found"],
] as const;

describe.each(WIDTHS)("at $width px", (view) => {
  it.each(PAGES)("%s has its title, no accessibility fault, and fits", async (path, title) => {
    const { page, watch } = await app.visit(path, view);
    // The status of an unknown path.
    watch.allow(/status of 404.*\/nothing\/here/);
    const heading = page.getByRole("heading", { level: 1 });
    expect(await heading.textContent()).toBe(title);
    await vi.waitUntil(async () => (await page.title()) === `${title} · BooksTrack`, PATIENT);
    expect(await heading.count()).toBe(1);
    await shoot(page, `shell${path.replaceAll("/", "-")}`, view);
    expect(await themedAxeFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
  });
});

describe("the shell", () => {
  it("opens with the first steps, and stores nothing", async () => {
    const { page } = await app.visit("/");
    await page.getByRole("link", { name: "Import my books" }).waitFor();
    await page.locator("input:focus").waitFor();
    expect(await page.evaluate("localStorage.length")).toBe(0);
  });

  it("moves the focus to the title of the next page, by keyboard alone", async () => {
    const { page } = await app.visit("/");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await tabTo(page, "Stats");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Statistics" }).waitFor();
    await page.locator("h1:focus", { hasText: "Statistics" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/stats");
    const current = page.locator('[aria-current="page"]');
    expect(await current.textContent()).toBe("Stats");
    await page.goBack();
    await page.locator("h1:focus", { hasText: "Shelf" }).waitFor();
  });

  it("skips to the content", async () => {
    const { page } = await app.visit("/more");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await tabTo(page, "Skip to content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement?.id")).toBe("main");
  });

  it("serves the app with status 404 at an unknown path", async () => {
    const { page, watch } = await app.visit("/more");
    watch.allow(/status of 404/);
    const response = await page.goto("/no/such/page");
    expect(response?.status()).toBe(404);
    await page.getByRole("link", { name: "To the shelf" }).click();
    await page.getByRole("heading", { level: 1, name: "Shelf" }).waitFor();
  });
});

it("is installable, with shortcuts and as a target of shared files", async () => {
  const { page, context } = await app.visit("/more", undefined, { serviceWorker: true });
  await page.evaluate("navigator.serviceWorker.ready");
  const browser = await context.newCDPSession(page);
  const { errors, data = "{}" } = await browser.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  const manifest = JSON.parse(data) as {
    icons: { src: string }[];
    shortcuts: { url: string }[];
    share_target: { action: string };
  };
  expect(manifest.share_target.action).toBe("/share");
  for (const { url } of manifest.shortcuts)
    expect(isAppPath(new URL(url, app.url).pathname)).toBe(true);
  for (const { src } of manifest.icons) expect((await fetch(`${app.url}${src}`)).status).toBe(200);
  const { installabilityErrors } = await browser.send("Page.getInstallabilityErrors");
  expect(installabilityErrors).toEqual([]);
});

it("does not affect API clients", async () => {
  const unknown = await fetch(`${app.url}/nothing`);
  expect([unknown.status, unknown.headers.get("Content-Type")]).toEqual([
    404,
    "application/problem+json",
  ]);
  const chunk = await fetch(`${app.url}/assets/gone-1.js`);
  expect(chunk.headers.get("Content-Type")).toBe("application/problem+json");
  const page = await fetch(`${app.url}/`);
  expect(page.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  const [, script = ""] = /src="(\/assets\/[^"]+)"/.exec(await page.text()) ?? [];
  const asset = await fetch(`${app.url}${script}`);
  expect(asset.headers.get("Cache-Control")).toContain("immutable");
  expect((await fetch(`${app.url}/sw.js`)).headers.get("Cache-Control")).toBe("no-cache");
});
