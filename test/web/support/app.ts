import type { BrowserContext, Page } from "playwright-core";
import { inject } from "vitest";
import { launchBrowser, PATIENCE_MS } from "../../tools/browser.ts";
import { NO_LIMITS } from "../../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../../tools/service.ts";
import type { CatalogueBook } from "../../tools/stand-in/catalogue-book.ts";
import { startStandIn } from "../../tools/stand-in/server.ts";
import type { StandIn } from "../../tools/stand-in/stand-in.ts";
import { watchPage, type PageWatch } from "./watch.ts";

/** For events behind the page. A failure must not take minutes. */
export const PATIENT = { timeout: PATIENCE_MS };
/** For work that takes long even on an idle machine: a thousand lookups, or thirty books before a camera. */
export const VERY_PATIENT = { timeout: 4 * PATIENCE_MS };

/** Window and theme of a page. Without a theme it is opened in light and tested in both. */
export interface View {
  readonly width: 390 | 1280;
  readonly theme?: "light" | "dark";
}

/** A phone and a desk. */
export const WIDTHS = [{ width: 390 }, { width: 1280 }] as const satisfies readonly View[];

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
  /** Faults of the page so far. `closeVisits` fails if there are any. */
  readonly watch: PageWatch;
}

/** The complete service with stand-in providers, and a browser for the test file. */
export interface App {
  readonly url: string;
  /** Opens a path as a new user. */
  visit(path: string, view?: View, options?: VisitOptions): Promise<Visit>;
  /** Closes the pages of a test. @throws Error that lists errors of the console, breaches of the CSP and foreign requests */
  closeVisits(): Promise<void>;
  end(): Promise<void>;
}

/** An app with a service of one test file. */
export interface OwnApp extends App {
  readonly service: ServiceProcess;
  readonly standIn: StandIn;
}

export interface VisitOptions {
  /** Languages of the browser, English by default. */
  readonly locale?: string;
  /** The account of the device. Without it, the user is new. */
  readonly account?: { readonly userId: string; readonly token: string };
  /**
   * Whether the browser has service workers, for tests of a lost connection. Without them, as over
   * plain HTTP, each test avoids fetching and storing every file of the app.
   */
  readonly serviceWorker?: boolean;
}

/** Opens a browser on the service that the test files share. @param options `flags`: of the browser, such as those of a fake camera */
export const openApp = ({ flags = [] }: { flags?: readonly string[] } = {}): Promise<App> =>
  browse(inject("sharedService"), flags);

/**
 * Starts a service, for a test file that changes it or its providers, and a browser.
 * @param options `env`: vars of the service; `books`: the books of the providers; `stateDir`: its
 * state, a new one by default
 */
export async function startApp({
  env = {},
  books,
  stateDir,
}: {
  env?: Record<string, string>;
  books?: readonly CatalogueBook[];
  stateDir?: string;
} = {}): Promise<OwnApp> {
  const standIn = await startStandIn(books === undefined ? {} : { books });
  const service = await startService({
    ...(stateDir === undefined ? { stateFrom: inject("newState") } : { stateDir }),
    env: { ...standIn.env, ...NO_LIMITS, ...env },
  });
  const app = await browse(service.url);
  return {
    ...app,
    service,
    standIn,
    async end() {
      await app.end();
      await service.stop();
      await standIn.close();
    },
  };
}

/**
 * Takes the network from a page. Chromium does not take it from a service worker that is only being
 * installed, which would still reach the service for the page.
 */
export async function goOffline(page: Page): Promise<void> {
  await page.evaluate("navigator.serviceWorker?.ready");
  await page.context().setOffline(true);
}

async function browse(url: string, flags: readonly string[] = []): Promise<App> {
  const browser = await launchBrowser(flags);
  let visits: Visit[] = [];
  return {
    url,
    async visit(
      path,
      { width, theme = "light" }: View = VIEWS[0],
      { locale = "en-GB", account, serviceWorker = false } = {},
    ) {
      const context = await browser.newContext({
        baseURL: url,
        colorScheme: theme,
        locale,
        reducedMotion: "reduce",
        viewport: { width, height: width === 390 ? 844 : 800 },
        hasTouch: width === 390,
      });
      context.setDefaultTimeout(PATIENCE_MS);
      if (account) await context.addInitScript(signIn(account));
      if (!serviceWorker) await context.addInitScript("delete Navigator.prototype.serviceWorker");
      const watch = watchPage(context, url);
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
    end: () => browser.close(),
  };
}

/** A script that gives the device an account before the app starts, unless it has one. */
const signIn = (account: NonNullable<VisitOptions["account"]>): string => `
  if (location.protocol === "http:" && localStorage.getItem("bookstrack.account") === null) {
    localStorage.setItem("bookstrack.account", ${JSON.stringify(JSON.stringify(account))});
  }`;
