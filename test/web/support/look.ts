import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Result } from "axe-core";
import type { Page } from "playwright-core";
import type { View } from "./app.ts";

/** Evaluated in the page by the debugger, to which the CSP does not apply. */
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/**
 * All default rules, without unused output: selectors of elements, and style sheets, which axe
 * would load and parse in every run although only a rule that is off by default needs them.
 */
const AXE_OPTIONS = {
  resultTypes: ["violations"],
  selectors: false,
  preload: { assets: ["media"] },
};
/** The only default rules that look at colours. The themes differ in nothing else (test/tools/themes.test.ts). */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];
/** Folder for screenshots; none are made without it. */
const SCREENSHOTS = process.env["SCREENSHOTS"];
const MAX_TABS = 200;

/**
 * Violations of the accessibility rules, one line each.
 * @param rules the only rules to check, for example one that is off by default
 */
export async function axeFaults(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate("typeof axe === 'object'"))) await loadAxe(page);
  const options = { ...AXE_OPTIONS, ...(rules ? { runOnly: rules } : {}) };
  const violations = await page.evaluate<Result[]>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" | ")}`,
  );
}

/** Playwright's own `evaluate` takes twice as long for a script of this size. */
async function loadAxe(page: Page): Promise<void> {
  const debuggerOfPage = await page.context().newCDPSession(page);
  await debuggerOfPage.send("Runtime.evaluate", { expression: AXE });
  await debuggerOfPage.detach();
}

/**
 * The same in the light theme, and the rules about colours in the dark one. The page remains in the
 * light one.
 */
export const themedAxeFaults = (page: Page): Promise<string[]> =>
  inThemes(page, async (theme) => {
    const faults = await axeFaults(page, theme === "dark" ? COLOUR_RULES : undefined);
    return faults.map((fault) => `in the ${theme} theme: ${fault}`);
  });

/** Whether the page is wider than its window. */
export const scrollsSideways = (page: Page): Promise<boolean> =>
  page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");

/**
 * Takes a screenshot, or one of each theme, if `SCREENSHOTS` names a folder.
 * @param fullPage whether to include the part below the window
 */
export async function shoot(
  page: Page,
  name: string,
  { width, theme }: View,
  fullPage = false,
): Promise<void> {
  if (!SCREENSHOTS) return;
  const folder = SCREENSHOTS;
  mkdirSync(folder, { recursive: true });
  const take = async (shown: Theme): Promise<[]> => {
    await page.screenshot({ path: join(folder, `${name}-${width}-${shown}.png`), fullPage });
    return [];
  };
  await (theme === undefined ? inThemes(page, take) : take(theme));
}

type Theme = NonNullable<View["theme"]>;

/** Runs `look` in the dark theme and in the light one. @returns the results of both */
async function inThemes<Found>(
  page: Page,
  look: (theme: Theme) => Promise<Found[]>,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const theme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    found.push(...(await look(theme)));
  }
  return found;
}

/** The name of the focused element for a screen reader, without decoration. */
const focusedName = (page: Page): Promise<string> =>
  page.evaluate(`(() => {
    const element = document.activeElement;
    if (!element) return "";
    const content = (named) => {
      const copy = named.cloneNode(true);
      for (const hidden of copy.querySelectorAll("[aria-hidden=true]")) hidden.remove();
      return copy.textContent;
    };
    const label = element.getAttribute("aria-label") ?? content(element.labels?.[0] ?? element);
    return label.trim().replace(/\\s+/g, " ");
  })()`);

/**
 * Presses Tab until an element with this name has the focus.
 * @throws Error with the names that were skipped
 */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  for (let tabs = 0; tabs < MAX_TABS; tabs += 1) {
    await page.keyboard.press("Tab");
    const focused = await focusedName(page);
    if (typeof name === "string" ? focused === name : name.test(focused)) return;
    passed.push(focused);
  }
  throw new Error(`Tab reached only ${[...new Set(passed)].join(", ")}; expected ${String(name)}`);
}
