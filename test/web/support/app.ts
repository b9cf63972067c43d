import type { BrowserContext, Page } from "playwright-core";
import { inject } from "vitest";
import { launchBrowser, PATIENCE_MS } from "../../tools/browser.ts";
import { NO_LIMITS } from "../../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../../tools/service.ts";
import type { CatalogueBook } from "../../tools/stand-in/catalogue-book.ts";
import { startStandIn } from "../../tools/stand-in/server.ts";
import type { StandIn } from "../../tools/stand-in/stand-in.ts";
import { watchPage, type PageWatch } from "./watch.ts";

/** How a page is looked at. */
export interface View {
  readonly width: 390 | 1280;
  readonly theme: "light" | "dark";
}

/** A phone and a desk, light and dark. */
export const VIEWS = [
  { width: 390, theme: "light" },
  { width: 390, theme: "dark" },
  { width: 1280, theme: "light" },
  { width: 1280, theme: "dark" },
] as const satisfies readonly View[];

/** A page in a fresh browser profile: no account, no service worker, nothing stored. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went wrong on the page so far. `closeVisits` fails on any of it. */
  readonly watch: PageWatch;
}

/** The whole service with stand-in providers, and a browser. One per test file. */
export interface App {
  readonly url: string;
  readonly service: ServiceProcess;
  readonly standIn: StandIn;
  /** Opens a path as a new user. */
  visit(path: string, view?: View, options?: VisitOptions): Promise<Visit>;
  /** Closes the pages of a test. @throws Error that lists errors of the console, breaches of the CSP and foreign requests */
  closeVisits(): Promise<void>;
  end(): Promise<void>;
}

export interface VisitOptions {
  /** Languages of the browser, English by default. */
  readonly locale?: string;
  /** The account of the device; without it the visit is that of a new user. */
  readonly account?: { readonly userId: string; readonly token: string };
  readonly args?: readonly string[];
}

/**
 * Starts the service and the browser.
 * @param options `env`: vars of the service; `flags`: of the browser, such as those of a fake camera;
 * `books`: what the providers know
 */
export async function startApp({
  env = {},
  flags = [],
  books,
}: {
  env?: Record<string, string>;
  flags?: readonly string[];
  books?: readonly CatalogueBook[];
} = {}): Promise<App> {
  const standIn = await startStandIn(books === undefined ? {} : { books });
  const service = await startService({
    stateFrom: inject("newState"),
    env: { ...standIn.env, ...NO_LIMITS, ...env },
  });
  const browser = await launchBrowser(flags);
  let visits: Visit[] = [];
  return {
    url: service.url,
    service,
    standIn,
    async visit(path, { width, theme }: View = VIEWS[0], { locale = "en-GB", account } = {}) {
      const context = await browser.newContext({
        baseURL: service.url,
        colorScheme: theme,
        locale,
        reducedMotion: "reduce",
        viewport: { width, height: width === 390 ? 844 : 800 },
        hasTouch: width === 390,
      });
      context.setDefaultTimeout(PATIENCE_MS);
      if (account) await context.addInitScript(signIn(account));
      const watch = watchPage(context, service.url);
      const page = await context.newPage();
      await page.goto(path);
      const visit = { page, context, watch };
      visits.push(visit);
      return visit;
    },
    async closeVisits() {
      const closing = visits;
      visits = [];
      for (const { context } of closing) await context.close();
      const faults = closing.flatMap(({ watch }) => watch.faults());
      if (faults.length > 0) throw new Error(faults.join("\n"));
    },
    async end() {
      await browser.close();
      await service.stop();
      await standIn.close();
    },
  };
}

/** A script that gives the device an account before the app starts, unless it has one. */
const signIn = (account: NonNullable<VisitOptions["account"]>): string => `
  if (location.protocol === "http:" && localStorage.getItem("bookstrack.account") === null) {
    localStorage.setItem("bookstrack.account", ${JSON.stringify(JSON.stringify(account))});
  }`;
