import { chromium, type Browser } from "playwright-core";
import { chromiumPath } from "./chromium.ts";

/** Flags for running as root, offline and without prompts. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** Only guards against a hang. */
export const PATIENCE_MS = 60_000;

/** Starts Chromium. @param flags additional flags, such as those of a fake camera */
export async function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined)
    throw new Error("Chromium is not installed. Install it, or set CHROMIUM to its path.");
  return chromium.launch({ executablePath, args: [...FLAGS, ...flags], timeout: PATIENCE_MS });
}
