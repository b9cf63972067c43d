import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startApp, VIEWS, type App } from "./support/app.ts";
import { openWithShelf } from "./support/device-shelf.ts";
import { inventedShelf } from "./support/invented-shelf.ts";
import { axeFaults, scrollsSideways, shoot } from "./support/look.ts";

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => app.closeVisits());
afterAll(() => app.end());

const UNREACHABLE = /ERR_FAILED/;

describe.each(VIEWS)("at $width px, $theme", (view) => {
  it("shows the first steps", async () => {
    const { page } = await app.visit("/", view);
    await page.getByLabel("Title, author or ISBN").waitFor();
    await shoot(page, "start", view);
    expect(await axeFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
  });

  it("shows books as rows and as covers, with every tool", async () => {
    const { page, watch } = await app.visit("/more", view);
    watch.allow(UNREACHABLE);
    await openWithShelf(page, "/", inventedShelf());
    await page.getByRole("link", { name: "The Cartographer’s Winter" }).waitFor();
    await shoot(page, "shelf", view);
    expect(await axeFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
    for (const tool of ["Filter", "View", "Jump to"]) {
      await page.getByRole("button", { name: tool }).click();
      await page.getByRole("dialog").waitFor();
      await shoot(page, `shelf-${tool.toLowerCase().replaceAll(" ", "-")}`, view);
      expect(await axeFaults(page)).toEqual([]);
      await page.keyboard.press("Escape");
    }
    await page.getByRole("button", { name: /^Edit The Cartographer/ }).click();
    await page.getByRole("dialog").waitFor();
    await shoot(page, "shelf-quick-edit", view);
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Select" }).click();
    await page.getByRole("checkbox", { name: "Select The Understudy" }).check();
    await page.getByRole("checkbox", { name: "Select Glass Orchard" }).check();
    await page.getByLabel("Search your shelf").fill("glass");
    await page.getByText("1 not visible").waitFor();
    await shoot(page, "shelf-selected", view);
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Change", exact: true }).click();
    await page.getByRole("dialog").waitFor();
    await shoot(page, "shelf-bulk", view);
    expect(await axeFaults(page)).toEqual([]);
    await page.goto("/?view=grid");
    await page.getByRole("link", { name: "The Cartographer’s Winter" }).waitFor();
    await shoot(page, "shelf-grid", view);
    expect(await axeFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
  });
});
