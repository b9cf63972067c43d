import type { BrowserContext } from "playwright-core";

/** What a test watches for on every page. */
export interface PageWatch {
  /** Errors of the console and of scripts, breaches of the CSP, requests to other origins; without those that are allowed. */
  faults(): string[];
  /** Expects errors whose text matches, such as those of a lost connection. */
  allow(expected: RegExp): void;
}

/** Watches every page of a browser context. */
export function watchPage(context: BrowserContext, origin: string): PageWatch {
  const seen: string[] = [];
  // The service may still count the streams of pages that were closed a moment ago; the app polls until it has a place.
  const allowed: RegExp[] = [/status of 429.*\/changes\/stream/];
  context.on("console", (message) => {
    // Breaches of the CSP are reported as errors too.
    if (message.type() === "error" || message.type() === "warning") {
      seen.push(`console: ${message.text()} (${message.location().url})`);
    }
  });
  context.on("weberror", (error) => seen.push(`script: ${error.error().stack ?? "unknown"}`));
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)) {
      seen.push(`request to another origin: ${url}`);
    }
  });
  return {
    faults: () => seen.filter((fault) => !allowed.some((expected) => expected.test(fault))),
    allow: (expected) => allowed.push(expected),
  };
}
