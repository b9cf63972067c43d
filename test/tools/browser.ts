import { chromium, type Browser } from "playwright-core";
import { chromiumPath } from "./chromium.ts";

/** Work as root, offline and quietly. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** Guards against a hang, and measures nothing. */
export const PATIENCE_MS = 60_000;

/** Starts Chromium. @param flags more of them, such as those of a fake camera */
export async function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error("There is no Chromium.");
  return chromium.launch({ executablePath, args: [...FLAGS, ...flags], timeout: PATIENCE_MS });
}
