import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { temporaryState } from "../e2e/support.ts";
import { withLocalD1 } from "../tools/local-d1.ts";
import { goOffline, startApp, WIDTHS, type App } from "./support/app.ts";
import { axeFaults, scrollsSideways, shoot, tabTo, themedAxeFaults } from "./support/look.ts";

const TOKEN = "the-operator-of-these-tests-0123456789";
const PARTS = [
  ["Flags", "Save useSSEImport"],
  ["Migration", "Start a dry run"],
  ["Dead letters", undefined],
  ["Cache", "Drop"],
  ["Providers", undefined],
  ["Deprecations", undefined],
] as const;

/**
 * Fails the pages of a migration until it has been paused once, so that it is certainly running
 * when it is paused.
 */
const HELD_MIGRATION = `
  CREATE TABLE HeldMigration (is_held INTEGER);
  INSERT INTO HeldMigration VALUES (1);
  CREATE TRIGGER hold_migration BEFORE UPDATE OF step ON MigrationRuns
  WHEN NEW.kind = 'migration' AND NEW.dry_run = 0 AND EXISTS (SELECT 1 FROM HeldMigration)
  BEGIN SELECT RAISE(ABORT, 'held'); END;
  CREATE TRIGGER release_migration AFTER UPDATE OF status ON MigrationRuns WHEN NEW.status = 'paused'
  BEGIN DELETE FROM HeldMigration; END;`;

const state = temporaryState();
let app: App;
beforeAll(async () => {
  withLocalD1(state.path, (database) => database.exec(HELD_MIGRATION));
  app = await startApp({ env: { ADMIN_TOKEN: TOKEN }, stateDir: state.path });
});
afterEach(() => app.closeVisits());
afterAll(async () => {
  await app.end();
  state.remove();
});

async function signIn(page: Page): Promise<void> {
  await page.getByLabel("Operator token").fill(TOKEN);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Checklist for the first run" }).waitFor();
}

describe.each(WIDTHS)("at $width px", (view) => {
  it("shows every part without an accessibility fault, and fits", async () => {
    const { page } = await app.visit("/operator", view);
    await page.getByLabel("Operator token").waitFor();
    expect(await themedAxeFaults(page)).toEqual([]);
    await signIn(page);
    await shoot(page, "operator", view, true);
    expect(await themedAxeFaults(page)).toEqual([]);
    for (const [name, button] of PARTS) {
      await page.getByRole("tab", { name }).click();
      if (button) await page.getByRole("button", { name: button, exact: true }).waitFor();
      else await page.locator("[role=tabpanel] [aria-busy]").waitFor({ state: "detached" });
      await shoot(page, `operator-${name.toLowerCase().replace(" ", "-")}`, view, true);
      expect(await themedAxeFaults(page)).toEqual([]);
      expect(await scrollsSideways(page)).toBe(false);
    }
  });
});

it("refuses a wrong token, and keeps the right one only for this tab", async () => {
  const { page, context, watch } = await app.visit("/operator");
  watch.allow(/status of 403/);
  await tabTo(page, "Operator token");
  await page.keyboard.type("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("The token does not match ADMIN_TOKEN").waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await signIn(page);
  expect(await page.evaluate("localStorage.length")).toBe(0);
  await page.reload();
  await page.getByText("The service is ready").waitFor();
  const other = await context.newPage();
  await other.goto("/operator");
  await other.getByLabel("Operator token").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Operator token").waitFor();
  expect(await page.evaluate("sessionStorage.length")).toBe(0);
});

it("changes a flag to a percentage, by keyboard alone", async () => {
  const { page } = await app.visit("/operator?tab=flags");
  await page.getByLabel("Operator token").fill(TOKEN);
  await page.keyboard.press("Enter");
  const flag = page.getByRole("form", { name: "useSSEImport" });
  await flag.getByLabel("State").selectOption("some");
  await flag.getByLabel("Percentage of accounts").fill("101");
  await page.keyboard.press("Enter");
  await flag.getByText("Enter a number from 0 to 100.").waitFor();
  await flag.getByLabel("Percentage of accounts").fill("12,5");
  await page.keyboard.press("Enter");
  await page.getByText("useSSEImport is saved.").waitFor();
  await expect
    .poll(async () => {
      const response = await fetch(`${app.url}/admin/flags/useSSEImport`, {
        headers: { Authorization: `Bearer ${TOKEN}` },
      });
      return ((await response.json()) as { state: unknown }).state;
    })
    .toEqual({ percentage: 12.5, allow: [] });
});

it("completes a dry run of the migration and a validation", async () => {
  const { page } = await app.visit("/operator?tab=migration");
  await page.getByLabel("Operator token").fill(TOKEN);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Start a dry run" }).click();
  const run = page.getByRole("region", { name: "Migration", exact: true });
  await run.getByText("Completed (dry run)").waitFor();
  await page.getByRole("button", { name: "Start a validation" }).click();
  await page
    .getByRole("region", { name: "Validation", exact: true })
    .getByText("Completed")
    .waitFor();
  expect(await axeFaults(page)).toEqual([]);
});

it("pauses and resumes a running migration, by keyboard alone", async () => {
  const { page } = await app.visit("/operator?tab=migration");
  await page.getByLabel("Operator token").fill(TOKEN);
  await page.keyboard.press("Enter");
  const run = page.getByRole("region", { name: "Migration", exact: true });
  const press = async (name: string): Promise<void> => {
    await run.getByRole("button", { name }).waitFor();
    await tabTo(page, name);
    await page.keyboard.press("Enter");
  };
  await run.getByText("Dry run: read and transform everything").waitFor();
  await tabTo(page, /^Dry run/);
  await page.keyboard.press("Space");
  await press("Start the migration");
  await run.getByText("Running", { exact: true }).waitFor();
  await press("Pause");
  await run.getByText("Paused", { exact: true }).waitFor();
  // The button with the focus has disappeared.
  await run.locator(":focus").waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await page.reload();
  await run.getByText("Paused", { exact: true }).waitFor();
  await press("Resume");
  await run.getByText("Completed", { exact: true }).waitFor();
  expect(await axeFaults(page)).toEqual([]);
});

it("resends a dead letter, and shows a countdown for a limit", async () => {
  const { page, watch } = await app.visit("/more");
  watch.allow(/status of 429/);
  const letter = {
    id: "letter-1",
    queue: "imports",
    body: { jobId: "<b>job</b>" },
    attempts: 5,
    failedAt: "2024-05-01T10:00:00.000Z",
  };
  const state = { items: [letter], isLimited: true };
  await page.route("**/admin/dead-letters?*", (route) =>
    route.fulfill({ json: { items: state.items } }),
  );
  await page.route("**/admin/dead-letters/*/retry", (route) => {
    if (state.isLimited) {
      return route.fulfill({
        status: 429,
        headers: { "Retry-After": "2" },
        contentType: "application/problem+json",
        body: JSON.stringify({ code: "RATE_LIMIT_EXCEEDED", retryable: true, detail: "slow" }),
      });
    }
    state.items = [];
    return route.fulfill({ status: 202, json: letter });
  });
  await page.goto("/operator?tab=letters");
  await page.getByLabel("Operator token").fill(TOKEN);
  await page.keyboard.press("Enter");
  await page.getByText("The message", { exact: true }).click();
  await page.getByText("<b>job</b>").waitFor();
  await page.getByRole("button", { name: /Send again/ }).click();
  await page.getByText(/Too many requests/).waitFor();
  expect(await axeFaults(page)).toEqual([]);
  state.isLimited = false;
  await page.getByRole("button", { name: "Try again", exact: true }).click();
  await page.getByRole("button", { name: /Send again/ }).click();
  await page.getByText("There are no dead letters.").waitFor();
});

it("speaks German, and says that it needs a connection", async () => {
  const { page, watch } = await app.visit("/operator", undefined, {
    locale: "de",
    serviceWorker: true,
  });
  watch.allow(/ERR_INTERNET_DISCONNECTED/);
  await page.getByRole("heading", { level: 1, name: "Betrieb" }).waitFor();
  await goOffline(page);
  await page.locator(".state").waitFor();
  expect(await axeFaults(page)).toEqual([]);
});
