import type { BrowserContext } from "playwright-core";

/** The faults that a test checks for on every page. */
export interface PageWatch {
  /**
   * Errors of the console and of scripts, violations of the CSP, and requests to other origins,
   * except allowed ones.
   */
  faults(): string[];
  /** Allows errors with a matching text, such as those of a lost connection. */
  allow(expected: RegExp): void;
}

/** Watches every page of a browser context. */
export function watchPage(context: BrowserContext, origin: string): PageWatch {
  const seen: string[] = [];
  // The service may still count the streams of pages that were closed moments ago; the app polls
  // until a slot is free.
  const allowed: RegExp[] = [/status of 429.*\/changes\/stream/];
  context.on("console", (message) => {
    // Violations of the CSP are reported as errors too.
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
